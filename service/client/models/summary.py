"""An account at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class OldestOrder(Model):
    """The oldest open order of a kind."""

    id: str
    state: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Model):
    """How many orders an account has, counted at one instant."""

    account_id: str = ""
    open: int = 0
    #: until they are purged
    ended: int = 0
    #: of those that are open, how many need a person
    needs_attention: int = 0
    #: by kind and state
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: by kind; a kind without open orders is not there
    oldest_open: Mapping[str, OldestOrder] = field(default_factory=dict)
    #: tells these counts from others
    etag: str | None = field(default=None, repr=False)
