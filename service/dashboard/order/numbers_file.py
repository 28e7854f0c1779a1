"""The numbers of an order as a file for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import spreadsheet
from service.dashboard.entrance import enter, find_order
from service.dashboard.order import outcomes
from service.dashboard.page import ORDER, Page
from service.doorway.personal import Veil

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.dashboard.order.outcomes import Row, Wish
    from service.order import Order

_HEAD: Final = ("telephone_number", "outcome", "code", "description", "means", "do", "retryable", "warning")
#: numbers that are read at once
_AT_ONCE: Final = 500
_RETRYABLE: Final = {True: "yes", False: "no", None: ""}


async def file(request: Request) -> Response:
    """Return the numbers that the query asks for, all of them without one."""
    order = await find_order(request)
    wish = outcomes.read(request)
    name = f"order-{order.id}{f'-{wish.outcome}' if wish.outcome else ''}.csv"
    return await spreadsheet.answer(name, _parts(request, order, wish))


def pages() -> list[Page]:
    """Return its address."""
    return [Page("GET", ORDER + "/numbers.csv", file, query=outcomes.FILTERS)]


async def _parts(request: Request, order: Order, wish: Wish) -> AsyncIterator[list[Sequence[str]]]:
    desk, client, _ = enter(request)
    numbers = order.telephone_numbers
    veil = Veil(order, lifted=client.sees_personal)
    head: list[Sequence[str]] = [_HEAD]
    for start in range(0, len(numbers) or 1, _AT_ONCE):
        some = await outcomes.wanted(desk.store, order, numbers[start : start + _AT_ONCE], wish, veil.outcome)
        yield [*head, *map(_cells, some)]
        head = []


def _cells(row: Row) -> list[str]:
    outcome = row.outcome
    cells = (
        *(row.telephone_number, outcome.outcome, outcome.code, outcome.description, row.means, row.do),
        *(_RETRYABLE[outcome.retryable], outcome.warning),
    )
    return [each or "" for each in cells]
