"""The reader of an account's stream: one task, while the account has listeners, whatever becomes of the store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.listening.audience import Audience
from service.store.events import stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.store.events.stream import Place
    from service.store.server.connection import Store

#: seconds for which it reads on without listeners: who waits in turns comes back at once
LINGER_SECONDS: Final = 30.0
#: seconds between two looks at a store that is away
PAUSE_SECONDS: Final = 0.25

log = structlog.get_logger()


class Reader:
    """Reads an account's stream from a place on, and tells its audience; `ended` is called when nobody listens."""

    def __init__(self, store: Store, account_id: str, place: Place, ended: Callable[[], object]) -> None:
        self.audience = Audience()
        #: all up to here was told
        self.place = place
        self._store = store
        self._account_id = account_id
        self._ended = ended
        #: the store was away: another server may be in its place
        self._is_in_doubt = False
        #: something in the stream could not be told
        self._is_lost = False
        self._task = asyncio.create_task(self._read())

    async def close(self) -> None:
        """End, whoever listens."""
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def _read(self) -> None:
        while self.audience or self.audience.empty_seconds < LINGER_SECONDS:
            try:
                await self._tell()
            except StoreUnavailable:
                await self._pause()
            except Exception as error:
                log.error("listening.failed", account=self._account_id, place=str(self.place), exc_info=error)
                self._is_lost = True
                await self._pause()
        self._ended()

    async def _tell(self) -> None:
        if self._is_in_doubt:
            await self._find_its_place()
        for entry in await stream.follow(self._store, self._account_id, self.place):
            self.audience.hear(entry)
            self.place = entry.place

    async def _pause(self) -> None:
        if not self._is_in_doubt:
            # who waits for an order learns at once that the store is away
            for each in self.audience:
                each.wake()
        self._is_in_doubt = True
        await asyncio.sleep(PAUSE_SECONDS)

    async def _find_its_place(self) -> None:
        end = await stream.end(self._store, self._account_id)
        # a server that took the first one's place may lack its last events: what is new there stands before ours
        if end < self.place or self._is_lost:
            self.place = end
            for each in self.audience:
                each.fall_behind()
        self._is_in_doubt = self._is_lost = False
