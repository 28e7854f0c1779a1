"""When an account's subscriptions are looked at: the turn that a clock takes, and the pause that forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.store import keys

if TYPE_CHECKING:
    from service.store.server.connection import Store


async def take_turn(store: Store, account_id: str, seconds: float) -> bool:
    """Take the account's turn; False while somebody has taken it within so many seconds."""
    async with store.asked(account_id, "take_turn") as client:
        return bool(await client.set(keys.watch(account_id), "1", nx=True, px=max(1, round(seconds * 1000))))


async def next_in(store: Store, account_id: str) -> int | None:
    """Return in how many ms a clock looks again; None: at its next round, as no turn is taken."""
    async with store.asked(account_id) as client:
        left = int(await client.pttl(keys.watch(account_id)))
    return left if left > 0 else None


async def is_forbidden(store: Store, account_id: str) -> bool:
    """Tell whether the account is paused without an end: Bandwidth refuses our credentials, or is down."""
    async with store.asked(account_id) as client:
        return bool(await client.hget(keys.pause(account_id), "until") == "")
