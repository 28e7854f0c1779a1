"""When an account's subscriptions are looked at: the turn that a clock takes, and the pause that forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.store import keys

if TYPE_CHECKING:
    from service.store.server.connection import Store


async def take_turn(store: Store, account_id: str, seconds: float) -> bool:
    """Take the account's turn; False while somebody has taken it within so many seconds."""
    async with store.asked("take_turn"):
        return bool(await store.client.set(keys.watch(account_id), "1", nx=True, px=max(1, round(seconds * 1000))))


async def is_forbidden(store: Store, account_id: str) -> bool:
    """Tell whether the account is paused without an end: Bandwidth refuses our credentials, or is down."""
    async with store.asked():
        return bool(await store.client.hget(keys.pause(account_id), "until") == "")
