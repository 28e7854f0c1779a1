"""A listener: what it has heard and not yet taken, bounded; and how it is woken."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.listening.interest import Interest
    from service.store.events.stream import Entry

#: events that wait for one listener; one that has more falls behind
MOST: Final = 1_000


class Listener:
    """Hears the events of an account that somebody wants."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        #: it has missed events, which stand in the stream
        self.is_behind = False
        #: it hears nothing more
        self.has_ended = False
        self._heard: deque[Entry] = deque()
        self._woken = asyncio.Event()

    @property
    def is_up_to_date(self) -> bool:
        """Whether it has taken all that was there to be heard."""
        return not self._heard and not self.is_behind

    def hear(self, entry: Entry) -> None:
        """Keep an event until it is taken."""
        if self.is_behind:
            return
        if len(self._heard) >= MOST:
            self.fall_behind()
            return
        self._heard.append(entry)
        self._woken.set()

    def fall_behind(self) -> None:
        """Hear nothing until it has caught up from the stream."""
        self.is_behind = True
        self._heard.clear()
        self._woken.set()

    def catch_up(self) -> None:
        """Hear again from now on; what is read from the stream after this misses nothing."""
        self.is_behind = False
        self._woken.clear()

    def wake(self) -> None:
        """Let it look around: something is wrong."""
        self._woken.set()

    def end(self) -> None:
        """Let it go."""
        self.has_ended = True
        self._woken.set()

    async def news(self, seconds: float) -> list[Entry]:
        """Return what it has heard; none after so many seconds, or when it is woken by something else."""
        if self.is_up_to_date and not self.has_ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
        self._woken.clear()
        heard = [*self._heard]
        self._heard.clear()
        return heard
