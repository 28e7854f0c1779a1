"""An event: what other services are told of a change. Thin: whoever gets it fetches what it tells of.

An event has one id for good, which comes of what it tells: the same on every attempt, however often its deliveries
are made. Every version of an order has one event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

#: what an endpoint may ask for; `order.updated` is every change that is neither the first nor the end
TYPES: Final = ("order.accepted", "order.updated", "order.completed", "endpoint.disabled")
#: the test event, for one endpoint
PING: Final = "ping"


@dataclass(frozen=True, slots=True)
class Event:
    """An event; `at` is in ms since 1970."""

    id: str
    type: str
    at: int
    account_id: str
    #: the order, or the endpoint, that it tells of
    subject: str
    #: of an order; else empty
    kind: str
    #: of an order, or why an endpoint was switched off; of a ping empty
    state: str
    version: int

    @property
    def data(self) -> dict[str, Any]:
        """Return what it tells."""
        if self.type.startswith("order."):
            return {
                "order_id": self.subject,
                "account_id": self.account_id,
                "kind": self.kind,
                "state": self.state,
                "version": self.version,
            }
        why = {"why": self.state} if self.state else {}
        return {"endpoint_id": self.subject, "account_id": self.account_id, **why}


def body_of(event: Event) -> bytes:
    """Return the event as it is sent and signed."""
    at = datetime.fromtimestamp(event.at / 1000, UTC).isoformat(timespec="milliseconds")
    told = {"type": event.type, "id": event.id, "timestamp": at.replace("+00:00", "Z"), "data": event.data}
    return orjson.dumps(told)
