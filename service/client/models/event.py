"""An event: something has changed. It is thin: fetch what it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Model):
    """What other services are told of, by stream and by webhook; the same id on every attempt."""

    id: str = ""
    #: `order.accepted`, `order.updated`, `order.completed`, `subscription.unhealthy` and others; of a stream `reset`
    type: str
    timestamp: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    #: its place in the stream: give it as `last_event_id` to go on after it; None of a webhook
    place: str | None = None

    @property
    def order_id(self) -> str | None:
        """Return the order that it tells of."""
        return self.data.get("order_id")

    @property
    def account_id(self) -> str | None:
        """Return the account."""
        return self.data.get("account_id")

    @property
    def kind(self) -> str | None:
        """Return the order's kind."""
        return self.data.get("kind")

    @property
    def state(self) -> str | None:
        """Return the order's state then."""
        return self.data.get("state")

    @property
    def version(self) -> int | None:
        """Return the order's version then: what has a lower one is older."""
        return self.data.get("version")
