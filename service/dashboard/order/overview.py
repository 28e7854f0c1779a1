"""The page of an order. A script reads it anew while it is open: it is its own fragment, told apart by its ETag."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from service.dashboard import frame
from service.dashboard.actions.offers import offers
from service.dashboard.entrance import enter, find_order
from service.dashboard.order import outcomes
from service.dashboard.order.contents import contents
from service.dashboard.page import ORDER, Page
from service.store import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from service.dashboard.actions.offers import Offers
    from service.order import Order


async def page(request: Request) -> Response:
    """Show an order; 304 while it is as whoever asks knows it."""
    desk, client, account_id = enter(request)
    order = await find_order(request)
    entries = await reading.timeline(desk.store, account_id, order.id)
    offered = await offers(request, order, entries)
    tag = _tag(order, entries, offered, sorted(client.scopes))
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=frame.HEADERS | {"ETag": tag})
    answer = frame.show(request, "order.html", tag=tag, offers=offered, **await contents(request, order, entries))
    answer.headers["ETag"] = tag
    return answer


def pages() -> list[Page]:
    """Return the page."""
    return [Page("GET", ORDER, page, query={**outcomes.FILTERS, "cursor": False, "timeline": False})]


def _tag(order: Order, entries: Sequence[Any], offered: Offers, scopes: Sequence[str]) -> str:
    """Return what tells one state of the page from another; a check that finds nothing new changes it too."""
    last = entries[-1]["at"] if entries else 0
    quiet = (order.checked_at, order.next_look_at, order.waiting, order.held_by, order.aside_since)
    told = (order.version, order.amended_by, order.retried_by, quiet, len(entries), last, offered, scopes)
    return f'"{sha256(repr(told).encode()).hexdigest()[:20]}"'
