"""GET: one order, its history, and lists of orders."""

from __future__ import annotations

from itertools import chain, compress
from typing import TYPE_CHECKING, Final

from service import xml
from service.errors import NotFound
from service.front.answers import about_orders, xml_answer
from service.front.entrance import enter
from service.front.orders import finding, parts, query
from service.front.orders.picture import Picture, pictures, summaries
from service.lifecycle import State
from service.notification import STATUSES
from service.store import reading, repeating, searching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from service.front.orders.query import Query
    from service.front.orders.resource import Resource
    from service.order import Order
    from service.xml import Element

#: orders of one list, those that are read at once, and pages that are searched for them
MOST: Final = 1_000
_AT_ONCE: Final = 200
#: telephone numbers in all orders of a list that tells them whole
MOST_NUMBERS: Final = 100_000
_PAGES: Final = 50
_NOTES: Final = {
    "RECEIVED": "Order has been received by the system.",
    "PROCESSING": "Order processing has started.",
    "COMPLETE": "Order is complete.",
    "PARTIAL": "Order is partially complete.",
    "FAILED": "Order has failed.",
}


async def one(request: Request, resource: Resource) -> Response:
    """Answer an order as it is."""
    desk, client, account_id = enter(request)
    order = await finding.order(request, resource.kind)
    (picture,) = await pictures(desk, client, account_id, [order])
    return await about_orders(picture.numbers, lambda: xml_answer(resource.report(picture)))


async def some(request: Request, resource: Resource) -> Response:
    """Answer the orders that a query selects, newest first, a thousand at most; whole ones while they are not too long.

    Raises NotFound for what a query may not say, and for a list that nobody could read.
    """
    asked = query.read(request.query_params, resource.kind.name, resource.filters)
    details = resource.details if asked.details else None
    rows = await _rows(request, asked, whole=details is not None)
    numbers = sum(each.numbers for each in rows) if details else len(rows)
    return await about_orders(numbers, lambda: xml_answer((details or resource.listing)(rows, len(rows))))


async def history(request: Request, resource: Resource) -> Response:
    """Answer the states that an order has reached, in Bandwidth's words."""
    desk, _, account_id = enter(request)
    order = await finding.order(request, resource.kind)
    (author,) = await repeating.clients(desk.store, account_id, [order.id])
    entries = await reading.timeline(desk.store, account_id, order.id)
    reached: dict[str, int] = {}
    for each in entries:
        if "state" in each:
            reached.setdefault(STATUSES[State(each["state"])], each["at"])
    return xml_answer(xml.element("OrderHistoryWrapper", *_history(resource, reached, author)))


def _history(resource: Resource, reached: dict[str, int], author: str | None) -> Iterator[Element]:
    for status, at in reached.items():
        yield xml.element(
            "OrderHistory",
            parts.moment("OrderDate", at),
            parts.leaf("Note", resource.notes.get(status) or _NOTES.get(status) or f"Order is in state {status}."),
            parts.leaf("Author", author),
            parts.leaf("Status", status if resource.shouts else status.lower()),
        )


async def _rows(request: Request, asked: Query, *, whole: bool) -> list[Picture]:
    desk, client, account_id = enter(request)
    rows: list[Picture] = []
    after: str | None = None
    for _ in range(_PAGES):
        page = await searching.search(desk.store, [account_id], asked.wanted, _AT_ONCE, after)
        taken: list[Order] = [each for each in page.orders if asked.takes(each)]
        told = await summaries(desk, account_id, taken)
        wanted = [asked.modified_by in (None, each.created_by) for each in told]
        told = list(compress(told, wanted))
        if whole:
            # before any is told whole: what becomes of a million numbers is not read to be thrown away
            if sum(each.numbers for each in chain(rows, told)) > MOST_NUMBERS:
                raise NotFound(f"Orders with more than {MOST_NUMBERS} telephone numbers are too long a list: narrow it")
            told = await pictures(desk, client, account_id, list(compress(taken, wanted)))
        rows += told
        after = page.after
        if after is None or len(rows) >= MOST:
            break
    return rows[:MOST]
