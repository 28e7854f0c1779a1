"""The store of a process, put together from Settings; and the look at its server before anything is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import redis_address
from service.redis_address import Members
from service.store.server import durability
from service.store.server.connecting import connect, connect_cluster
from service.store.server.connection import REPLY_SECONDS, Store

if TYPE_CHECKING:
    from service.settings import Settings

__all__ = ["REPLY_SECONDS", "assemble", "check"]


def assemble(settings: Settings, seconds: float = REPLY_SECONDS) -> Store:
    """Return the store; nothing connects before it is used. After so many seconds of silence it is away."""
    greet = durability.greet if settings.durability == "strict" else None
    named, most = redis_address.read(settings.redis_url), len(settings.accounts)
    if isinstance(named, Members):
        return Store(connect_cluster(named, greet, most, seconds), replicas=settings.replicas_to_wait)
    return Store(
        connect(settings.redis_url, greet),
        replicas=settings.replicas_to_wait,
        seconds=seconds,
        following=connect(settings.redis_url, greet, most=most),
    )


async def check(store: Store, settings: Settings) -> None:
    """Refuse a server that cannot keep what we promise; raises Misconfigured, or StoreUnavailable."""
    await durability.check(store, settings.durability)
