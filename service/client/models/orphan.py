"""Callbacks of orders that nobody knows, and what became of them when they were heard again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption(Model):
    """When an order that was placed elsewhere is fetched."""

    kind: str = ""
    due_at: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan(Model):
    """What callbacks told of an order that nobody here knows."""

    #: what `replay_orphan` takes
    key: str
    bandwidth_order_id: str | None = None
    customer_order_id: str | None = None
    order_type: str | None = None
    last_status: str | None = None
    #: how many
    callbacks: int = 0
    first_received_at: datetime | None = None
    last_received_at: datetime | None = None
    expires_at: datetime | None = None
    adoption: Adoption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAgain(Model):
    """One callback, and what became of it: new, late, duplicate or kept."""

    outcome: str = ""
    received_at: datetime | None = None
    order_type: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedOrphan(Model):
    """What became of an orphan."""

    key: str
    #: `applied`: its order is known, and the orphan is gone; `kept`: it is not known yet
    outcome: str
    bandwidth_order_id: str | None = None
    customer_order_id: str | None = None
    order_id: str | None = None
    #: its order is fetched at once
    adoption_due: bool = False
    orders_looked_at: tuple[str, ...] = ()
    callbacks: tuple[HeardAgain, ...] = ()
