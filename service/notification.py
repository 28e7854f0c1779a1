"""A notification: what services written for Bandwidth are told of an order, in Bandwidth's XML and in its words.

Bandwidth tells a status that an order has reached. So nothing is told while an order is on its way there, and an order
that Bandwidth refused is told as FAILED to whoever knows only that we had taken it. CANCELLED, which Bandwidth's table
lacks and its listings have, is told of every kind: it is what a GET of the order says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from service import xml
from service.lifecycle import State
from service.times import iso

if TYPE_CHECKING:
    from service.event import Event

CONTENT_TYPE: Final = "application/xml; charset=utf-8"

#: kind -> spellings of its OrderType: 14500 names lidbs, Bandwidth's OpenAPI document names lidb
ORDER_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "tn-options": ("tnoptions",),
    "lidb": ("lidbs", "lidb"),
    "dlda": ("dldas",),
}

#: the ProcessingStatus of an order: Bandwidth has one word for all that comes before it works on one
STATUSES: Final[Mapping[State, str]] = {
    State.ACCEPTED: "RECEIVED",
    State.HELD: "RECEIVED",
    State.SUBMITTING: "RECEIVED",
    State.UNCERTAIN: "RECEIVED",
    State.RECEIVED: "RECEIVED",
    State.PROCESSING: "PROCESSING",
    State.NEEDS_ATTENTION: "PROCESSING",
    State.COMPLETE: "COMPLETE",
    State.PARTIAL: "PARTIAL",
    State.FAILED: "FAILED",
    State.REJECTED: "FAILED",
    State.CANCELLED: "CANCELLED",
}
_TOLD: Final = (
    State.RECEIVED,
    State.PROCESSING,
    State.COMPLETE,
    State.PARTIAL,
    State.FAILED,
    State.REJECTED,
    State.CANCELLED,
)
_MESSAGES: Final[Mapping[State, str]] = {
    State.RECEIVED: "The order has been received.",
    State.PROCESSING: "The order is being processed.",
    State.COMPLETE: "The order is complete.",
    State.PARTIAL: "The order is complete for some of its telephone numbers: its errors tell of the others.",
    State.FAILED: "The order has failed: its errors tell why.",
    State.REJECTED: "The order was refused: its errors tell why.",
    State.CANCELLED: "The order was withdrawn.",
}


def _told_of(kind: str) -> dict[str, str]:
    # Bandwidth's own table has no RECEIVED for names
    return {each: STATUSES[each] for each in _TOLD if kind != "lidb" or each != State.RECEIVED}


#: kind -> state -> what is told of an order that enters it; nothing of what is not here
TOLD: Final[Mapping[str, Mapping[str, str]]] = {kind: _told_of(kind) for kind in ORDER_TYPES}


def body_of(event: Event, subscription_id: str, order_type: str, customer_order_id: str | None) -> bytes:
    """Return an event of an order as it is sent: `Notification`, its elements in the order seen at Bandwidth."""
    state = State(event.state)
    notification = xml.element(
        "Notification",
        xml.element("Status", STATUSES[state]),
        xml.element("SubscriptionId", subscription_id),
        xml.element("Message", _MESSAGES.get(state, _MESSAGES[State.PROCESSING])),
        xml.element("OrderId", event.subject),
        xml.element("OrderType", order_type),
        xml.element("CustomerOrderId", customer_order_id) if customer_order_id else None,
        xml.element("LastModifiedDate", iso(event.at)),
    )
    return xml.write(notification)
