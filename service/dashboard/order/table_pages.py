"""All numbers of an order on pages of their own, up to a thousand on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.dashboard import frame
from service.dashboard.entrance import enter, find_order
from service.dashboard.order import outcomes
from service.dashboard.page import ORDER, Page
from service.doorway import paging
from service.doorway.personal import Veil

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: numbers on the longest page
MOST: Final = 1_000


async def numbers(request: Request) -> Response:
    """Show what became of an order's numbers."""
    desk, client, _ = enter(request)
    order = await find_order(request)
    most = paging.limit(request, MOST)
    veil = Veil(order, lifted=client.sees_personal)
    table = await outcomes.table(request, desk.store, order, most, veil.outcome)
    return frame.show(request, "order_all_numbers.html", order=order, table=table, results=outcomes.RESULTS)


def pages() -> list[Page]:
    """Return the page."""
    return [Page("GET", ORDER + "/numbers", numbers, query={**outcomes.FILTERS, "cursor": False, "limit": False})]
