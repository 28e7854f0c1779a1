"""What an order has come to for one of its telephone numbers."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING

from service.local.sandbox.statuses import Status

if TYPE_CHECKING:
    from datetime import datetime

    from service.local.sandbox.order import Order


class Outcome(StrEnum):
    """One number's share of an order."""

    OPEN = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


def outcome_for(order: Order, telephone_number: str, now: datetime) -> Outcome:
    """Return what the order has done for a number: one that the 201 refuses has failed at once."""
    verdict, last = order.draft.verdict, order.now_at(now)
    if telephone_number in verdict.refused_numbers:
        return Outcome.FAILED
    if not last.is_end:
        return Outcome.OPEN
    if last.status == Status.CANCELLED:
        return Outcome.CANCELLED
    failed = {number for error in verdict.errors for number in error.telephone_numbers}
    return Outcome.FAILED if last.status == Status.FAILED or telephone_number in failed else Outcome.DONE
