"""Acting: a person's decision about an order, applied by one script unless a worker or an event came first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from service.store import keys, record
from service.store.argument import of_report
from service.store.script import ACT

if TYPE_CHECKING:
    from service.lifecycle import Step
    from service.order import Order
    from service.report import Report
    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a decision; `busy`: a worker looks at the order, `changed`: it is not as the person saw it."""

    outcome: Literal["done", "gone", "busy", "changed"]
    state: str
    #: the step for which the order is due at once, if it is
    due: Step | None = None
    #: orders that became first in their lines, due to be sent
    first: tuple[str, ...] = ()


async def act(store: Store, order: Order, decision: Report) -> Acted:
    """Apply a decision to an order that is still at the version the person saw."""
    argument = of_report(decision, order) | {"version": str(order.version)}
    key = keys.order(order.account_id, order.id)
    outcome, state, *rest = await store.run_replicated(ACT, order.account_id, key, order.id, record.dumps(argument))
    if outcome != "done":
        return Acted(outcome, state)
    _, due, *first = rest
    return Acted(outcome, state, due or None, tuple(first))
