"""The tally: what the doors of one process count while the store may be away, added to the store's counters.

Best effort: what a process that is killed had not written yet is lost, and what was written while its answer was lost
may count twice. Bounded by the accounts and the names that are counted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from service.errors import StoreUnavailable
from service.store import keys

if TYPE_CHECKING:
    from service.store.server.connection import Store

#: seconds for which counts are collected, and between two tries while the store is away
COLLECT_SECONDS: Final = 1.0


class Tally:
    """Counts for one process; `close` writes what is left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        #: account -> name of a counter -> how often, since that was last written
        self._counted: dict[str, Counter[str]] = {}
        self._writing: asyncio.Task[None] | None = None
        #: held while counts are with the store: whoever ends this waits, for they would count twice
        self._at_store = asyncio.Lock()

    def count(self, account_id: str, name: str) -> None:
        """Count something of an account, under a name of its counters; it is in the store shortly."""
        self._counted.setdefault(account_id, Counter())[name] += 1
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_soon())

    async def close(self) -> None:
        """Write what is left, once."""
        async with self._at_store:
            if self._writing:
                self._writing.cancel()
        if self._writing:
            await asyncio.wait((self._writing,))
        with suppress(StoreUnavailable):
            await self._write()

    async def _write_soon(self) -> None:
        try:
            while self._counted:
                await asyncio.sleep(COLLECT_SECONDS)
                async with self._at_store:
                    with suppress(StoreUnavailable):
                        await self._write()
        finally:
            self._writing = None

    async def _write(self) -> None:
        if not self._counted:
            return
        writing, self._counted = self._counted, {}
        try:
            for account_id in [*writing]:
                async with self._store.asked(account_id, "count") as client:
                    pipeline = client.pipeline(transaction=False)
                    for name, count in writing[account_id].items():
                        pipeline.hincrby(keys.counters(account_id), name, count)
                    await pipeline.execute()
                del writing[account_id]
        except BaseException:
            for account_id, counts in writing.items():
                self._counted.setdefault(account_id, Counter()).update(counts)
            raise
