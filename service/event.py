"""An event: what other services are told of a change. Thin: whoever gets it fetches what it tells of.

An event has one id for good, which comes of what it tells: the same on every attempt, however often its deliveries
are made. Every version of an order has one event. Deliveries, streams and the API's document all write it as here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeAlias, get_args

import orjson
from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

Type: TypeAlias = Literal[
    "order.accepted",
    "order.updated",
    "order.completed",
    "batch.completed",
    "subscription.unhealthy",
    "subscription.healthy",
    "endpoint.disabled",
]
#: what an endpoint may ask for; `order.updated` is every change that is neither the first nor the end
TYPES: Final[tuple[Type, ...]] = get_args(Type)
#: the test event, for one endpoint
PING: Final = "ping"

_described: Final = with_config(ConfigDict(use_attribute_docstrings=True))
_Time: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


@_described
class OrderChangeJson(TypedDict):
    """An order has a new version: fetch it."""

    order_id: str
    account_id: str
    kind: str
    state: str
    version: int
    """The highest that you have seen is the newest: events may come out of turn."""


@_described
class BatchEndJson(TypedDict):
    """All orders of a batch have ended: fetch it."""

    batch_id: str
    account_id: str
    kind: str


@_described
class SubscriptionHealthJson(TypedDict):
    """One of the callback subscriptions at Bandwidth stays wrong, or is whole again: fetch the subscriptions.

    While it is wrong, orders of these kinds are followed by checks alone, later than by callbacks.
    """

    account_id: str
    order_type: str
    """As Bandwidth calls it."""
    kinds: list[str]
    problems: list[str]
    """What was wrong when this was told; empty once it is whole."""
    version: int
    """Rises each time that it becomes wrong or whole."""


@_described
class EndpointDisabledJson(TypedDict):
    """An endpoint was switched off by itself: nothing more is sent to it."""

    endpoint_id: str
    account_id: str
    why: str
    """`gone`: it answered 410. `failing`: no success for days."""


class PingJson(TypedDict):
    """A test."""

    endpoint_id: str
    account_id: str


Data: TypeAlias = OrderChangeJson | BatchEndJson | SubscriptionHealthJson | EndpointDisabledJson | PingJson


@_described
class EventJson(TypedDict):
    """An event as it is sent, signed and streamed."""

    type: str
    id: str
    """The same on every attempt: by it a receiver knows what it has had already."""
    timestamp: _Time
    """When it happened."""
    data: Data


#: what `data` is, by type
SHAPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(("order.accepted", "order.updated", "order.completed"), OrderChangeJson),
    "batch.completed": BatchEndJson,
    **dict.fromkeys(("subscription.unhealthy", "subscription.healthy"), SubscriptionHealthJson),
    "endpoint.disabled": EndpointDisabledJson,
    PING: PingJson,
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event; `at` is in ms since 1970."""

    id: str
    type: str
    at: int
    account_id: str
    #: the order, the batch, the endpoint, or ACCOUNT-ORDER_TYPE of a subscription, that it tells of
    subject: str
    #: of an order or a batch; the kinds of a subscription, packed; else empty
    kind: str
    #: of an order or a batch; what is wrong with a subscription, packed; why an endpoint was switched off; else empty
    state: str
    version: int

    @classmethod
    def read(cls, account_id: str, entry_id: str, entry: Mapping[str, str]) -> Event:
        """Read an entry of the account's stream, as `event_of` in `making.lua` does."""
        subject, version = entry["id"], entry["version"]
        return cls(
            id=f"evt_{subject}_{version}",
            type=entry["type"],
            at=int(entry_id.partition("-")[0]),
            account_id=account_id,
            subject=subject,
            kind=entry["kind"],
            state=entry["state"],
            version=int(version),
        )

    @property
    def data(self) -> Data:
        """Return what it tells."""
        if self.type.startswith("order."):
            return {
                "order_id": self.subject,
                "account_id": self.account_id,
                "kind": self.kind,
                "state": self.state,
                "version": self.version,
            }
        if self.type == "batch.completed":
            return {"batch_id": self.subject, "account_id": self.account_id, "kind": self.kind}
        if self.type.startswith("subscription."):
            return {
                "account_id": self.account_id,
                "order_type": self.subject.removeprefix(f"{self.account_id}-"),
                "kinds": self.kind.split(),
                "problems": self.state.split(),
                "version": self.version,
            }
        if self.type == PING:
            return {"endpoint_id": self.subject, "account_id": self.account_id}
        return {"endpoint_id": self.subject, "account_id": self.account_id, "why": self.state}


def event_json(event: Event) -> EventJson:
    """Write an event."""
    at = datetime.fromtimestamp(event.at / 1000, UTC).isoformat(timespec="milliseconds")
    return {"type": event.type, "id": event.id, "timestamp": at.replace("+00:00", "Z"), "data": event.data}


def body_of(event: Event) -> bytes:
    """Return the event as it is sent and signed."""
    return orjson.dumps(event_json(event))
