"""Listening to events: one reader of the stream per process and account that somebody listens to.

Who waits for an order, or streams events, joins before it reads: nothing that happens in between is missed.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from service.listening.listener import Listener
from service.listening.places import Places
from service.listening.reader import Reader
from service.store.events import stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from service.listening.interest import Interest
    from service.store.events.stream import Place
    from service.store.server.connection import Store


class Listening:
    """Who listens to what; one per process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers: dict[str, Reader] = {}
        self._listeners: set[Listener] = set()
        self._places = Places()
        #: the process ends: whoever comes is let go at once
        self.is_draining = False

    def __len__(self) -> int:
        return len(self._listeners)

    @asynccontextmanager
    async def to(self, account_id: str, interest: Interest, client_id: str) -> AsyncIterator[Listener]:
        """Let a client listen to an account while it is entered: from here on nothing is missed.

        Raises TooManyListeners, or StoreUnavailable.
        """
        with self._places.taken_by(client_id):
            listener = Listener(interest)
            self._listeners.add(listener)
            try:
                reader = await self._reader(account_id)
                reader.audience.join(listener)
                try:
                    if self.is_draining:
                        listener.end()
                    yield listener
                finally:
                    reader.audience.leave(listener)
            finally:
                self._listeners.discard(listener)

    def place(self, account_id: str) -> Place:
        """Return up to where an account's listeners were told of everything."""
        return self._readers[account_id].place

    def drain(self) -> None:
        """Let all listeners go."""
        self.is_draining = True
        for each in self._listeners:
            each.end()

    async def close(self) -> None:
        """End the readers."""
        for each in [*self._readers.values()]:
            await each.close()
        self._readers.clear()

    async def _reader(self, account_id: str) -> Reader:
        if account_id not in self._readers:
            end = await stream.end(self._store, account_id)
            # another listener may have been quicker
            if account_id not in self._readers:
                self._readers[account_id] = self._begin(account_id, end)
        return self._readers[account_id]

    def _begin(self, account_id: str, place: Place) -> Reader:
        return Reader(self._store, account_id, place, lambda: self._readers.pop(account_id, None))
