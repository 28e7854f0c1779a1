"""All endpoints of an account, and one of them with what was brought to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import frame
from service.dashboard.endpoints import standing
from service.dashboard.entrance import enter
from service.dashboard.page import ACCOUNT, Page
from service.doorway import delivery_list, paging
from service.store.events.listing import STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.events.deliveries import Delivery
    from service.wiring import Desk

ENDPOINT: Final = ACCOUNT + "/endpoints/{endpoint_id:uuid}"
#: deliveries on a page
MOST: Final = 25


async def table(request: Request) -> Response:
    """Show an account's endpoints, oldest first; it has fifty at most."""
    desk, _, account_id = enter(request)
    found = [(each, standing.of(each)) for each in await desk.events.endpoints.all(account_id)]
    return frame.show(request, "endpoints.html", endpoints=found)


async def one(request: Request) -> Response:
    """Show an endpoint and its deliveries: those that wait, the next one first, then the others, newest first."""
    desk, _, account_id = enter(request)
    endpoint_id, after, statuses = name(request), delivery_list.place(request), delivery_list.statuses(request)
    endpoint = await desk.events.endpoints.get(account_id, endpoint_id)
    page = await desk.events.deliveries.page(account_id, endpoint_id, after, MOST, statuses)
    waits, success = await _first(desk, account_id, endpoint_id)
    failed = await desk.events.deliveries.tried(account_id, endpoint_id) if endpoint.failing_since else None
    return frame.show(
        request,
        "endpoint.html",
        endpoint=endpoint,
        standing=standing.of(endpoint),
        failed=failed and standing.told(failed, 1),
        told=[standing.told(each) for each in page.deliveries],
        next_at=_next(waits, endpoint.resume_at),
        success_at=success and success.ended_at,
        statuses=STATUSES,
        chosen=request.query_params.getlist("status"),
        following=paging.next_url(request, delivery_list.written(page.after)),
    )


def name(request: Request) -> str:
    """Return the id of the endpoint that the address names."""
    return str(request.path_params["endpoint_id"])


def pages() -> list[Page]:
    """Return both."""
    return [
        Page("GET", ACCOUNT + "/endpoints", table),
        Page("GET", ENDPOINT, one, query={"status": True, "cursor": False}),
    ]


async def _first(desk: Desk, account_id: str, endpoint_id: str) -> tuple[Delivery | None, Delivery | None]:
    """Return the delivery that is attempted next, and that which came last, of those that are kept."""
    found = []
    for status in ("waiting", "delivered"):
        page = await desk.events.deliveries.page(account_id, endpoint_id, None, 1, frozenset({status}))
        found.append(page.deliveries[0] if page.deliveries else None)
    return found[0], found[1]


def _next(waits: Delivery | None, resume_at: int | None) -> int | None:
    """Return when the next attempt is made (ms): not while the endpoint rests."""
    return None if waits is None or waits.next_at is None else max(waits.next_at, resume_at or 0)
