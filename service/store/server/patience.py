"""Patience with the store: how many may ask it at once, and how long its silence is borne.

Not the time of one call is bounded, but the silence: while the store answers others, a call only waits for its turn.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from service.store.server.presence import Presence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: calls of one process that are with the store at once: it answers none before it has done all that it has read, and
#: the largest take 35 ms
AT_ONCE: Final = 16
#: seconds that a call may take while others are answered
MOST_SECONDS: Final = 10.0
#: seconds between two looks at a call that is not answered
LOOK_SECONDS: Final = 0.1


class Patience:
    """Bounds the calls of one process to one server; `name` tells it from others in logs."""

    def __init__(self, seconds: float, name: str = "") -> None:
        self._seconds = seconds
        #: what is known of the server, by whoever else asks it too
        self.presence = Presence("store", name)
        # a wait for redis-py's own pool loses a connection for good when it is cancelled at the wrong moment
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def is_silent(self) -> bool:
        """Whether nobody was answered for as long as a silence is borne."""
        return time.monotonic() - self.presence.heard_at >= self._seconds

    @asynccontextmanager
    async def asked(self, operation: str) -> AsyncIterator[None]:
        """Wait for a turn, then for the store, connecting included; raises StoreUnavailable when it is away."""
        with self.presence.asked(operation):
            async with self.borne():
                yield

    @asynccontextmanager
    async def borne(self) -> AsyncIterator[None]:
        """Wait as `asked` does; raises TimeoutError when the silence lasts too long, and tells the presence nothing."""
        async with self._bounded(), self._turns:
            yield

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        """Give up when the silence lasts too long; redis-py closes the connection of a call that is cancelled."""
        loop, silence = asyncio.get_running_loop(), 0.0
        began = looked = time.monotonic()
        timer = loop.call_later(LOOK_SECONDS, lambda: look())  # noqa: PLW0108  (it stands below)

        def look() -> None:
            nonlocal timer, silence, looked
            before, looked = looked, time.monotonic()
            # while this process is busy it hears nothing: that is not the store's silence
            silence += min(looked - before, 2 * LOOK_SECONDS)
            if self.presence.heard_at > before:
                silence = 0.0
            if silence < self._seconds and looked - began < MOST_SECONDS:
                timer = loop.call_later(LOOK_SECONDS, look)
            else:
                bound.reschedule(loop.time())

        try:
            async with asyncio.timeout(None) as bound:
                yield
        except TimeoutError as error:
            raise TimeoutError(f"silent for {silence:.1f} s") from error
        finally:
            timer.cancel()
