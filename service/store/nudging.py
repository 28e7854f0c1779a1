"""Nudging: a person asks for a look at an order now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from service.lifecycle import LOOKED_AT, Source
from service.store import keys, record
from service.store.argument import entry
from service.store.script import NUDGE

if TYPE_CHECKING:
    from service.lifecycle import Step
    from service.order import Order
    from service.store.server.connection import Store

#: milliseconds for which whoever asks again has been heard already
QUIET_MS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Nudged:
    """What became of it; `heard`: somebody has asked just now, `refused`: nothing is to be looked at in this state."""

    outcome: Literal["nudged", "heard", "refused", "gone"]
    state: str
    #: the step for which the order is due at once, if it is
    due: Step | None = None


async def nudge(store: Store, order: Order, client_id: str) -> Nudged:
    """Bring the next look at an order to now, unless it backs off or somebody has asked just now."""
    argument = {
        "entry": entry(Source.OPERATOR, "check_asked", by=client_id),
        "states": {str(each): True for each in LOOKED_AT},
        "quiet_ms": QUIET_MS,
    }
    key = keys.order(order.account_id, order.id)
    outcome, state, due = await store.run(NUDGE, order.account_id, key, order.id, record.dumps(argument))
    return Nudged(outcome, state, due or None)
