"""What the page of an order shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from service.dashboard.entrance import enter
from service.dashboard.order import outcomes
from service.dashboard.order.again import again
from service.dashboard.order.asked_for import asked_for
from service.dashboard.order.moments import moments
from service.dashboard.order.picture import picture
from service.dashboard.order.remarks import remarks
from service.dashboard.order.standing import notices
from service.dashboard.order.steps import steps
from service.doorway import paging
from service.doorway.personal import Veil, masked_order
from service.store import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from service.order import Order

#: numbers, and steps, on the page; the first ten steps tell how it was sent, the others how it stands
MOST: Final = 50
MOST_STEPS: Final = 60
_WHOLE: Final = "all"


async def contents(request: Request, order: Order, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the template shows of an order; `entries` are its timeline's."""
    desk, client, account_id = enter(request)
    veil = Veil(order, lifted=client.sees_personal)
    shown = order if client.sees_personal else masked_order(order)
    heads = await reading.document_heads(desk.store, account_id, order.id)
    lived = steps([veil.entry(each) for each in entries], heads)
    return {
        "order": shown,
        "notices": notices(shown),
        "moments": moments(order),
        "remarks": remarks(shown),
        "asked_for": asked_for(shown),
        "steps": lived,
        "folded": 0 if _is_whole(request) else max(0, len(lived) - MOST_STEPS),
        "picture": picture(order, lived, round(time.time() * 1000)),
        "has_documents": bool(heads),
        "days": desk.settings.document_days,
        "table": await outcomes.table(request, desk.store, order, MOST, veil.outcome),
        "results": outcomes.RESULTS,
        "again": await again(desk, order),
    }


def _is_whole(request: Request) -> bool:
    """Tell whether the whole timeline is asked for; raises MalformedRequest for any other word."""
    given = request.query_params.get("timeline")
    if given not in (None, _WHOLE):
        raise paging.wrong("timeline", f"give {_WHOLE}, or leave it out")
    return given == _WHOLE
