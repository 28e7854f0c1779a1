"""An account's endpoints over HTTP: where other services want to be told of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import Response

from service.api import idempotency, json_body
from service.api.delivery_json import DeliveryJson, delivery_json
from service.api.endpoint_json import (
    EndpointJson,
    EndpointsJson,
    NewSecretJson,
    endpoint_json,
    new_secret_json,
    path,
)
from service.api.entrance import enter
from service.api.exit import note
from service.api.operation import ACCOUNT, Answer, Body, Operation
from service.api.responses import json_response
from service.doorway import endpoint_request
from service.errors import EndpointOff, IdempotencyReused, InvalidEndpoint, SubscribedEndpoint, TooManyEndpoints
from service.events.endpoints import Wish
from service.scopes import Scope
from service.store.events.endpoints import ALWAYS

if TYPE_CHECKING:
    from starlette.requests import Request

#: said of the answer to a rotation: whoever loses it asks again
_ROTATED: Final = (
    "The endpoint with its new secret, shown this once. Repeated within ten minutes, a rotation replaces the secret "
    "that was made first, and the one before both signs on"
)

log = structlog.get_logger()


async def create(request: Request) -> Response:
    """Make an endpoint: 201 with its secret, which only a repeated request with the same key sees again, for a day."""
    desk, client, account_id = enter(request)
    key, settings = idempotency.key(request), desk.settings
    body = await json_body.read(request, settings.max_body_bytes, settings.body_seconds)
    wish = endpoint_request.read(body, desk.events.endpoints.check_url)
    once = desk.events.endpoints.once(account_id, client.id, key, body) if key else ALWAYS
    made = await desk.events.endpoints.create(account_id, wish, once)
    headers = {"Location": path(made.endpoint), "Cache-Control": "no-store"}
    if made.replayed:
        headers[idempotency.REPLAYED] = "true"
    else:
        log.info("endpoint.created", account=account_id, endpoint=made.endpoint.id, client=client.id)
    return json_response(new_secret_json(made.endpoint, made.secret), 201, headers)


async def all_(request: Request) -> Response:
    """Return the endpoints, oldest first; an account has few."""
    desk, _, account_id = enter(request)
    found = await desk.events.endpoints.all(account_id)
    return json_response({"endpoints": [endpoint_json(each) for each in found]})


async def get(request: Request) -> Response:
    """Return one endpoint."""
    desk, _, account_id = enter(request)
    return json_response(endpoint_json(await desk.events.endpoints.get(account_id, _id(request))))


async def change(request: Request) -> Response:
    """Change what the body names of an endpoint."""
    desk, client, account_id = enter(request)
    settings = desk.settings
    body = await json_body.read(request, settings.max_body_bytes, settings.body_seconds)
    before = await desk.events.endpoints.get(account_id, _id(request))
    was = Wish.of(before)
    wish = endpoint_request.read(body, desk.events.endpoints.check_url, was)
    note(request, f"changes {', '.join(sorted(body)) or 'nothing'}")
    changed = await desk.events.endpoints.change(account_id, before.id, wish, was)
    log.info("endpoint.changed", account=account_id, endpoint=before.id, client=client.id, enabled=changed.enabled)
    return json_response(endpoint_json(changed))


async def remove(request: Request) -> Response:
    """Remove an endpoint with all its deliveries."""
    desk, client, account_id = enter(request)
    await desk.events.endpoints.remove(account_id, _id(request))
    log.info("endpoint.removed", account=account_id, endpoint=_id(request), client=client.id)
    return Response(status_code=204)


async def rotate(request: Request) -> Response:
    """Give the endpoint a new secret, shown this once; for a day the one before signs beside it."""
    desk, client, account_id = enter(request)
    await json_body.none(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    changed, secret = await desk.events.endpoints.rotate(account_id, _id(request))
    log.info("endpoint.rotated", account=account_id, endpoint=changed.id, client=client.id)
    return json_response(new_secret_json(changed, secret), 200, {"Cache-Control": "no-store"})


async def ping(request: Request) -> Response:
    """Send a test event, as all others are sent: 202 and its delivery."""
    desk, _, account_id = enter(request)
    await json_body.none(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    made = await desk.events.endpoints.ping(account_id, _id(request))
    desk.bells.announce(account_id)
    return json_response(delivery_json(made), 202)


def operations() -> list[Operation]:
    """Return what there is to do about an account's endpoints."""
    endpoint = ACCOUNT + "/endpoints/{endpoint_id:uuid}"
    shown = {200: Answer("The endpoint", EndpointJson)}
    admin = Scope.ADMIN
    return [
        *_listed(),
        Operation("GET", endpoint, get, "getEndpoint", "One endpoint", answers=shown),
        Operation(
            "PATCH",
            endpoint,
            change,
            "changeEndpoint",
            "Change what the body names of an endpoint",
            admin,
            body=Body({"application/json": endpoint_request.EndpointRequest}, {"enabled": True}),
            answers=shown,
            problems=(InvalidEndpoint, SubscribedEndpoint),
        ),
        Operation(
            "DELETE",
            endpoint,
            remove,
            "deleteEndpoint",
            "Remove an endpoint with its deliveries",
            admin,
            answers={204: Answer("It is gone")},
        ),
        Operation(
            "POST",
            endpoint + "/rotate",
            rotate,
            "rotateEndpoint",
            "Give an endpoint a new secret; for a day the one before signs beside it",
            admin,
            answers={200: Answer(_ROTATED, NewSecretJson)},
            problems=(SubscribedEndpoint, *json_body.NONE_PROBLEMS),
        ),
        Operation(
            "POST",
            endpoint + "/ping",
            ping,
            "pingEndpoint",
            "Send a test event",
            admin,
            answers={202: Answer("The delivery of the test event", DeliveryJson)},
            problems=(EndpointOff, SubscribedEndpoint, *json_body.NONE_PROBLEMS),
        ),
    ]


def _listed() -> list[Operation]:
    endpoints = ACCOUNT + "/endpoints"
    key = idempotency.parameter("The same key and body within a day get the first endpoint again, with its secret.")
    example = {"url": "https://hooks.example.com/orders", "types": ["order.completed"]}
    made = Answer("The endpoint with its secret", NewSecretJson, ("Location", idempotency.REPLAYED))
    return [
        Operation(
            "GET",
            endpoints,
            all_,
            "listEndpoints",
            "All endpoints, oldest first",
            answers={200: Answer("All of them, at most 50", EndpointsJson)},
        ),
        Operation(
            "POST",
            endpoints,
            create,
            "createEndpoint",
            "Make an endpoint that is told of events",
            Scope.ADMIN,
            (key,),
            Body({"application/json": endpoint_request.NewEndpointRequest}, example),
            {201: made},
            (InvalidEndpoint, TooManyEndpoints, IdempotencyReused),
        ),
    ]


def _id(request: Request) -> str:
    return str(request.path_params["endpoint_id"])
