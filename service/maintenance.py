"""Maintenance: every index, line, counter and due time of an account against its orders' records; and mending them.

Both may run at any time, beside the service; what is to be done after the restore of a backup is here too. The walk
keeps a page of keys, and the first findings, in memory.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from service.store import restoring
from service.store.inspection import walking
from service.store.inspection.inspecting import Inspector
from service.store.inspection.relinking import Relinking
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store.inspection.finding import Finding
    from service.store.server.connection import Store

#: findings that are told one by one; the rest is counted
MOST_TOLD: Final = 1_000
#: keys inspected at once
AT_ONCE: Final = 16
#: how often a repair goes over an account: what was mended may show what else is wrong
ROUNDS: Final = 3

#: is told how many keys were inspected, and how many differences were found
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(slots=True)
class Walk:
    """What one walk over an account found; a difference is told once, however often it was met."""

    account_id: str
    keys: int = 0
    #: differences, also those that are not told
    count: int = 0
    _told: dict[tuple[str, str], Finding] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The first differences."""
        return tuple(self._told.values())

    @property
    def is_mendable(self) -> bool:
        """Whether a repair would mend something of what is told."""
        return any(each.outcome == "mendable" for each in self._told.values())

    def tell(self, finding: Finding) -> None:
        """Take a finding."""
        name = (finding.key, finding.wrong)
        if name in self._told:
            return
        self.count += 1
        if len(self._told) < MOST_TOLD:
            self._told[name] = finding


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found and mended, and what a walk found afterwards."""

    found: Walk
    remaining: Walk


def silent(_keys: int, _differences: int) -> None:
    """Tell nobody how far it is."""


class Maintenance:
    """Verifies accounts, and repairs them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._lease_ms = round(settings.lease_seconds * 1000)
        self._document_ms = settings.document_days * DAY_MS

    async def verify(self, account_id: str, progress: Progress = silent) -> Walk:
        """Return where an account's keys and its orders' records differ; raises StoreUnavailable."""
        walk = Walk(account_id)
        inspector = self._inspector(walk.account_id, walk.tell, mends=False)
        async for _ in self._pages(walk, inspector, progress):
            pass
        return walk

    async def repair(self, account_id: str, progress: Progress = silent) -> Repair:
        """Mend what can be decided, then verify, until that finds nothing to mend; raises StoreUnavailable."""
        found = Walk(account_id)
        for _ in range(ROUNDS):
            await self._mend(found, progress)
            remaining = await self.verify(account_id, progress)
            if not remaining.is_mendable:
                break
        return Repair(found, remaining)

    async def after_restore(self, account_id: str, progress: Progress = silent) -> dict[str, int]:
        """Let orders be looked for at Bandwidth that a backup's records think unsent; raises StoreUnavailable.

        Returns how many there were of each state; the same again changes nothing.
        """
        marked, seen = Counter[str](), 0
        await restoring.doubt_batches(self._store, account_id)
        async for page in restoring.doubtful(self._store, account_id):
            marked.update(await restoring.mark(self._store, account_id, page))
            seen += len(page)
            progress(seen, marked.total())
        return {str(state): marked[state] for state in restoring.DOUBTFUL}

    async def _mend(self, walk: Walk, progress: Progress) -> None:
        walk.keys = 0
        relinking = Relinking(self._store, walk.account_id)

        def tell(finding: Finding) -> None:
            if finding.lines:
                relinking.add(finding)
            else:
                walk.tell(finding)

        async def relink() -> None:
            for each in await relinking.run():
                walk.tell(each)

        async for _ in self._pages(walk, self._inspector(walk.account_id, tell, mends=True), progress):
            if relinking.is_full:
                await relink()
        await relink()

    def _inspector(self, account_id: str, tell: Callable[[Finding], None], *, mends: bool) -> Inspector:
        lease_ms, document_ms = self._lease_ms, self._document_ms
        return Inspector(self._store, account_id, tell, mends=mends, lease_ms=lease_ms, document_ms=document_ms)

    async def _pages(self, walk: Walk, inspector: Inspector, progress: Progress) -> AsyncIterator[None]:
        """Inspect the account's keys, page by page."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def inspect(key: str) -> None:
            async with turns:
                await inspector.inspect(key)

        async for page in walking.account_keys(self._store, walk.account_id):
            await asyncio.gather(*map(inspect, page))
            walk.keys += len(page)
            progress(walk.keys, walk.count)
            yield
