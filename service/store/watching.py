"""When an account's subscriptions are looked at: the turn that a clock takes, and the pause that forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.store import keys
from service.store.connection import unavailable

if TYPE_CHECKING:
    from service.store.connection import Store


async def take_turn(store: Store, account_id: str, seconds: float) -> bool:
    """Take the account's turn; False while somebody has taken it within so many seconds."""
    with unavailable():
        return bool(await store.client.set(keys.watch(account_id), "1", nx=True, px=max(1, round(seconds * 1000))))


async def is_forbidden(store: Store, account_id: str) -> bool:
    """Tell whether the account is paused until a person acts: Bandwidth refuses our credentials."""
    with unavailable():
        return bool(await store.client.hget(keys.pause(account_id), "until") == "")
