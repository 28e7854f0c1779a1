"""The desk: everything a process works with, built once from Settings and replaced whole in tests."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

from service.bandwidth.connection import Connection
from service.bells import Bells
from service.book import Book
from service.clients import Clients
from service.requests import Requests
from service.sealing import Sealer
from service.settings import Settings
from service.spool.draining import draining
from service.spool.spool import Spool
from service.store import durability
from service.store.connection import Store, connect


@dataclass(frozen=True, slots=True)
class Desk:
    """What doors and workers share in one process."""

    settings: Settings
    store: Store
    connection: Connection
    bells: Bells
    book: Book
    clients: Clients
    requests: Requests
    spool: Spool | None

    async def open(self) -> None:
        """Refuse to start on a server that cannot keep what we promise."""
        await durability.check(self.store, self.settings.durability)

    def draining(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, commit the callbacks that wait in the spool, where there is one."""
        if self.spool is None:
            return nullcontext()
        return draining(self.spool, partial(self.book.hear, spooled=True))

    async def close(self) -> None:
        """Ring what is left and give the connections back."""
        if self.spool:
            await self.spool.close()
        await self.bells.close()
        await self.connection.close()
        await self.store.close()


def build(settings: Settings) -> Desk:
    """Build a desk; nothing connects before it is used."""
    store = Store(connect(settings.redis_url))
    bells = Bells(settings.queue_redis_url or settings.redis_url)
    sealer = Sealer(settings.secret_key.get_secret_value())
    return Desk(
        settings=settings,
        store=store,
        connection=Connection(settings),
        bells=bells,
        book=Book(store, bells, settings),
        clients=Clients(settings),
        requests=Requests(sealer, settings.max_numbers),
        spool=Spool(settings, sealer) if settings.spool_dir else None,
    )
