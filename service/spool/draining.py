"""Draining: every two seconds, and at once when the store is back, commits what waits in files nobody else holds."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from service.report import CallbackNews
    from service.spool.backlog import Backlog
    from service.spool.spool import Spool

    Commit = Callable[[CallbackNews], Awaitable[object]]

#: seconds between two rounds
ROUND_SECONDS: Final = 2.0
#: seconds between two rounds that something gave reason for
REST_SECONDS: Final = 0.1
#: seconds in which the last round must have ended
LAST_SECONDS: Final = 3.0
#: entries that are committed at once, so that turns are left for others
AT_ONCE: Final = 8
#: entries of one file that may be read and wait in memory
MOST_UNSETTLED: Final = 1_000

log = structlog.get_logger()


@asynccontextmanager
async def draining(spool: Spool, commit: Commit) -> AsyncIterator[None]:
    """Drain while it is entered, and once more at its end; what cannot be committed then is left to others."""
    drainer = Drainer(spool, commit)
    task = asyncio.create_task(drainer.run())
    try:
        yield
    finally:
        drainer.stop()
        _, late = await asyncio.wait({task}, timeout=LAST_SECONDS)
        for each in late:
            each.cancel()
        await asyncio.wait({task})


class Drainer:
    """Commits what waits."""

    def __init__(self, spool: Spool, commit: Commit) -> None:
        self._spool = spool
        self._commit = commit
        self._stopping = False
        self._told = False

    def stop(self) -> None:
        """Have one more round, then end."""
        self._stopping = True
        self._spool.reason.set()

    async def run(self) -> None:
        """Go round until `stop`."""
        last = False
        while not last:
            last = self._stopping
            self._spool.reason.clear()
            try:
                await self.round()
            except Exception:
                log.exception("spool.failed", do="see to the disk of TRACKER_SPOOL_DIR; it is tried again")
            await self._rest()

    async def round(self) -> None:
        """Try every file once, until one gives nothing: then the store is away."""
        for backlog in await self._spool.backlogs():
            drained, error = await self._drain(backlog)
            if drained:
                self._told = False
                log.info("spool.drained", file=backlog.file.path.name, entries=drained)
            if not await self._spool.finish(backlog) and error and not drained:
                self._tell(backlog, error)
                return

    async def _drain(self, backlog: Backlog) -> tuple[int, BaseException | None]:
        """Commit what one file has; return how much, and what went wrong last."""
        again = iter(list(backlog.unsettled.items()))
        drained, failure = 0, None
        while batch := await self._batch(backlog, again, AT_ONCE if drained else 1):
            results = await asyncio.gather(*map(self._commit, batch.values()), return_exceptions=True)
            failures = [each for each in results if isinstance(each, BaseException)]
            done = [number for number, each in zip(batch, results, strict=True) if not isinstance(each, BaseException)]
            backlog.settle(done)
            drained += len(done)
            failure = failures[-1] if failures else failure
            if not done:
                break
        return drained, failure

    async def _batch(
        self, backlog: Backlog, again: Iterator[tuple[int, CallbackNews]], most: int
    ) -> dict[int, CallbackNews]:
        """Return entries to try: new ones first, so that one that always fails keeps no other from its turn."""
        room = min(most, MOST_UNSETTLED - len(backlog.unsettled))
        new = await self._spool.read(backlog, room) if room > 0 else {}
        return new | dict(islice(again, most - len(new)))

    def _tell(self, backlog: Backlog, error: BaseException) -> None:
        """Say once that callbacks wait, until some of them were committed."""
        if not self._told:
            self._told = True
            detail = error.detail if isinstance(error, TrackerError) else repr(error)
            log.warning("spool.waiting", file=backlog.file.path.name, bytes=backlog.file.size, error=detail)

    async def _rest(self) -> None:
        if self._stopping:
            return
        await asyncio.sleep(REST_SECONDS)
        try:
            async with asyncio.timeout(ROUND_SECONDS):
                await self._spool.reason.wait()
        except TimeoutError:
            return
