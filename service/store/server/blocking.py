"""Reads that block: on connections of their own, since each holds one for as long as it waits."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import redis.asyncio

    from service.store.server.presence import Presence

#: milliseconds that a read may block: it sees a server that hangs no sooner
BLOCK_MS: Final = 1_000


class Blocking:
    """A client for reads that block for `BLOCK_MS` at most; so many `seconds` after that, the store is away."""

    def __init__(self, client: redis.asyncio.Redis, presence: Presence, seconds: float) -> None:
        #: typed Any: redis-py's own types cover commands by name only
        self.client: Any = client
        self._presence = presence
        self._seconds = BLOCK_MS / 1000 + seconds

    @asynccontextmanager
    async def asked(self, operation: str) -> AsyncIterator[None]:
        """Enter this around every use of `client`: it bounds the wait, and raises StoreUnavailable."""
        try:
            with self._presence.asked(operation):
                # redis-py closes the connection of a call that is cancelled
                async with asyncio.timeout(self._seconds):
                    yield
        except StoreUnavailable:
            # a server that was demoted may keep its connections: the next one finds out who is primary now
            await self.client.connection_pool.disconnect(inuse_connections=False)
            raise

    async def close(self) -> None:
        """Give the connections back."""
        await self.client.aclose()
