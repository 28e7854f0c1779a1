"""Rows of the table as they are now, for a script that puts them in place."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.dashboard import frame
from service.dashboard.entrance import enter
from service.dashboard.orders import filters, row, views
from service.dashboard.page import ACCOUNT, Page
from service.doorway import order_filter, paging
from service.identifiers import is_id
from service.store import reading, searching
from service.store.events import stream

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.server.connection import Store
    from service.store.wanted import Wanted

#: rows that one call brings, and newer orders that it counts
MOST: Final = 50
MOST_NEWER: Final = 20
_QUERY: Final = {**filters.QUERY, "id": True, "newest": False}


async def rows(request: Request) -> Response:
    """Return the rows of some orders as they are now, the counts, and up to which event that is.

    `id`: the orders. `newest`: an order; it is told how many have come since that are asked for. The rest of the query
    is the table's: a row tells whether its order still fits.
    """
    desk, client, account_id = enter(request)
    ids, newest, wanted = _ids(request, "id"), _ids(request, "newest"), order_filter.read(request)
    place = await stream.end(desk.store, account_id)
    orders, counted, newer = await asyncio.gather(
        reading.get(desk.store, account_id, ids),
        views.read(desk.store, account_id, request, request.scope["path"].removesuffix("/rows")),
        _newer(desk.store, account_id, wanted, newest),
    )
    found = await row.rows(desk.store, client, [each for each in orders if each], wanted)
    return frame.show(request, "order_rows.html", rows=found, views=counted, place=str(place), newer=newer)


def pages() -> list[Page]:
    """Return the rows."""
    return [
        Page("GET", ACCOUNT + "/orders/rows", rows, query=_QUERY),
    ]


def _ids(request: Request, name: str) -> list[str]:
    given = request.query_params.getlist(name)
    if not all(map(is_id, given)) or len(given) > MOST:
        raise paging.wrong(name, f"give the ids of at most {MOST} orders")
    return given


async def _newer(store: Store, account_id: str, wanted: Wanted, newest: list[str]) -> int:
    """Count the orders that are asked for and newer than the one that was the newest."""
    if not newest:
        return 0
    found = await searching.search(store, [account_id], wanted, MOST_NEWER)
    return sum(each.id > newest[0] for each in found.orders)
