"""The RQ job that brings events to endpoints: dotted path `workers.deliver.deliver`."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import StoreUnavailable
from service.tracing import trace
from workers.process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.store.events.deliveries import Given
    from service.wiring import Desk

#: attempts of one account under way in one process: as many as all its endpoints may have at once. So neither they nor
#: another account wait for those that are slow
SLOTS: Final = 250
#: seconds between looks at what is due while attempts are under way
LOOK_SECONDS: Final = 0.1
#: seconds after which a round takes nothing more: RQ must not think that its job is lost (`bells.JOB_SECONDS`)
LONG_SECONDS: Final = 300.0

log = structlog.get_logger()


def deliver(account_id: str, _ids: list[str]) -> None:
    """Bring what is due to the endpoints of an account, and of all others."""
    WorkerProcess.current().alone(lambda desk, stopping: Deliveries(desk, account_id, stopping).run())


class Deliveries:
    """One job's time on the process's loop.

    Each delivery has a slot, and an endpoint gets few at once (`events.lua`): one that hangs holds up no other.
    """

    def __init__(self, desk: Desk, account_id: str, stopping: Callable[[], bool]) -> None:
        self._courier = desk.events.courier
        self._replays = desk.events.replays
        self._own = account_id
        self._others = deque(each for each in desk.settings.accounts if each != account_id)
        self._stopping = stopping
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()
        self._until = time.monotonic() + LONG_SECONDS

    async def run(self) -> None:
        """Work until all attempts are made and nothing is due."""
        try:
            while True:
                # what ends while we look may have made something due
                were_under_way = bool(self._tasks)
                took = 0 if self._must_end() else await self._fill()
                if self._tasks:
                    await asyncio.wait(self._tasks, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                elif not took and not were_under_way:
                    return
        except StoreUnavailable:
            return  # told by whoever asked (`store.away`); the clock rings again
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def _fill(self) -> int:
        """Make deliveries of new events, and give every free slot one that is due; return how many were begun."""
        took = 0
        for account_id in self._in_turn():
            await self._courier.fan_out(account_id, self._must_end)
            await self._replays.go_on(account_id, self._must_end)
            if free := SLOTS - self._under_way[account_id]:
                given = await self._courier.take(account_id, free)
                for each in given:
                    self._start(account_id, each)
                took += len(given)
        return took

    def _in_turn(self) -> list[str]:
        """Return our own account, then the next of the others; all of them once nothing is under way."""
        self._others.rotate(-1)
        return [self._own, *([*self._others] if not self._tasks else [*self._others][:1])]

    def _start(self, account_id: str, given: Given) -> None:
        task = asyncio.get_running_loop().create_task(self._bring(account_id, given))
        self._tasks.add(task)
        self._under_way[account_id] += 1
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, account_id: str, given: Given) -> None:
        told = {"account": account_id, "endpoint": given.endpoint_id, "event_id": given.event.id}
        with trace.under(given.trace):
            try:
                await self._courier.bring(account_id, given)
            except Exception:
                log.exception("event.not_brought", **told, attempt=given.attempts + 1)
            finally:
                self._under_way[account_id] -= 1

    def _must_end(self) -> bool:
        return self._stopping() or time.monotonic() > self._until
