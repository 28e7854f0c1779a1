"""The account's meter: how many exchanges with Bandwidth it may make, whichever process makes them (`meter.lua`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from service.store import keys
from service.store.script import TURN, WAITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.lifecycle import Step
    from service.pace import Pace
    from service.store.server.connection import Store

#: who an exchange is for: an order's step (orders placed elsewhere count as checks), or whatever else is asked
Share: TypeAlias = Literal["submit", "check", "other"]


async def turn(
    store: Store, account_id: str, share: Share, pace: Pace, longest_ms: int, *, begun: bool = False
) -> int | None:
    """Take a turn and return the milliseconds until it comes; None when that is too long: no turn was taken.

    `begun`: it goes on with a conversation, which must end however slow the pace is.
    """
    arguments = (share, *pace.arguments, longest_ms, int(begun))
    wait: int = await store.run(TURN, account_id, keys.meter(account_id), *arguments)
    return None if wait < 0 else wait


async def waits(store: Store, account_id: str, orders: Sequence[tuple[Step, str]]) -> list[int | None]:
    """Return in how many milliseconds each order has its turn; None when it waits for something else, or nothing.

    The id "" stands for the order of a step that is due first.
    """
    arguments = [part for each in orders for part in each]
    found: list[int] = await store.run(WAITS, account_id, keys.meter(account_id), *arguments)
    return [None if each < 0 else each for each in found]
