"""What a person may do with an order as it is now: what each action will do, or why it is not possible.

For whoever asks before it is done. What is told here may be over a moment later: the actions themselves decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from service import decisions, retries
from service.errors import NotPossibleNow
from service.lifecycle import LOOKED_AT, UNSENT, State
from service.settlement import NOT_TAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.order import Order


class Action(StrEnum):
    """What a person may do with an order, by the last part of its address."""

    CANCEL = "cancel"
    RETRY = "retry"
    CHECK = "check"
    STEP_ASIDE = "step-aside"
    RETRY_FAILED = "retry-failed"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an action will do with an order, or why it is not possible now: one sentence or two."""

    action: Action
    possible: bool
    says: str


#: what happens at Bandwidth when changes of one number meet there
COLLISION: Final = (
    "At Bandwidth they may meet it: then one of them is refused (11020, 16103, 5146, 409), "
    "or both are done, in either order."
)


def prospect(action: Action, order: Order, followers: int | None = None) -> Prospect:
    """Return what one action will do with an order.

    `followers`: how many orders stand directly behind it in its lines; None where that was not read.
    """
    try:
        return Prospect(action, possible=True, says=_FORESEEN[action](order, followers))
    except NotPossibleNow as why:
        return Prospect(action, possible=False, says=why.detail)


def possible(order: Order, followers: int | None = None) -> Mapping[Action, Prospect]:
    """Return what every action will do with an order; `followers` as for `prospect`."""
    return {action: prospect(action, order, followers) for action in Action}


def _cancelled(order: Order, followers: int | None) -> str:
    decisions.cancel(order)
    freed = " Orders that wait for it go on." if followers else ""
    if order.attention and order.attention.why not in NOT_TAKEN:
        return (
            "It is withdrawn here, and nothing follows it any more. Bandwidth may have taken it all the same: look for "
            f"its numbers there first.{freed}"
        )
    if order.attempts == 0:
        return f"It is withdrawn. It was never sent: Bandwidth does not hear of it.{freed}"
    return f"It is withdrawn. It was sent before, and Bandwidth has nothing of it.{freed}"


def _retried(order: Order, _followers: int | None) -> str:
    state = decisions.retry(order).state
    if state == State.PROCESSING:
        return f"It is looked at as {order.bandwidth_order_id} at Bandwidth, and ends as Bandwidth says."
    if state == State.UNCERTAIN:
        return "It is looked for at Bandwidth first, and sent again only when no search has found it."
    joins = " It had stepped aside: it goes to the end of its lines first." if order.aside_since else ""
    return f"It is sent again: Bandwidth has nothing of it.{joins}"


def _checked(order: Order, _followers: int | None) -> str:
    if order.state not in LOOKED_AT:
        raise NotPossibleNow(decisions.no_look(order.state))
    if order.state == State.UNCERTAIN:
        return "It is looked for at Bandwidth now; a search that had no answer is not made sooner."
    return "It is checked at Bandwidth now. Only what Bandwidth says changes it."


def _stepped_aside(order: Order, followers: int | None) -> str:
    decisions.step_aside(order)
    if followers == 0:
        raise NotPossibleNow(decisions.ALONE)
    if order.state in UNSENT:
        return "It goes to the end of its lines: the orders behind it go first, and it is sent after them."
    return f"Orders on its numbers go past it, at your risk. {COLLISION}"


def _retried_failed(order: Order, _followers: int | None) -> str:
    retries.require_retryable(order)
    retries.require_failures(order)
    failed = f"what order {order.retried_by} left of it" if order.retried_by else "its numbers that failed"
    return f"A new order is made of {failed}: of those whose codes say that they may succeed now."


_FORESEEN: Final[Mapping[Action, Callable[[Order, int | None], str]]] = {
    Action.CANCEL: _cancelled,
    Action.RETRY: _retried,
    Action.CHECK: _checked,
    Action.STEP_ASIDE: _stepped_aside,
    Action.RETRY_FAILED: _retried_failed,
}
