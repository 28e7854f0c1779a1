"""Answers about endpoints, deliveries and replays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service.api.delivery_json import DeliveryJson, DeliveryPageJson, delivery_json
from service.api.endpoint_json import (
    EndpointJson,
    EndpointsJson,
    NewSecretJson,
    ReplayJson,
    endpoint_json,
    new_secret_json,
    replay_json,
)
from service.api.openapi.examples.specimens import ACCOUNT, AT, ENDPOINT_ID, event
from service.store.events.deliveries import Delivery
from service.store.events.endpoints import Endpoint
from service.store.events.replays import Replay

if TYPE_CHECKING:
    from collections.abc import Mapping


def examples() -> Mapping[Any, Any]:
    """Return an example of each shape."""
    endpoint, delivered = _endpoint(), _delivered()
    replay = Replay(AT, (), whole=True, starts_at=AT, reached_at=AT, made=1, begun_at=AT + 86_400_000, ended_at=None)
    waiting = replace(delivered, status="waiting", attempts=(), ended_at=None, next_at=AT + 5_000)
    all_: EndpointsJson = {"endpoints": [endpoint_json(endpoint)]}
    deliveries: DeliveryPageJson = {"deliveries": [delivery_json(waiting), delivery_json(delivered)], "next": None}
    return {
        EndpointJson: endpoint_json(endpoint),
        EndpointsJson: all_,
        NewSecretJson: new_secret_json(endpoint, "whsec_..."),
        ReplayJson: replay_json(replay),
        DeliveryJson: delivery_json(waiting),
        DeliveryPageJson: deliveries,
    }


def _endpoint() -> Endpoint:
    return Endpoint(
        id=ENDPOINT_ID,
        account_id=ACCOUNT,
        url="https://hooks.example.com/orders",
        description="Billing",
        types=("order.completed",),
        kinds=("lidb",),
        enabled=True,
        version=1,
        created_at=AT,
        updated_at=AT,
        off_why=None,
        off_at=None,
        failing_since=None,
        previous_until=None,
        waiting=1,
        replay=None,
    )


def _delivered() -> Delivery:
    told = event("order.completed")
    return Delivery(
        id=f"{ENDPOINT_ID}-{told.id}",
        endpoint_id=ENDPOINT_ID,
        event=told,
        status="delivered",
        made_at=AT,
        replayed_at=None,
        ended_at=AT + 140,
        next_at=None,
        attempts=({"at": AT, "status": 204, "seconds": 0.14},),
    )
