"""A batch: many orders made of one upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError(Model):
    """One wrong field of a row, or a row whose order was refused."""

    #: in which the row begins, from 1
    line: int
    #: where in the row (RFC 6901); empty: the row
    pointer: str = ""
    detail: str = ""
    #: Bandwidth's, where it has one
    code: str | None = None
    #: the order that was refused; None where the row is wrong
    order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Model):
    """Rows of an upload."""

    total: int = 0
    valid: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOrders(Model):
    """Orders that the rows make."""

    planned: int = 0
    accepted: int = 0
    #: they could not be accepted: their rows stand among the errors
    refused: int = 0
    #: how the accepted ones stand
    by_state: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNumbers(Model):
    """Numbers of the rows that are right, and what became of them."""

    total: int = 0
    pending: int = 0
    complete: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Model):
    """A batch as it was when it was asked for."""

    id: str
    account_id: str = ""
    kind: str = ""
    #: `accepting` while some of its orders are planned, `open` until all have ended, then `ended`
    state: str
    rows: Rows = field(default_factory=Rows)
    orders: BatchOrders = field(default_factory=BatchOrders)
    numbers: BatchNumbers = field(default_factory=BatchNumbers)
    created_at: datetime | None = None
    ended_at: datetime | None = None
    links: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: where it was made: the first thousand; `iter_batch_errors` has all
    errors: tuple[RowError, ...] = ()

    @property
    def has_ended(self) -> bool:
        """Tell whether all of its orders have ended."""
        return self.state == "ended"
