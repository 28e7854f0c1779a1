"""Nudges: looks that a person asks for now. They change nothing that can be seen; what a look brings is the book's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.decisions import no_look
from service.errors import NotFound, NotPossibleNow
from service.lifecycle import State
from service.store import nudging

if TYPE_CHECKING:
    from service.bells import Bells
    from service.order import Order
    from service.store.server.connection import Store


class Nudges:
    """Asks for looks at orders."""

    def __init__(self, store: Store, bells: Bells) -> None:
        self._store = store
        self._bells = bells

    async def nudge(self, order: Order, client_id: str) -> None:
        """Have an order checked, or looked for, at once, as far as the account's turn and its own back-off let it.

        Raises NotPossibleNow for one that was not sent or has ended; NotFound for one that was purged since.
        """
        done = await nudging.nudge(self._store, order, client_id)
        match done.outcome:
            case "gone":
                raise NotFound(f"Order {order.id} was purged just now.")
            case "refused":
                raise NotPossibleNow(no_look(State(done.state)))
        if done.due:
            self._bells.ring(done.due, order.account_id, [order.id])
