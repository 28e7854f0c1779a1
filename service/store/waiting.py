"""Waiting: what keeps an order that is due from going, told when the order is read. Nothing of it is in its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.lifecycle import STEP_OF
from service.order import Waiting
from service.store import metering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.order import Order
    from service.store.server.connection import Store

RATE: Final = "rate: this account makes no more exchanges than TRACKER_RATE a second, and other orders go first."


def is_due(fields: Mapping[str, str], now: int) -> bool:
    """Tell from a record whether its next look has come and nobody is at it; `now` in ms by the store's clock."""
    look = fields.get("next_look_at")
    return look is not None and int(look) <= now and int(fields.get("lease_until", 0)) <= now


async def told(
    store: Store,
    account_id: str,
    orders: Sequence[Order | None],
    due: Sequence[bool],
    pause: Sequence[str | None],
    now: int,
) -> list[Order | None]:
    """Say of orders that are due why and until when they wait: for the account's pause, or for their turn.

    `pause` is why and until when. The end of a turn is told as if every order before it made one exchange.
    """
    waiting = {order.id: order for order, is_due in zip(orders, due, strict=True) if order and is_due}
    why, until = pause
    if why:
        found = dict.fromkeys(waiting, Waiting(why, int(until) if until else None))
    elif waiting:
        asked = [(STEP_OF[order.state], order.id) for order in waiting.values()]
        waits = await metering.waits(store, account_id, asked)
        found = {order_id: Waiting(RATE, now + wait) for order_id, wait in zip(waiting, waits, strict=True) if wait}
    else:
        found = {}
    return [replace(order, waiting=found[order.id]) if order and order.id in found else order for order in orders]
