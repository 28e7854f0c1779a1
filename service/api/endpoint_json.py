"""Endpoints as clients see them. A secret is shown where it is made, and never again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from service.api.described import Id, Time, described
from service.store.events.subscribed import Format
from service.times import iso

if TYPE_CHECKING:
    from service.store.events.endpoints import Endpoint
    from service.store.events.replays import Replay
    from service.store.events.subscribed import Subscribed


class SwitchedOffJson(TypedDict):
    """Why an endpoint is off, and since when."""

    why: Literal["person", "gone", "failing"]
    at: Time | None


@described
class ReplayJson(TypedDict):
    """Events of a time being delivered to an endpoint again."""

    since: Time
    """What was asked for."""
    types: list[str]
    whole: bool
    """False: some events since then are older than events are kept, and gone."""
    starts_at: Time | None
    """When the first of the events happened; null when there was none."""
    reached_at: Time | None
    """When the last event that has been looked at happened."""
    deliveries: int
    """Made so far."""
    begun_at: Time
    ended_at: Time | None
    """Null while it is under way."""


class EndpointLinksJson(TypedDict):
    """Where an endpoint and its deliveries are."""

    self: str
    deliveries: str


@described
class SubscribedJson(TypedDict):
    """What an endpoint has that is a subscription of a client of Bandwidth's XML API."""

    order_type: str
    """As Bandwidth calls it."""
    order_id: Id | None
    """Null: it is told of all orders of its kind."""
    username: str | None
    """Of the credentials that it asks for; null: it has none."""
    expires_at: Time
    """It hears of nothing that happens later."""


@described
class EndpointJson(TypedDict):
    """An address that is told of events, and how that goes."""

    id: Id
    account_id: str
    url: str
    description: str
    types: list[str]
    """What it is told of; empty: everything."""
    kinds: list[str]
    """Of which kinds of orders; empty: all."""
    format: Format
    """`event`: thin and signed. `notification`: Bandwidth's XML, with the credentials of the subscription."""
    subscription: SubscribedJson | None
    """Of a notified one."""
    enabled: bool
    switched_off: SwitchedOffJson | None
    failing_since: Time | None
    """When the first of its attempts failed, of those since its last success."""
    waiting: int
    """Deliveries that wait for it."""
    replay: ReplayJson | None
    """The last one."""
    previous_secret_until: Time | None
    """Until then events are also signed with the secret before."""
    version: int
    created_at: Time
    updated_at: Time
    links: EndpointLinksJson


@described
class NewSecretJson(EndpointJson):
    """An endpoint with its new secret."""

    secret: str
    """Signs its events; keep it, for it is not shown again."""


class EndpointsJson(TypedDict):
    """All endpoints of an account."""

    endpoints: list[EndpointJson]


def endpoint_json(endpoint: Endpoint) -> EndpointJson:
    """Write an endpoint."""
    return {
        "id": endpoint.id,
        "account_id": endpoint.account_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "types": list(endpoint.types),
        "kinds": list(endpoint.kinds),
        "format": endpoint.format,
        "subscription": _subscribed(endpoint.subscribed) if endpoint.subscribed else None,
        "enabled": endpoint.enabled,
        "switched_off": {"why": endpoint.off_why, "at": iso(endpoint.off_at)} if endpoint.off_why else None,
        "failing_since": iso(endpoint.failing_since),
        "waiting": endpoint.waiting,
        "replay": replay_json(endpoint.replay) if endpoint.replay else None,
        "previous_secret_until": iso(endpoint.previous_until),
        "version": endpoint.version,
        "created_at": iso(endpoint.created_at),
        "updated_at": iso(endpoint.updated_at),
        "links": {"self": path(endpoint), "deliveries": f"{path(endpoint)}/deliveries"},
    }


def new_secret_json(endpoint: Endpoint, secret: str) -> NewSecretJson:
    """Write an endpoint with its new secret."""
    return {**endpoint_json(endpoint), "secret": secret}


def replay_json(replay: Replay) -> ReplayJson:
    """Write how far a replay is."""
    return {
        "since": iso(replay.since),
        "types": list(replay.types),
        "whole": replay.whole,
        "starts_at": iso(replay.starts_at),
        "reached_at": iso(replay.reached_at),
        "deliveries": replay.made,
        "begun_at": iso(replay.begun_at),
        "ended_at": iso(replay.ended_at),
    }


def _subscribed(subscribed: Subscribed) -> SubscribedJson:
    return {
        "order_type": subscribed.order_type,
        "order_id": subscribed.order_id,
        "username": subscribed.username,
        "expires_at": iso(subscribed.expires_at),
    }


def path(endpoint: Endpoint) -> str:
    """Return an endpoint's address."""
    return f"/v1/accounts/{endpoint.account_id}/endpoints/{endpoint.id}"
