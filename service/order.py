"""An order: frozen values that pass between the floors.

Times are milliseconds since 1970 by the store's clock. JSON-like parts (`metadata`, `request`) are what the
client sent, secrets masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from service.identifiers import member_id
from service.lifecycle import State
from service.tracing.trace import Trace

#: what became of one telephone number
Result: TypeAlias = Literal["pending", "complete", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one telephone number, in Bandwidth's words where it has some."""

    outcome: Result = "pending"
    code: str | None = None
    description: str | None = None
    #: the same order may succeed later; None when Bandwidth said nothing wrong
    retryable: bool | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcome of every number: one for all, and those that differ."""

    default: Outcome = Outcome()
    differing: Mapping[str, Outcome] = field(default_factory=dict)

    def of(self, telephone_number: str) -> Outcome:
        """Return one number's outcome."""
        return self.differing.get(telephone_number, self.default)

    def count(self, result: Result, total: int) -> int:
        """Count the numbers of an order of `total` numbers that have this result."""
        differing = sum(each.outcome == result for each in self.differing.values())
        rest = total - len(self.differing) if self.default.outcome == result else 0
        return differing + rest


@dataclass(frozen=True, slots=True)
class Remark:
    """An error or a warning of Bandwidth's (or ours), with the first numbers it names and how many it names."""

    description: str
    code: str | None = None
    telephone_numbers: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Attention:
    """Why only a person can decide, and what to do."""

    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why an order is not moving although nothing is wrong with it, and until when (ms), where that is known."""

    why: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the store holds it."""

    id: str
    account_id: str
    kind: str
    state: State
    version: int
    origin: Literal["api", "external"]
    #: the client's own reference, if it gave one
    customer_order_id: str | None
    telephone_numbers: tuple[str, ...]
    #: the client's request, validated, in the kind's own field names; secrets masked
    request: Mapping[str, Any]
    #: sealed secret fields; None once Bandwidth has the order
    secrets: str | None
    metadata: Mapping[str, str]
    created_at: int
    updated_at: int
    next_look_at: int | None = None
    #: it is not sent before (ms)
    not_before: int | None = None
    #: the order of ours that this one changes at Bandwidth, and the latest that changes this one
    amends: str | None = None
    amended_by: str | None = None
    #: the ended order whose failed numbers this one takes up again, and the latest that does so for this one
    retries: str | None = None
    retried_by: str | None = None
    #: the batch that it was made for
    batch_id: str | None = None
    bandwidth_order_id: str | None = None
    bandwidth_status: str | None = None
    announced: str | None = None
    default_outcome: Outcome = Outcome()
    completed_numbers: int = 0
    failed_numbers: int = 0
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    attention: Attention | None = None
    waiting: Waiting | None = None
    held_by: str | None = None
    #: since when (ms) it stands in no line, because a person let others go past it
    aside_since: int | None = None
    first_sent_at: int | None = None
    received_at: int | None = None
    checked_at: int | None = None
    completed_at: int | None = None
    #: how often it was claimed to be sent, looked for, looked at, and failed to leave this machine in a row
    attempts: int = 0
    searches: int = 0
    looks: int = 0
    failures: int = 0
    #: how often it was sent again after searches in vain, and refused because something else changes the same thing
    resends: int = 0
    conflicts: int = 0
    uncertain_since: int | None = None
    #: where the request that submitted it stood in a trace, as W3C's `traceparent` writes it
    traceparent: str | None = None

    @property
    def trace(self) -> Trace:
        """What all work about it is traced under: its own id's trace where it was given none."""
        return Trace.kept(self.id, self.traceparent)

    @property
    def reference(self) -> str:
        """What Bandwidth gets as CustomerOrderId: the client's own reference, else our id (36 characters)."""
        return self.customer_order_id or self.id

    @property
    def total(self) -> int:
        """How many numbers the order names."""
        return len(self.telephone_numbers)


@dataclass(frozen=True, slots=True)
class Membership:
    """A batch, and an order's place in it, from 0."""

    id: str
    ordinal: int

    @property
    def place(self) -> str:
        """The place as it is kept: places sort as text."""
        return f"{self.ordinal:06d}"

    @property
    def order_id(self) -> str:
        """The id of the order that stands there."""
        return member_id(self.id, self.ordinal)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that passed the door and is not on disk yet."""

    id: str
    account_id: str
    kind: str
    customer_order_id: str | None
    telephone_numbers: tuple[str, ...]
    #: the line it stands in, and the subjects it stands for
    family: str
    subjects: tuple[str, ...]
    request: Mapping[str, Any]
    secrets: str | None
    metadata: Mapping[str, str]
    #: it is not to be sent before (ms)
    not_before: int | None = None
    #: the open order of ours that it changes at Bandwidth
    amends: str | None = None
    #: the ended order of ours whose failed numbers it takes up again, and the latest that had done so when it was read
    retries: str | None = None
    tried: str | None = None
    #: the batch that it is made for
    batch: Membership | None = None
    notices: tuple[Remark, ...] = ()
    client_id: str = ""
    idempotency_key: str | None = None
    fingerprint: str = ""
    #: where the request stands in a trace that submits it, or the batch that it is made for
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An order that somebody placed elsewhere, as Bandwidth's GET tells it."""

    bandwidth_order_id: str
    customer_order_id: str | None
    #: Bandwidth's own word
    status: str | None
    telephone_numbers: tuple[str, ...]
    #: the JSON body that would have made it, without secrets
    request: Mapping[str, Any]
