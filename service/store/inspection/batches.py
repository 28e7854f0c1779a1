"""The keys of batches: each is held against its orders, in blocks that one script can count (`inspect_batch.lua`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from service.lifecycle import TERMINAL
from service.order import Membership
from service.store.inspection import walking
from service.store.script import INSPECT_BATCH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from service.store.server.connection import Store

#: orders that are counted together, as `record.lua` has it
BLOCK: Final = 500

#: runs a script on a key, and tells what it finds
_Run: TypeAlias = "Callable[..., Awaitable[None]]"


def is_of_batches(what: str, rest: str) -> bool:
    """Tell whether a key called so is one of those that are inspected here."""
    return what in {"batch", "batches"} or (what, rest) == ("due", "batch")


class BatchInspector:
    """Inspects what is kept of an account's batches."""

    def __init__(self, store: Store, account_id: str, run: _Run, lease_ms: int) -> None:
        self._store = store
        self._account_id = account_id
        self._run_script = run
        self._lease_ms = lease_ms

    async def inspect(self, key: str, what: str, rest: str) -> None:
        """Inspect a key by what it is named."""
        if what == "batch":
            batch_id, _, part = rest.partition(":")
            await (self._part(key, batch_id, part) if part else self._batch(key, batch_id))
        else:
            about = {"batches": "listed", "batches:ended": "ended"}.get(f"{what}:{rest}".strip(":"), "due")
            await self._pages(key, about, "", walking.members(self._store, key))

    async def _batch(self, key: str, batch_id: str) -> None:
        await self._run(key, "record", batch_id, self._lease_ms, " ".join(TERMINAL))
        async with self._store.asked(self._account_id) as client:
            planned = int(await client.hget(key, "planned") or 0)
        for first in range(0, planned, BLOCK):
            ordinals = range(first, min(first + BLOCK, planned))
            ids = [Membership(batch_id, each).order_id for each in ordinals]
            await self._run(key, "block", batch_id, first // BLOCK, *ids)

    async def _part(self, key: str, batch_id: str, part: str) -> None:
        await self._run(key, "part", batch_id, part)
        if part == "plan":
            await self._pages(key, part, batch_id, walking.fields(self._store, key))
        elif part in {"waiting", "orders"}:
            await self._pages(key, part, batch_id, walking.members(self._store, key))

    async def _pages(self, key: str, about: str, batch_id: str, pages: AsyncIterator[list[str]]) -> None:
        async for page in pages:
            await self._run(key, about, batch_id, *page)

    async def _run(self, key: str, *arguments: str | int) -> None:
        await self._run_script(INSPECT_BATCH, key, *arguments)
