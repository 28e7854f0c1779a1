"""A telephone number: what Bandwidth and the account's orders say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder(Model):
    """An open order that names the number."""

    order_id: str
    kind: str
    state: str
    held_by: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastOutcome(Model):
    """What the last ended order of a kind came to for the number."""

    order_id: str
    kind: str
    state: str
    outcome: str = ""
    code: str | None = None
    description: str | None = None
    retryable: bool | None = None
    warning: str | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Model):
    """A telephone number."""

    #: ten digits
    telephone_number: str
    e164: str = ""
    account_id: str = ""
    #: oldest first
    open_orders: tuple[OpenOrder, ...] = ()
    #: one for each kind
    last_outcomes: tuple[LastOutcome, ...] = ()
    #: it has more orders than were looked at
    more_orders: bool = False
    #: Bandwidth's details, its elements in snake_case; None where `bandwidth_absent` says why
    bandwidth: Mapping[str, Any] | None = None
    bandwidth_absent: str | None = None
