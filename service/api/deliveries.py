"""Deliveries of events to an endpoint over HTTP: what became of each, one of them again, or all since a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from service.api import json_body, order_parameters
from service.api.delivery_json import DeliveryJson, DeliveryPageJson, delivery_json
from service.api.endpoint_json import ReplayJson, replay_json
from service.api.entrance import enter
from service.api.operation import ACCOUNT, CURSOR, Answer, Body, Operation, Parameter, limit
from service.api.responses import json_response, page_response
from service.doorway import delivery_list, endpoint_request, paging
from service.errors import DeliveryWaits, EndpointOff, InvalidReplay, ReplayUnderWay
from service.scopes import Scope
from service.store.events.listing import STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

#: longest list of deliveries
MOST: Final = 250

log = structlog.get_logger()


async def all_(request: Request) -> Response:
    """Return an endpoint's deliveries: those that wait, the next one first, then the others, newest first."""
    desk, _, account_id = enter(request)
    most, after = paging.limit(request, MOST), delivery_list.place(request)
    statuses = delivery_list.statuses(request)
    page = await desk.events.deliveries.page(account_id, _endpoint(request), after, most, statuses)
    shown = [delivery_json(each) for each in page.deliveries]
    listed: DeliveryPageJson = {
        "deliveries": shown,
        "next": paging.next_url(request, delivery_list.written(page.after)),
    }
    return page_response(listed)


async def get(request: Request) -> Response:
    """Return one delivery with every attempt."""
    desk, _, account_id = enter(request)
    return json_response(delivery_json(await desk.events.deliveries.get(account_id, *_named(request))))


async def replay(request: Request) -> Response:
    """Send an event that has ended again, with the same id: 202 and its delivery."""
    desk, client, account_id = enter(request)
    await json_body.none(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    endpoint_id, delivery_id = _named(request)
    made = await desk.events.deliveries.replay(account_id, endpoint_id, delivery_id)
    desk.bells.announce(account_id)
    told = {"account": account_id, "endpoint": endpoint_id, "event_id": made.event.id, "client": client.id}
    log.info("event.replayed", **told)
    return json_response(delivery_json(made), 202)


async def replay_since(request: Request) -> Response:
    """Begin to deliver again every event since a time that the endpoint takes: 202 and how far it is."""
    desk, client, account_id = enter(request)
    settings = desk.settings
    body = await json_body.read(request, settings.max_body_bytes, settings.body_seconds)
    since, types = endpoint_request.read_replay(body)
    begun = await desk.events.replays.begin(account_id, _endpoint(request), since, types)
    desk.bells.announce(account_id)
    shown = replay_json(begun)
    told = {"account": account_id, "endpoint": _endpoint(request), "since": shown["since"], "types": list(types)}
    log.info("endpoint.replay_begun", **told, client=client.id)
    return json_response(shown, 202)


def operations() -> list[Operation]:
    """Return what there is to know and to do about an endpoint's deliveries."""
    endpoint = ACCOUNT + "/endpoints/{endpoint_id:uuid}"
    one, admin = endpoint + "/deliveries/{delivery_id}", Scope.ADMIN
    status = order_parameters.any_of(STATUSES)
    statuses = Parameter("status", "Those in this status; several times for several.", status, many=True)
    return [
        Operation(
            "GET",
            endpoint + "/deliveries",
            all_,
            "listDeliveries",
            "What waits for an endpoint, then what has ended, with every attempt",
            parameters=(statuses, limit(MOST), CURSOR),
            answers={200: Answer("A page of its deliveries", DeliveryPageJson, ("Link",))},
        ),
        Operation(
            "GET",
            one,
            get,
            "getDelivery",
            "One delivery, with every attempt",
            answers={200: Answer("The delivery", DeliveryJson)},
        ),
        Operation(
            "POST",
            one + "/replay",
            replay,
            "replayDelivery",
            "Send an event that was delivered or given up again, with the same id",
            admin,
            answers={202: Answer("It waits for its next attempt", DeliveryJson)},
            problems=(DeliveryWaits, EndpointOff, *json_body.NONE_PROBLEMS),
        ),
        Operation(
            "POST",
            endpoint + "/replay",
            replay_since,
            "replayEvents",
            "Deliver again, with the same ids, every event since a time that the endpoint takes",
            admin,
            body=Body({"application/json": endpoint_request.ReplayRequest}, {"since": "2026-03-01T09:30:00Z"}),
            answers={202: Answer("It is under way; the endpoint shows how far it is", ReplayJson)},
            problems=(ReplayUnderWay, EndpointOff, InvalidReplay),
        ),
    ]


def _endpoint(request: Request) -> str:
    return str(request.path_params["endpoint_id"])


def _named(request: Request) -> tuple[str, str]:
    return _endpoint(request), str(request.path_params["delivery_id"])
