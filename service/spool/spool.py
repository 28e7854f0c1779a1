"""The spool as a process sees it: keep a callback, and know when something waits.

Callbacks that arrive together share one fsync, in a thread of its own: the loop never waits for the disk.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from service.errors import NotSpooled
from service.spool import directory, entry
from service.spool.holding import Holding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.report import CallbackNews
    from service.sealing import Sealer
    from service.settings import Settings
    from service.spool.backlog import Backlog

_T = TypeVar("_T")


class Spool:
    """Writes this process's file; one per process."""

    def __init__(self, settings: Settings, sealer: Sealer) -> None:
        self._folder = Path(settings.spool_dir)
        self._sealer = sealer
        self._holding = Holding(self._folder, settings.spool_bytes, sealer)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._pending: list[tuple[bytes, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None
        #: set when there is reason to drain at once
        self.reason = asyncio.Event()

    async def keep(self, news: CallbackNews) -> None:
        """Return once a callback is on disk; raise NotSpooled when it is not."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._pending.append((entry.write(self._sealer, news), kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        try:
            has_room = await kept
        except OSError as error:
            raise NotSpooled(f"The spool cannot be written: {error.strerror}.") from error
        if not has_room:
            raise NotSpooled("The spool is full.")

    def store_is_back(self) -> None:
        """Drain at once when callbacks of this process wait: one was just committed."""
        if self._holding.has_own:
            self.reason.set()

    async def waiting(self) -> directory.Waiting:
        """Count what waits in the whole directory, whoever holds it."""
        return await asyncio.to_thread(directory.waiting, self._folder)

    async def backlogs(self) -> list[Backlog]:
        """Return all files that are ours to drain."""
        return await self._in_thread(self._holding.backlogs)

    async def read(self, backlog: Backlog, most: int) -> dict[int, CallbackNews]:
        """Read entries of a file that were not read before."""
        return dict(await self._in_thread(partial(backlog.read, most)))

    async def finish(self, backlog: Backlog) -> bool:
        """Remove a file of which everything is committed; False: there is more in it."""
        return await self._in_thread(partial(self._holding.finish, backlog))

    async def close(self) -> None:
        """Give all files back and end the thread."""
        await self._in_thread(self._holding.close)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)

    async def _write(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            waiting = [kept for _, kept in batch]
            try:
                room = await self._in_thread(partial(self._holding.append, [line for line, _ in batch]))
            except Exception as error:  # noqa: BLE001  (whoever waits is told, whatever it is)
                _answer(waiting, error)
            else:
                _answer(waiting[:room], True)
                _answer(waiting[room:], False)
        self._writing = None

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _answer(waiting: Iterable[asyncio.Future[bool]], answer: bool | Exception) -> None:
    for each in waiting:
        if each.done():
            continue  # its caller is gone
        if isinstance(answer, Exception):
            each.set_exception(answer)
        else:
            each.set_result(answer)
