"""A batch: many orders from one body, as its record and its tally tell of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from service.lifecycle import State
from service.store.schema import require_known
from service.tracing.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

#: `accepting`: some of its orders are still planned; `open`: all are accepted, some have not ended
BatchState: TypeAlias = Literal["accepting", "open", "ended"]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the store holds it. Times are ms since 1970."""

    id: str
    account_id: str
    kind: str
    client_id: str
    created_at: int
    ended_at: int | None
    #: rows of the body, and those of them that were wrong
    rows: int
    wrong_rows: int
    #: orders that were planned, and those that were refused when they were to be accepted
    planned: int
    refused: int
    #: telephone numbers of all planned orders, and of those that were refused
    numbers: int
    refused_numbers: int
    #: accepted orders by state, purged ones included
    orders: Mapping[State, int]
    #: numbers that completed, that failed, and of ended orders those that did neither
    complete: int
    failed: int
    other: int
    #: where the request that submitted it stood in a trace, as W3C's `traceparent` writes it
    traceparent: str | None = None

    @property
    def trace(self) -> Trace:
        """What all work about it is traced under, its orders' too: its own id's trace where it was given none."""
        return Trace.kept(self.id, self.traceparent)

    @property
    def accepted(self) -> int:
        """How many of its orders were accepted."""
        return sum(self.orders.values())

    @property
    def pending_numbers(self) -> int:
        """How many of its numbers have no outcome yet."""
        return self.numbers - self.refused_numbers - self.complete - self.failed - self.other

    @property
    def state(self) -> BatchState:
        """How far it is."""
        if self.ended_at is not None:
            return "ended"
        return "open" if self.accepted + self.refused == self.planned else "accepting"


def batch_of(account_id: str, batch_id: str, fields: Mapping[str, str], tally: Mapping[str, str]) -> Batch:
    """Read a batch from its record and its tally, whose fields are `BLOCK:WHAT` (record.lua)."""
    require_known(fields, f"Batch {batch_id}")
    counts = Counter[str]()
    for name, amount in tally.items():
        counts[name.partition(":")[2]] += int(amount)
    ended_at = fields.get("ended_at")
    return Batch(
        id=batch_id,
        account_id=account_id,
        kind=fields["kind"],
        client_id=fields["client"],
        created_at=int(fields["created_at"]),
        ended_at=int(ended_at) if ended_at else None,
        rows=int(fields["rows"]),
        wrong_rows=int(fields["wrong_rows"]),
        planned=int(fields["planned"]),
        refused=int(fields.get("refused", 0)),
        numbers=int(fields["numbers"]),
        refused_numbers=int(fields.get("refused_numbers", 0)),
        orders={state: counts[state] for state in State if counts[state]},
        complete=counts["numbers:complete"],
        failed=counts["numbers:failed"],
        other=counts["numbers:other"],
        traceparent=fields.get("traceparent"),
    )
