"""The desk: everything a process works with, built once from Settings and replaced whole in tests."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.bandwidth.connection import Connection
from service.bells import Bells
from service.book import Book
from service.clients import Clients
from service.events import Events
from service.hearing import draining
from service.listening import Listening
from service.requests import Requests
from service.sealing import Sealer
from service.spool.spool import Spool
from service.store.server import assembly
from service.tally import Tally
from service.turns import Turns

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store.server.connection import Store

UPLOADS: Final = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """What doors and workers share in one process."""

    settings: Settings
    store: Store
    connection: Connection
    turns: Turns
    bells: Bells
    book: Book
    clients: Clients
    requests: Requests
    events: Events
    listening: Listening
    spool: Spool | None
    tally: Tally
    #: bodies of many orders that are read at once: each takes memory, and the loop for half a millisecond at a time
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS))

    async def open(self) -> None:
        """Refuse to start on a server that cannot keep what we promise."""
        await assembly.check(self.store, self.settings)

    def draining(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, commit the callbacks that wait in the spool, where there is one."""
        return draining(self.spool, self.book.hear) if self.spool else nullcontext()

    async def close(self) -> None:
        """Ring what is left and give the connections back."""
        await self.listening.close()
        if self.spool:
            await self.spool.close()
        await self.bells.close()
        await self.tally.close()
        await self.connection.close()
        await self.store.close()


def build(settings: Settings, store_seconds: float = assembly.REPLY_SECONDS) -> Desk:
    """Build a desk; nothing connects before it is used. After so many seconds of silence the store is away."""
    store = assembly.assemble(settings, store_seconds)
    sealer = Sealer(settings.secret_key.get_secret_value())
    events = Events(store, settings, sealer)
    bells = Bells(settings.queue_redis_url or settings.redis_url, events.endpoints.exist)
    return Desk(
        settings=settings,
        store=store,
        connection=Connection(settings),
        turns=Turns(store, settings),
        bells=bells,
        book=Book(store, bells, settings),
        clients=Clients(settings, store),
        requests=Requests(sealer, settings.max_numbers),
        events=events,
        listening=Listening(store),
        spool=Spool(settings, sealer) if settings.spool_dir else None,
        tally=Tally(store),
    )
