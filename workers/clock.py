"""The clock: every second, rings for what is overdue, in every account and step. Any number of clocks may run.

Back-off, polling, crash recovery and lost callbacks are this one mechanism. What it rings for is pushed on by
one lease, so that a bell that is lost rings again; never more than the queue has room for. It also rings, account by
account, for orders placed elsewhere, for a look at the subscriptions at Bandwidth, for batches whose orders are not all
accepted and for events that wait, indexes the numbers that a crash has left over, and purges what ended long ago.
Beside that it drains what dead processes left in the spool.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from typing import TYPE_CHECKING, Final

import structlog

from service import opening, wiring
from service.bells import IDS_PER_BELL, WORKS, Work
from service.errors import StoreUnavailable
from service.lifecycle import STEPS, Step
from service.spool import directory
from service.store import adopting, indexing, purging, ticking, watching
from service.store.bulk import progress
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.settings import Settings
    from service.wiring import Desk

#: ids one account may have rung for in one round, so that no account crowds out the others
MOST_IDS: Final = 1_000


#: orders of one account whose numbers one round indexes
MOST_UNINDEXED: Final = 10

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


async def tick(desk: Desk, silence: Silence) -> int:
    """Ring once for everything that is overdue; return how many orders were rung for."""
    room = {work: await _room(desk, silence, work) for work in WORKS}
    rung = 0
    for step in STEPS:
        rung += await _ring_orders(desk, step, room[step])
    for account_id in desk.settings.accounts if room["check"] > 0 else ():
        await _ring_watch(desk, account_id)
        rung += await _ring_adopt(desk, account_id)
    for account_id in desk.settings.accounts if room["submit"] > 0 else ():
        await _ring_batches(desk, account_id)
    for account_id in desk.settings.accounts:
        await _ring_deliver(desk, account_id, room["deliver"])
        await _catch_up(desk, account_id)
        await _purge(desk, account_id)
    await ticking.note(desk.store, desk.settings.accounts, f"{socket.gethostname()} (pid {os.getpid()})")
    return rung


async def run(settings: Settings) -> None:
    """Wait for the store, then tick until a signal says stop; while the store is away, try again at the next tick."""
    directory.check(settings.spool_dir)
    desk, stop = wiring.build(settings), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    if await opening.opened(desk.open, stop):
        log.info("clock.started", accounts=len(settings.accounts))
        async with desk.draining():
            await _go_round(desk, stop)
    await desk.close()


async def _go_round(desk: Desk, stop: asyncio.Event) -> None:
    silence = Silence()
    while not stop.is_set():
        try:
            rung = await tick(desk, silence)
            if rung:
                log.info("clock.rang", orders=rung)
        except StoreUnavailable:
            pass  # told by whoever asked: `store.away`, `queue.away`
        await _pause(stop, desk.settings.clock_seconds)


async def _room(desk: Desk, silence: Silence, work: Work) -> int:
    """Return how many bells more a queue may hold."""
    waiting = await desk.bells.waiting(work)
    silence.notice(work, waiting, time.monotonic())
    return desk.settings.max_bells - waiting


async def _ring_orders(desk: Desk, step: Step, room: int) -> int:
    rung = 0
    for account_id in desk.settings.accounts:
        if room <= 0:
            break
        ids = await desk.book.take(account_id, step, min(room * IDS_PER_BELL, MOST_IDS), probe=True)
        if ids:
            desk.bells.ring(step, account_id, ids)
        room -= -(-len(ids) // IDS_PER_BELL)
        rung += len(ids)
    return rung


async def _ring_watch(desk: Desk, account_id: str) -> None:
    """Ring for a look at the account's subscriptions, once an interval whatever the number of clocks."""
    if await watching.take_turn(desk.store, account_id, desk.settings.watch_seconds):
        desk.bells.ring("watch", account_id, [account_id])


async def _ring_adopt(desk: Desk, account_id: str) -> int:
    """Ring for orders placed elsewhere, no more than one job fetches at once; they probe when no order of ours does."""
    members = await desk.book.unknown(account_id, adopting.AT_ONCE, probe=True)
    if members:
        desk.bells.ring("adopt", account_id, members)
    return len(members)


async def _ring_batches(desk: Desk, account_id: str) -> None:
    """Ring for batches with planned orders that are due; whoever works on one has pushed it on."""
    if await progress.are_due(desk.store, account_id):
        desk.bells.ring("batch", account_id, [account_id])


async def _ring_deliver(desk: Desk, account_id: str, room: int) -> None:
    """Ring for events and deliveries of the account that wait; let go of events that are old."""
    if await desk.events.courier.are_pending(account_id) and room > 0:
        desk.bells.ring("deliver", account_id, [account_id])


async def _catch_up(desk: Desk, account_id: str) -> None:
    """Index the numbers of orders whose process ended before it had."""
    if left := await indexing.catch_up(desk.store, account_id, MOST_UNINDEXED):
        log.info("clock.indexed", account=account_id, orders=len(left))


async def _purge(desk: Desk, account_id: str) -> None:
    """Purge some of the orders that ended long ago, and the batches whose last orders they were."""
    keep_ms = desk.settings.retention_days * DAY_MS
    await purging.sweep(desk.store, account_id, keep_ms)
    for batch_id in await progress.sweep(desk.store, account_id, keep_ms):
        log.info("batch.purged", account=account_id, batch=batch_id)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
