"""Acting: a person's decision about an order, applied by one script unless a worker or an event came first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from service.decisions import ALONE
from service.errors import NotPossibleNow, TooManyConflicts
from service.lifecycle import LOOKED_AT
from service.store import keys, record
from service.store.accepting import SAFETY_MS
from service.store.argument import of_report
from service.store.script import ACT

if TYPE_CHECKING:
    from service.errors import Refused
    from service.lifecycle import Step
    from service.order import Order
    from service.report import Report
    from service.store.server.connection import Store

_NOT_AS_SEEN: Final = "A worker has just looked at this order, or is looking at it: read it again, then decide."
_AMENDED: Final = "Order {} changes this one and stands in line behind it: let that one step aside first, or cancel it."
_TOO_MANY: Final = (
    "At the end of its lines there is no room: its numbers are in too many other open orders, such as {}. "
    "Decide again when some of them have ended."
)


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a decision.

    `busy`: a worker looks at the order; `changed`: it is not as the person saw it; `alone`: nobody waits for it;
    `amended`: by an order that stands in line behind it; `too_many`: there is no room for it in its lines.
    """

    outcome: Literal["done", "gone", "busy", "changed", "alone", "amended", "too_many"]
    state: str
    #: the step for which the order is due at once, if it is
    due: Step | None = None
    #: orders that became first in their lines, due to be sent
    first: tuple[str, ...] = ()
    #: orders that stand in the way of the decision
    others: tuple[str, ...] = ()

    @property
    def refusal(self) -> Refused | None:
        """Why it was not applied, for the person; None when it was."""
        match self.outcome:
            case "done":
                return None
            case "alone":
                return NotPossibleNow(ALONE)
            case "amended":
                return NotPossibleNow(_AMENDED.format(*self.others))
            case "too_many":
                return TooManyConflicts(_TOO_MANY.format(", ".join(self.others)))
            case _:
                return NotPossibleNow(_NOT_AS_SEEN)


async def act(store: Store, order: Order, decision: Report, most: int) -> Acted:
    """Apply a decision to an order that is still at the version the person saw.

    Where it joins its lines anew it may meet so many others.
    """
    argument = of_report(decision, order) | {"version": str(order.version), "most": most, "safety_ms": SAFETY_MS}
    if decision.line:
        argument["line"] = decision.line
    if decision.line == "leave":
        argument["from"] = {str(each): True for each in LOOKED_AT}
    key = keys.order(order.account_id, order.id)
    outcome, state, *rest = await store.run_replicated(ACT, order.account_id, key, order.id, record.dumps(argument))
    if outcome != "done":
        return Acted(outcome, state, others=tuple(rest))
    _, due, *first = rest
    return Acted(outcome, state, due or None, tuple(first))
