"""The clock: every second, rings for what is overdue, in every account and step. Any number of clocks may run.

Back-off, polling, crash recovery and lost callbacks are this one mechanism. What it rings for is pushed on by
one lease, so that a bell that is lost rings again; never more than the queue has room for. It also rings, account by
account, for orders placed elsewhere, for a look at the subscriptions at Bandwidth, for batches whose orders are not all
accepted and for events that wait, indexes the numbers that a crash has left over, and purges what ended long ago
(`visit.py`). The accounts of each server are gone round by themselves (`lanes.py`). Beside that it drains what dead
processes left in the spool.
"""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from service import opening, wiring
from service.bells import WORKS, Work
from service.errors import StoreUnavailable
from service.processes.beat import Beat
from service.spool import directory
from service.tracing import trace
from workers.lanes import Lanes, go_along
from workers.visit import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.settings import Settings
    from service.wiring import Desk

#: seconds for which a queue may hold bells before somebody is told
SILENT_SECONDS: Final = 60.0

log = structlog.get_logger()


class Silence:
    """Notices queues whose bells nobody takes; one per clock."""

    def __init__(self) -> None:
        self._since: dict[Work, float] = {}

    def notice(self, step: Work, waiting: int, now: float) -> bool:
        """Tell, once a minute, that a queue has not been empty for that long; `now` is monotonic, in seconds."""
        since = self._since.setdefault(step, now)
        if waiting and now - since < SILENT_SECONDS:
            return False
        self._since[step] = now
        if waiting:
            do = f"check that workers of this step run: order-tracker worker {step}"
            log.warning("clock.bells_unanswered", step=step, bells=waiting, seconds=round(now - since), do=do)
        return waiting > 0


async def tick(desk: Desk, silence: Silence, going: Callable[[], None] = lambda: None) -> int:
    """Ring once for everything that is overdue; return how many orders were rung for. `going` hears at each step."""
    room = await _room(desk, silence)
    lanes = await desk.store.lanes(desk.settings.accounts)
    rounds = (go_along(desk, account_ids, room, going) for _, account_ids in lanes)
    rung = 0
    for each in await asyncio.gather(*rounds, return_exceptions=True):
        if isinstance(each, BaseException):
            raise each
        rung += each
    return rung


async def run(settings: Settings) -> None:
    """Wait for the store, then tick until a signal says stop; while the store is away, try again at the next tick."""
    directory.check(settings.spool_dir)
    desk, stop = wiring.build(settings), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    with Beat("clock") as beat:
        if await opening.opened(partial(_open, desk, beat), stop):
            log.info("clock.started", accounts=len(settings.accounts))
            async with desk.draining():
                await _go_round(desk, stop, beat)
    await desk.close()


async def _open(desk: Desk, beat: Beat) -> None:
    beat.go_on()
    await desk.open()


async def _go_round(desk: Desk, stop: asyncio.Event, beat: Beat) -> None:
    silence, lanes = Silence(), Lanes()
    try:
        while not stop.is_set():
            if lanes.go_on():
                beat.go_on()
            with suppress(StoreUnavailable), trace.under(trace.Trace.new()):  # told: `store.away`, `queue.away`
                await begin(desk, silence, lanes)
            await _pause(stop, desk.settings.clock_seconds)
    finally:
        await lanes.end()


async def begin(desk: Desk, silence: Silence, lanes: Lanes) -> None:
    """Begin a round of every lane whose last one has ended; raises StoreUnavailable."""
    room = await _room(desk, silence)
    for server, account_ids in await desk.store.lanes(desk.settings.accounts):
        lanes.begin(desk, server, account_ids, room)


async def _room(desk: Desk, silence: Silence) -> Room:
    """Return how many bells more the queues may hold."""
    left: dict[Work, int] = {}
    for work in WORKS:
        waiting = await desk.bells.waiting(work)
        silence.notice(work, waiting, time.monotonic())
        left[work] = desk.settings.max_bells - waiting
    return Room(left)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
