"""A telephone number: what Bandwidth says of it now, and what our orders say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from service import telephone_numbers
from service.dashboard import frame, showing
from service.dashboard.entrance import enter
from service.dashboard.orders import row
from service.dashboard.page import ACCOUNT, PATIENCE, ROOT, Page
from service.doorway import looking_up
from service.errors import NotFound
from service.store import searching
from service.store.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from service.numbers import Number
    from service.wiring import Desk

#: orders that are shown; the table has all of them
MOST: Final = 10
#: of Bandwidth's details: times (ms), and what is told elsewhere on the page or is ours to know
_TIMES: Final = frozenset({"in_service_date", "last_modified"})
_ELSEWHERE: Final = frozenset({"account_id", "full_number", "hosted", "bandwidth_order_id"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of Bandwidth's details: its elements' names, the outer ones first, and the value."""

    name: str
    value: str


async def number(request: Request) -> Response:
    """Show a number; its address has ten digits, and any other notation leads there."""
    desk, client, account_id = enter(request)
    ten_digits = _read(request.path_params["number"])
    if ten_digits != request.path_params["number"]:
        return frame.see_other(f"{ROOT}/accounts/{account_id}/numbers/{ten_digits}")
    wanted = Wanted(telephone_number=ten_digits)
    (found, unknown), orders = await asyncio.gather(
        _look(desk, account_id, ten_digits, personal=client.sees_personal),
        searching.search(desk.store, [account_id], wanted, MOST),
    )
    return frame.show(
        request,
        "number.html",
        404 if unknown else 200,
        number=ten_digits,
        found=found,
        unknown=unknown,
        facts=list(_facts(found.details)) if found and found.details else [],
        rows=await row.rows(desk.store, client, orders.orders),
        more=orders.after is not None,
    )


def pages() -> list[Page]:
    """Return the page of a number."""
    return [Page("GET", ACCOUNT + "/numbers/{number}", number)]


def _read(text: str) -> str:
    try:
        return telephone_numbers.parse(text)
    except ValueError as error:
        raise NotFound(f"{text[: telephone_numbers.LONGEST]!r} {error}.") from None


async def _look(desk: Desk, account_id: str, ten_digits: str, *, personal: bool) -> tuple[Number | None, str | None]:
    """Return what is known of the number, or why nothing is."""
    try:
        return await looking_up.look(desk, account_id, ten_digits, PATIENCE, personal=personal), None
    except NotFound as error:
        return None, error.detail


def _facts(part: Any, above: tuple[str, ...] = ()) -> Iterator[Fact]:
    """Lay out Bandwidth's details, a line for each that has a value."""
    for each in fields(part):
        value, names = getattr(part, each.name), (*above, each.name.replace("_", " "))
        if each.name in _ELSEWHERE or value in (None, "", ()):
            continue
        if is_dataclass(value):
            yield from _facts(value, names)
        elif isinstance(value, tuple) and is_dataclass(value[0]):
            for one in value:
                yield from _facts(one, names)
        else:
            yield Fact(", ".join(names), _said(each.name, value))


def _said(name: str, value: Any) -> str:
    if name in _TIMES:
        return showing.utc(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
