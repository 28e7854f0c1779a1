"""The table of an account's orders, newest first, and its filters. An address is a saved view."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.dashboard import frame, health
from service.dashboard.entrance import enter
from service.dashboard.orders import filters, row, views
from service.dashboard.page import ACCOUNT, Page
from service.doorway import order_filter, paging
from service.errors import MalformedRequest
from service.identifiers import is_id
from service.store import searching
from service.store.events import stream
from service.store.searching import Page as Found

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.server.connection import Store

#: orders on a page
MOST: Final = 50
_NOTHING: Final = Found((), None)


async def table(request: Request) -> Response:
    """Show the orders that the address asks for; where it makes no sense, the form says what is wrong with it."""
    if tidy := filters.tidied(request):
        return frame.see_other(tidy)
    desk, client, account_id = enter(request)
    path = request.scope["path"]
    # what happens while the orders are read stands in the stream after this place
    place, counted, signs = await asyncio.gather(
        stream.end(desk.store, account_id),
        views.read(desk.store, account_id, request, path),
        health.strip(request, account_id),
    )
    found, wrong = await _found(desk.store, account_id, request)
    return frame.show(
        request,
        "orders.html",
        400 if wrong else 200,
        rows=await row.rows(desk.store, client, found.orders),
        views=counted,
        signs=signs,
        filters=filters.read(request),
        wrong=wrong,
        following=paging.next_url(request, found.after),
        newest=filters.address(request, filters.kept(request)),
        is_first="cursor" not in request.query_params,
        act=filters.address_of(f"{path}/act", filters.kept(request)),
        live=None if wrong else _live(request, path, place),
    )


def pages() -> list[Page]:
    """Return the table."""
    return [Page("GET", ACCOUNT + "/orders", table, query={**filters.QUERY, "cursor": False})]


async def _found(store: Store, account_id: str, request: Request) -> tuple[Found, dict[str, str]]:
    """Return the orders, and sentences that say what is wrong with the address, by parameter."""
    try:
        wanted, after = order_filter.read(request), paging.cursor(request)
        if after is not None and not is_id(after):
            raise paging.wrong_cursor()
    except MalformedRequest as error:
        return _NOTHING, dict(map(filters.told, error.errors))
    return await searching.search(store, [account_id], wanted, MOST, after), {}


def _live(request: Request, path: str, place: stream.Place) -> dict[str, str]:
    """Return what the script needs to keep the table as it is: where events and rows come from."""
    kinds = [item for item in filters.kept(request) if item[0] == "kind"]
    types = [("type", f"order.{each}") for each in ("accepted", "updated", "completed")]
    return {
        "events": filters.address_of(f"{path}/events", [*kinds, *types]),
        "rows": filters.address_of(f"{path}/rows", filters.kept(request)),
        "place": str(place),
        "moves": "yes" if "state" in request.query_params else "",
    }
