"""What of an ended order may be tried again: the numbers that failed with a code after which the same may succeed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.errors import NotPossibleNow
from service.lifecycle import TERMINAL, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.order import Order, Outcome

_NOTHING: Final = (
    "Nothing of this order is left to retry: no number failed in a way that sending it again could mend. "
    "Correct what the codes say, and submit a new order."
)


def require_retryable(order: Order) -> None:
    """Raise NotPossibleNow for an order of which nothing can ever be retried, or not yet."""
    if order.origin == "external":
        raise NotPossibleNow(
            "This order was placed elsewhere, and its request is not wholly known: submit a new order."
        )
    if order.retries:
        raise NotPossibleNow(f"This order retries order {order.retries}: retry what is left of that one.")
    if order.amends:
        raise NotPossibleNow(f"This order changes order {order.amends}: change that one again, or submit a new order.")
    if order.amended_by:
        raise NotPossibleNow(f"Order {order.amended_by} changed what this one asks for: submit a new order.")
    if order.state not in TERMINAL:
        raise NotPossibleNow(f"Only an order that has ended can be retried; this one is {order.state}.")


def require_failures(order: Order) -> None:
    """Raise NotPossibleNow for an order of which no number failed, by its counts: `left` looks at each."""
    failed = order.failed_numbers or (not order.total and order.default_outcome.retryable)
    if not (failed or order.retried_by):
        raise NotPossibleNow(_NOTHING)


def left(last: Order, outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Return the numbers that may be tried again; none for an order that names no number.

    `last` is the order, or the last one that took up what it left, with the outcomes of its numbers. Raises
    NotPossibleNow when that one has not ended, and when nothing is left.
    """
    if last.state not in TERMINAL:
        raise NotPossibleNow(f"Order {last.id} has taken up what failed, and is {last.state}: wait for its end.")
    found = frozenset(
        number for number, outcome in zip(last.telephone_numbers, outcomes, strict=True) if _again(last, outcome)
    )
    if not found and (last.total or not _again(last, last.default_outcome)):
        raise NotPossibleNow(_NOTHING)
    return found


def _again(last: Order, outcome: Outcome) -> bool:
    # a retry that was withdrawn has tried nothing
    withdrawn = last.retries is not None and last.state == State.CANCELLED
    return withdrawn or outcome.retryable is True
