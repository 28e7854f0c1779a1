"""Deliveries of events as clients see them, with every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from service.api.described import Time, described
from service.event import Data
from service.store.events.deliveries import Status
from service.times import iso

if TYPE_CHECKING:
    from service.store.events.deliveries import Delivery


@described
class AttemptJson(TypedDict):
    """One attempt to deliver an event."""

    at: Time
    status: int | None
    """The answer's, where one came."""
    error: str | None
    seconds: float


@described
class DeliveryJson(TypedDict):
    """One event for one endpoint."""

    id: str
    event_id: str
    """Its `webhook-id`, the same on every attempt."""
    type: str
    data: Data
    """What it tells, as it is sent."""
    status: Status
    """`replaced`: a newer event of the order took its place."""
    attempts: list[AttemptJson]
    """The oldest first; of one that was replayed often the newest hundred."""
    next_attempt_at: Time | None
    made_at: Time
    replayed_at: Time | None
    """When somebody last had it sent again."""
    ended_at: Time | None


class DeliveryPageJson(TypedDict):
    """A page of deliveries."""

    deliveries: list[DeliveryJson]
    next: str | None


def delivery_json(delivery: Delivery) -> DeliveryJson:
    """Write a delivery with its attempts, oldest first."""
    return {
        "id": delivery.id,
        "event_id": delivery.event.id,
        "type": delivery.event.type,
        "data": delivery.event.data,
        "status": delivery.status,
        "attempts": [_attempt(each) for each in delivery.attempts],
        "next_attempt_at": iso(delivery.next_at),
        "made_at": iso(delivery.made_at),
        "replayed_at": iso(delivery.replayed_at),
        "ended_at": iso(delivery.ended_at),
    }


def _attempt(kept: dict[str, Any]) -> AttemptJson:
    return {
        "at": iso(kept["at"]),
        "status": kept.get("status"),
        "error": kept.get("error"),
        "seconds": kept["seconds"],
    }
