"""Holding an answer until Bandwidth has taken or refused an order: its clients are used to an answer that says so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from service.doorway.attendance import attended
from service.errors import Unavailable
from service.front.entrance import enter
from service.lifecycle import State
from service.listening.interest import Interest

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.listening.listener import Listener
    from service.order import Order
    from service.wiring import Desk

#: the states in which nobody knows yet what Bandwidth says
_OPEN: Final = frozenset({State.ACCEPTED, State.HELD, State.SUBMITTING, State.UNCERTAIN})


async def hold(request: Request, order: Order) -> Order:
    """Return an order that is on disk as it is once Bandwidth has answered, or after so many seconds.

    Whatever happens meanwhile, the order is accepted: no error comes of waiting.
    """
    desk, client, account_id = enter(request)
    seconds = desk.settings.front_hold_seconds
    if order.state not in _OPEN or not seconds:
        return order
    interest = Interest(orders=frozenset({order.id}))
    try:
        async with desk.listening.to(account_id, interest, client.id) as listener, attended(request.receive, listener):
            return await _settled(desk, order, listener, time.monotonic() + seconds)
    except Unavailable:
        return order


async def _settled(desk: Desk, order: Order, listener: Listener, deadline: float) -> Order:
    # joined first, read then: nothing that happens in between is missed
    now = await desk.book.get(order.account_id, order.id) or order
    while now.state in _OPEN and not listener.has_ended:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        await listener.news(left)
        listener.catch_up()
        now = await desk.book.get(order.account_id, order.id) or now
    return now
