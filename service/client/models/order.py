"""An order, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from service.client.bodies import FIELDS
from service.client.models.model import Model

#: the states in which an order has ended
TERMINAL: Final = frozenset({"complete", "partial", "failed", "rejected", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Model):
    """How many telephone numbers an order names, and what became of them."""

    total: int = 0
    pending: int = 0
    complete: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Model):
    """An error or a warning of Bandwidth's (or of the tracker's), with the first numbers that it names."""

    description: str = ""
    code: str | None = None
    telephone_numbers: tuple[str, ...] = ()
    #: how many numbers it names
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention(Model):
    """Why only a person can decide, and what to do."""

    why: str = ""
    do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFor(Model):
    """Why an order does not move although nothing is wrong with it, and until when, where that is known."""

    why: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest(Model):
    """A request as it would be sent to Bandwidth."""

    method: str
    #: below Bandwidth's address
    path: str
    #: XML, secrets masked
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen(Model):
    """What would become of an order although nothing was sent: Bandwidth has said so when it was asked."""

    state: str
    errors: tuple[Remark, ...] = ()
    attention: Attention | None = None
    waiting: WaitingFor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun(Model):
    """What a dry run found: nothing was stored, and nothing was sent that changes anything."""

    #: what would be sent
    requests: tuple[PlannedRequest, ...] = ()
    #: set where it would not come to a request
    foreseen: Foreseen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Model):
    """An order as it was when it was asked for. A later state is another value: ask again, or wait."""

    #: empty in a dry run: nothing was stored
    id: str = ""
    account_id: str = ""
    kind: str
    #: accepted, held, submitting, uncertain, received, processing, needs_attention, or one of `TERMINAL`
    state: str
    #: rises with every change that can be seen
    version: int = 0
    #: `api`, or `external` for one that was placed at Bandwidth by others
    origin: str = "api"
    customer_order_id: str | None = None
    bandwidth_order_id: str | None = None
    #: Bandwidth's own word for the state
    bandwidth_status: str | None = None
    #: the end that a callback announced, before it is verified
    announced: str | None = None
    #: the order that this one changes at Bandwidth, and the latest that changes this one
    amends: str | None = None
    amended_by: str | None = None
    #: the ended order whose failed numbers this one takes up again, and the latest that does so with this one
    retries: str | None = None
    retried_by: str | None = None
    #: the upload that it was made of
    batch_id: str | None = None
    counts: Counts = field(default_factory=Counts)
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    #: the order that must end before this one is sent
    held_by: str | None = None
    #: since when orders on its numbers go past it, because a person let it step aside
    aside_since: datetime | None = None
    attention: Attention | None = None
    waiting: WaitingFor | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: of the trace that all work about it is done under; every line of the service's log about it has it
    trace_id: str = ""
    #: it is sent no sooner
    not_before: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    first_sent_at: datetime | None = None
    received_at: datetime | None = None
    checked_at: datetime | None = None
    completed_at: datetime | None = None
    next_look_at: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: set when it was only tried: the order is as it would be
    dry_run: DryRun | None = None

    def __str__(self) -> str:
        done, named = self.counts.complete, self.counts.total
        return f"order {self.id or '(dry run)'}: {self.kind}, {self.state}, {done} of {named} numbers complete"

    @property
    def is_terminal(self) -> bool:
        """Tell whether it has ended; nothing changes it any more."""
        return self.state in TERMINAL or self.completed_at is not None

    @property
    def is_complete(self) -> bool:
        """Tell whether it has ended and no number failed."""
        return self.state == "complete"

    @property
    def needs_attention(self) -> bool:
        """Tell whether only a person can decide; `attention` says what."""
        return self.state == "needs_attention"

    @property
    def request(self) -> dict[str, Any]:
        """Return what was asked for, in the fields of its kind, secrets masked; lists show orders without it."""
        return {name: value for name, value in self.raw.items() if name in FIELDS}
