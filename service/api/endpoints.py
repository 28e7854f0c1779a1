"""An account's endpoints over HTTP: where other services want to be told of events, and what became of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import Response

from service import bodies
from service.api import endpoint_request, json_body, paging
from service.api.endpoint_json import delivery_json, endpoint_json, path
from service.api.entrance import enter
from service.api.operation import ACCOUNT, Operation, limit
from service.api.responses import json_response
from service.errors import MalformedRequest
from service.events.endpoints import Wish
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.store.events.endpoints import Endpoint

#: longest list of deliveries
MOST: Final = 250

log = structlog.get_logger()


async def create(request: Request) -> Response:
    """Make an endpoint: 201 with its secret, which is shown this once."""
    desk, client, account_id = enter(request)
    settings = desk.settings
    body = await json_body.read(request, settings.max_body_bytes, settings.body_seconds)
    wish = endpoint_request.read(body, desk.events.endpoints.check_url)
    made, secret = await desk.events.endpoints.create(account_id, wish)
    log.info("endpoint.created", account=account_id, endpoint=made.id, client=client.id)
    return json_response(endpoint_json(made, secret), 201, {"Location": path(made), "Cache-Control": "no-store"})


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
    was = _wish(before)
    wish = endpoint_request.read(body, desk.events.endpoints.check_url, was)
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
    await _no_body(request)
    changed, secret = await desk.events.endpoints.rotate(account_id, _id(request))
    log.info("endpoint.rotated", account=account_id, endpoint=changed.id, client=client.id)
    return json_response(endpoint_json(changed, secret), 200, {"Cache-Control": "no-store"})


async def ping(request: Request) -> Response:
    """Send a test event, as all others are sent: 202 and its delivery."""
    desk, _, account_id = enter(request)
    await _no_body(request)
    made = await desk.events.endpoints.ping(account_id, _id(request))
    desk.bells.announce(account_id)
    return json_response(delivery_json(made), 202)


async def deliveries(request: Request) -> Response:
    """Return an endpoint's deliveries with their attempts: those that wait, then the others, newest first."""
    desk, _, account_id = enter(request)
    most = paging.limit(request, MOST)
    found = await desk.events.endpoints.deliveries(account_id, _id(request), most)
    return json_response({"deliveries": [delivery_json(each) for each in found]})


def operations() -> list[Operation]:
    """Return what there is to do about an account's endpoints."""
    endpoints = ACCOUNT + "/endpoints"
    endpoint = endpoints + "/{endpoint_id:uuid}"
    admin = Scope.ADMIN
    return [
        Operation("GET", endpoints, all_, "listEndpoints", "All endpoints, oldest first"),
        Operation("POST", endpoints, create, "createEndpoint", "Make an endpoint that is told of events", admin),
        Operation("GET", endpoint, get, "getEndpoint", "One endpoint"),
        Operation("PATCH", endpoint, change, "changeEndpoint", "Change what the body names of an endpoint", admin),
        Operation("DELETE", endpoint, remove, "deleteEndpoint", "Remove an endpoint with its deliveries", admin),
        Operation("POST", endpoint + "/rotate", rotate, "rotateEndpoint", "Give an endpoint a new secret", admin),
        Operation("POST", endpoint + "/ping", ping, "pingEndpoint", "Send a test event", admin),
        Operation(
            "GET",
            endpoint + "/deliveries",
            deliveries,
            "listDeliveries",
            "What waits for an endpoint, then what has ended, with every attempt",
            parameters=(limit(MOST),),
        ),
    ]


def _id(request: Request) -> str:
    return str(request.path_params["endpoint_id"])


def _wish(endpoint: Endpoint) -> Wish:
    return Wish(endpoint.url, endpoint.description, endpoint.types, endpoint.kinds, endpoint.enabled)


async def _no_body(request: Request) -> None:
    settings = request.app.state.desk.settings
    body = await bodies.read(request, settings.max_body_bytes, settings.body_seconds)
    if body and json_body.parse(body) != {}:
        raise MalformedRequest("This address takes no body.")
