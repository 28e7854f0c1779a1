"""Endpoints that are told of events, and what became of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOff(Model):
    """Why and when the tracker switched an endpoint off."""

    why: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Model):
    """Events of a time being delivered to an endpoint again."""

    since: datetime
    types: tuple[str, ...] = ()
    #: False: some events since then are gone
    whole: bool = True
    starts_at: datetime | None = None
    #: how far it has come
    reached_at: datetime | None = None
    #: made so far
    deliveries: int = 0
    begun_at: datetime | None = None
    #: None while it is under way
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed(Model):
    """What an endpoint has that a client of Bandwidth's XML API has subscribed."""

    #: as Bandwidth calls it
    order_type: str = ""
    #: None: it is told of all orders of its kind
    order_id: str | None = None
    #: None: it has no credentials
    username: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Model):
    """An address that is told of events."""

    id: str
    account_id: str = ""
    url: str
    description: str = ""
    #: of events; none: all
    types: tuple[str, ...] = ()
    #: of orders; none: all
    kinds: tuple[str, ...] = ()
    #: event, or notification: Bandwidth's XML
    format: str = "event"
    #: of a notified one
    subscription: Subscribed | None = None
    enabled: bool = True
    switched_off: SwitchedOff | None = None
    failing_since: datetime | None = None
    #: deliveries that wait
    waiting: int = 0
    #: the last one
    replay: Replay | None = None
    previous_secret_until: datetime | None = None
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    #: shown where it was made, and never again
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Model):
    """One attempt at a delivery."""

    at: datetime
    #: HTTP status of the receiver
    status: int | None = None
    error: str | None = None
    #: how long it took
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Model):
    """One event for one endpoint."""

    id: str
    event_id: str = ""
    type: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    #: waiting, delivered, replaced, given_up
    status: str = ""
    #: oldest first
    attempts: tuple[Attempt, ...] = ()
    next_attempt_at: datetime | None = None
    made_at: datetime | None = None
    #: when somebody last had it sent again
    replayed_at: datetime | None = None
    ended_at: datetime | None = None
