"""An account's subscriptions at Bandwidth, over HTTP: read them with what is wrong with ours, put them right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import json_body
from service.api.entrance import enter
from service.api.operation import ACCOUNT, Answer, Operation
from service.api.responses import json_response
from service.api.subscription_json import SubscriptionsJson, health_json
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.scopes import Scope
from service.store.subscribed import Memory
from service.subscribing import Subscriptions

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.wiring import Desk


async def get(request: Request) -> Response:
    """Return the subscriptions as Bandwidth shows them now; 502 or 503 when it does not."""
    desk, _, account_id = enter(request)
    return json_response(health_json(await _subscriptions(desk).look(account_id)))


async def put(request: Request) -> Response:
    """Put right what is wrong, and return the subscriptions as they are then; 502 when Bandwidth refuses one."""
    desk, _, account_id = enter(request)
    settings = desk.settings
    detail = "This address takes no body: what the subscriptions must be stands in the settings."
    await json_body.none(request, settings.max_body_bytes, settings.body_seconds, detail)
    healing = await _subscriptions(desk).heal(account_id)
    if healing.refusal:
        raise healing.refusal
    return json_response(health_json(healing.health))


def operations() -> list[Operation]:
    """Return what there is to do about an account's subscriptions."""
    path = ACCOUNT + "/subscriptions"
    problems = (BandwidthRefused, BandwidthUnavailable)
    return [
        Operation(
            "GET",
            path,
            get,
            "listSubscriptions",
            "The callback subscriptions, and what is wrong with ours",
            answers={200: Answer("As Bandwidth shows them now", SubscriptionsJson)},
            problems=problems,
        ),
        Operation(
            "PUT",
            path,
            put,
            "healSubscriptions",
            "Put our subscriptions right now",
            Scope.ADMIN,
            answers={200: Answer("As they are then", SubscriptionsJson)},
            problems=(*problems, *json_body.NONE_PROBLEMS),
        ),
    ]


def _subscriptions(desk: Desk) -> Subscriptions:
    return Subscriptions(desk.settings, desk.connection, desk.turns, Memory(desk.store))
