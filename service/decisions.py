"""What a person may decide about an order: send or look again (`retry`), or withdraw it (`cancel`)."""

from __future__ import annotations

from typing import Final

from service.errors import NotPossibleNow
from service.lifecycle import Source, State
from service.order import Order, Outcome, Outcomes
from service.report import Report
from service.settlement import NOT_TAKEN

_WITHDRAWABLE: Final = frozenset({State.ACCEPTED, State.HELD, State.NEEDS_ATTENTION})


def retry(order: Order) -> Report:
    """Take up an order that needs attention again; raises NotPossibleNow for any other.

    With Bandwidth's id it is checked. Without one it is sent if Bandwidth surely has not taken it, else it is looked
    for first, as any uncertain order.
    """
    if order.state != State.NEEDS_ATTENTION or order.attention is None:
        raise NotPossibleNow(f"Only an order in needs_attention can be retried; this one is {order.state}.")
    if order.bandwidth_order_id:
        return _decision("retried", State.PROCESSING)
    if order.attention.why in NOT_TAKEN:
        return _decision("retried", State.ACCEPTED)
    return _decision("retried", State.UNCERTAIN)


def cancel(order: Order) -> Report:
    """Withdraw an order that Bandwidth does not have; raises NotPossibleNow when it may have it."""
    if order.bandwidth_order_id:
        raise NotPossibleNow(f"Bandwidth has this order as {order.bandwidth_order_id}; it takes no cancellation.")
    if order.state not in _WITHDRAWABLE:
        raise NotPossibleNow(
            f"An order is cancelled before it is sent, or in needs_attention; this one is {order.state}."
        )
    return _decision("cancelled", State.CANCELLED, Outcomes(Outcome("cancelled")))


def _decision(event: str, state: State, outcomes: Outcomes | None = None) -> Report:
    return Report(Source.OPERATOR, event, state=state, outcomes=outcomes, look_in=0.0)
