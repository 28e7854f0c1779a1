"""What a person may decide about an order: send or look again (`retry`), withdraw it, let those behind it go first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.errors import NotPossibleNow
from service.lifecycle import LOOKED_AT, TERMINAL, UNSENT, Source, State
from service.order import Order, Outcome, Outcomes
from service.report import Report
from service.settlement import NOT_TAKEN

if TYPE_CHECKING:
    from collections.abc import Callable

_WITHDRAWABLE: Final = UNSENT | {State.NEEDS_ATTENTION}

#: why nothing is gained by stepping aside
ALONE: Final = "No order waits for this one: it stands in nobody's way."
_OVER: Final = "This order has ended ({}): it stands in nobody's way."
_NOT_SENT: Final = "There is nothing to look at yet: this order is {}, and is checked by itself once it was sent."
_ENDED: Final = "This order has ended ({}): what Bandwidth said of it is proved."


def retry(order: Order) -> Report:
    """Take up an order that needs attention again; raises NotPossibleNow for any other.

    With Bandwidth's id it is checked. Without one it is sent if Bandwidth surely has not taken it, else it is looked
    for first, as any uncertain order.
    """
    if order.state != State.NEEDS_ATTENTION or order.attention is None:
        raise NotPossibleNow(f"Only an order that needs attention can be retried; this one is {order.state}.")
    if order.bandwidth_order_id:
        return _decision("retried", State.PROCESSING)
    if order.attention.why in NOT_TAKEN:
        return _decision("retried", State.ACCEPTED)
    return _decision("retried", State.UNCERTAIN)


def cancel(order: Order) -> Report:
    """Withdraw an order that Bandwidth does not have; raises NotPossibleNow when it may have it."""
    if order.bandwidth_order_id:
        raise NotPossibleNow("Bandwidth has this order, and takes no cancellation.")
    if order.state not in _WITHDRAWABLE:
        raise NotPossibleNow(
            f"An order is cancelled before it is sent, or in needs_attention; this one is {order.state}."
        )
    return _decision("cancelled", State.CANCELLED, Outcomes(Outcome("cancelled")))


def step_aside(order: Order) -> Report:
    """Let the orders behind it go first; raises NotPossibleNow where it cannot or need not.

    What Bandwidth has, or may have, leaves its lines until it is to be sent again: orders on its numbers go past it,
    and may meet it at Bandwidth. What is not sent goes to the end of its lines, and meets nobody there.
    """
    if order.state in TERMINAL:
        raise NotPossibleNow(_OVER.format(order.state))
    if order.state not in LOOKED_AT | UNSENT:
        raise NotPossibleNow("This order is being sent just now: read it again in a minute, then decide.")
    if order.aside_since is not None:
        raise NotPossibleNow("This order has stepped aside already: orders on its numbers go past it.")
    if order.state in LOOKED_AT:
        return Report(Source.OPERATOR, "stepped_aside", "it stands in no line any more", line="leave")
    if order.amends:
        raise NotPossibleNow(
            f"This order changes order {order.amends} and stands directly behind it: cancel it, and make it later."
        )
    if order.bandwidth_order_id:
        raise NotPossibleNow("Bandwidth has this order, and it is looked at just now: read it again in a minute.")
    return Report(Source.OPERATOR, "stepped_aside", "to the end of its lines", State.HELD, line="end")


def no_look(state: State) -> str:
    """Tell why an order in this state, which is none of LOOKED_AT, cannot be looked at now."""
    return (_ENDED if state in TERMINAL else _NOT_SENT).format(state)


#: the decisions that carry the version that the person saw, by the last part of their address
DECISIONS: Final[dict[str, Callable[[Order], Report]]] = {
    "retry": retry,
    "cancel": cancel,
    "step-aside": step_aside,
}


def _decision(event: str, state: State, outcomes: Outcomes | None = None) -> Report:
    return Report(Source.OPERATOR, event, state=state, outcomes=outcomes, look_in=0.0)
