"""Waiting: what keeps an order that is due from going, told when the order is read. Nothing of it is in its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.lifecycle import STEP_OF, State
from service.order import Waiting
from service.store import keys, metering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.order import Order
    from service.store.server.connection import Store

NOT_BEFORE: Final = "not_before: whoever submitted it wants it sent no sooner."
RATE: Final = "rate: this account makes no more exchanges than TRACKER_RATE a second, and other orders go first."


def is_due(fields: Mapping[str, str], now: int) -> bool:
    """Tell from a record whether its next look has come and nobody is at it; `now` in ms by the store's clock."""
    look = fields.get("next_look_at")
    return look is not None and int(look) <= now and int(fields.get("lease_until", 0)) <= now


def for_its_time(order: Order, now: int) -> Order:
    """Say of an order that is to be sent later until when it waits."""
    unsent = order.state in (State.ACCEPTED, State.HELD)
    if unsent and order.not_before is not None and order.not_before > now:
        return replace(order, waiting=Waiting(NOT_BEFORE, order.not_before))
    return order


async def pause(store: Store, account_id: str) -> Waiting | None:
    """Return why and until when nothing of the account is sent to Bandwidth; None while it is."""
    async with store.asked(account_id) as client:
        why, until = await client.hmget(keys.pause(account_id), "why", "until")
    return Waiting(why, int(until) if until else None) if why else None


async def told(
    store: Store,
    account_id: str,
    orders: Sequence[Order | None],
    due: Sequence[bool],
    pause: Sequence[str | None],
    now: int,
) -> list[Order | None]:
    """Say of orders why and until when they wait: for their time, or when due for the account's pause or their turn.

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
    return [
        replace(order, waiting=found[order.id]) if order and order.id in found else order and for_its_time(order, now)
        for order in orders
    ]
