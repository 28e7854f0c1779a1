"""One delivery with every attempt, and sending its event again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import structlog

from service.dashboard import deeds, frame
from service.dashboard.endpoints import standing
from service.dashboard.endpoints.listed import ENDPOINT, name
from service.dashboard.entrance import enter
from service.dashboard.page import ROOT, Page
from service.errors import DeliveryWaits, EndpointOff
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

DELIVERY: Final = ENDPOINT + "/deliveries/{delivery_id}"

log = structlog.get_logger()


async def one(request: Request) -> Response:
    """Show a delivery."""
    return await _show(request)


async def replay(request: Request) -> Response:
    """Have its event sent again, with the same id, once it has ended."""
    desk, client, account_id = enter(request)
    endpoint_id, delivery_id = name(request), request.path_params["delivery_id"]
    try:
        made = await desk.events.deliveries.replay(account_id, endpoint_id, delivery_id)
    except (DeliveryWaits, EndpointOff) as error:
        return await _show(request, error)
    desk.bells.announce(account_id)
    told = {"account": account_id, "endpoint": endpoint_id, "event_id": made.event.id, "client": client.id}
    log.info("event.replayed", **told)
    await deeds.note(request, "replayDelivery", f"{endpoint_id} {delivery_id}")
    endpoint = f"{ROOT}/accounts/{account_id}/endpoints/{endpoint_id}"
    return frame.see_other(f"{endpoint}/deliveries/{quote(delivery_id, safe='')}")


def pages() -> list[Page]:
    """Return a delivery's page, which says what sending it again will do, and what does it."""
    return [Page("GET", DELIVERY, one), Page("POST", DELIVERY, replay, Scope.ADMIN)]


async def _show(request: Request, error: DeliveryWaits | EndpointOff | None = None) -> Response:
    desk, _, account_id = enter(request)
    endpoint = await desk.events.endpoints.get(account_id, name(request))
    delivery = await desk.events.deliveries.get(account_id, endpoint.id, request.path_params["delivery_id"])
    shown = {"endpoint": endpoint, "told": standing.told(delivery, None), "error": error}
    return frame.show(request, "delivery.html", error.status if error else 200, **shown)
