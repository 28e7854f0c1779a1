"""Bells: RQ jobs that say "look at these". Losing one costs seconds, never an order.

Ids are collected for a millisecond and rung in one pipeline from one thread, so that a request never waits
for the queue. A ring that fails is the clock's business a second later.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from rq import Queue
from rq.serializers import JSONSerializer

from service.errors import StoreUnavailable
from service.lifecycle import STEPS
from service.store.server.connecting import connect_blocking, leaving_demoted
from service.store.server.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

#: what a bell is rung for: a step of orders, orders placed elsewhere, an account's subscriptions, batches or events
Bell: TypeAlias = Literal["submit", "check", "adopt", "watch", "batch", "deliver"]
#: what one worker process works on, by a queue of its own: a step of orders, or events to other services. These may
#: hang for seconds at an endpoint that is slow, and must hold up no order
Work: TypeAlias = Literal["submit", "check", "deliver"]
WORKS: Final[tuple[Work, ...]] = (*STEPS, "deliver")
#: the job of each bell, by dotted path: the service never imports the workers
JOBS: Final[Mapping[Bell, str]] = {
    "submit": "workers.submit.submit",
    "check": "workers.check.check",
    "adopt": "workers.adopt.adopt",
    "watch": "workers.watch.watch",
    "batch": "workers.bulk.accept",
    "deliver": "workers.deliver.deliver",
}
#: the queue of each bell; what is rare and short needs no worker process of its own
QUEUES: Final[Mapping[Bell, Work]] = {
    "submit": "submit",
    "check": "check",
    "adopt": "check",
    "watch": "check",
    "batch": "submit",
    "deliver": "deliver",
}
#: ids one job carries
IDS_PER_BELL: Final = 100
#: seconds for which ids are collected
COLLECT_SECONDS: Final = 0.001
#: a busy process rests so many times as long as a ring took: each costs as much as several acceptances, whatever for
REST: Final = 10
#: seconds of such a rest at most: a queue's server that is slow holds up no order for long
MOST_REST_SECONDS: Final = 0.05
#: seconds for which events of an account are collected
GATHER_SECONDS: Final = 0.05
#: bells for events that are enough: each of them has the whole account looked at
ENOUGH: Final = 4
#: ids of one account and step that wait to be rung for in one process
MOST_PENDING: Final = 10_000
#: seconds RQ gives a job, far above our own deadlines: it only sets the times of RQ's registries
JOB_SECONDS: Final = 600
#: seconds a failed job is kept for a person to look at
FAILURE_SECONDS: Final = 7 * 86_400


async def nobody(_account_id: str) -> bool:
    """Tell that nobody listens to an account's events."""
    return False


def queue_name(work: Work) -> str:
    """Name the queue of some work; a worker process listens on one of them."""
    return f"order-tracker-{work}"


def queue(work: Work, connection: Any) -> Queue:
    """Open the queue of some work; JSON, because RQ's pickle runs code for whoever can write to Redis."""
    return Queue(queue_name(work), connection=connection, serializer=JSONSerializer)


class Bells:
    """Rings for one process; `close` rings what is left. `listens` tells whether anybody hears an account's events."""

    def __init__(self, url: str, listens: Callable[[str], Awaitable[bool]] = nobody) -> None:
        #: of the queue's server
        self.presence = Presence("queue")
        self._connection = connect_blocking(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bells")
        self._listens = listens
        #: accounts whose events are being collected
        self._announcing: set[str] = set()
        self._announcers: set[asyncio.Task[None]] = set()
        self._pending: dict[tuple[Bell, str], list[str]] = defaultdict(list)
        self._timer: asyncio.TimerHandle | None = None
        self._ringing: asyncio.Future[None] | None = None
        #: when the next ring may be, by the loop's time (it counts in ms); when the last began, in monotonic seconds
        self._rested_at = self._began = 0.0

    def ring(self, bell: Bell, account_id: str, ids: Iterable[str]) -> None:
        """Ring for some orders of an account, shortly; beyond `MOST_PENDING` ids it is left to the clock."""
        pending = self._pending[bell, account_id]
        pending.extend(islice(ids, max(0, MOST_PENDING - len(pending))))
        if self._timer is None and self._ringing is None:
            self._wait()

    def announce(self, account_id: str) -> None:
        """Ring for the events of an account, shortly, where somebody listens: one of its orders has changed."""
        if account_id not in self._announcing:
            self._announcing.add(account_id)
            task = asyncio.get_running_loop().create_task(self._announce(account_id))
            self._announcers.add(task)
            task.add_done_callback(self._announcers.discard)

    async def waiting(self, work: Work) -> int:
        """Return how many bells wait in a queue; raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._waiting, work)

    async def close(self) -> None:
        """Ring what is left and end the thread."""
        for each in self._announcers:
            each.cancel()
        await asyncio.gather(*self._announcers, return_exceptions=True)
        while self._ringing or self._pending:
            if self._ringing is None:
                self._send()
            elif not self._ringing.done():
                await self._ringing
            # `_rung` is told of it in the loop's next turn
            await asyncio.sleep(0)
        if self._timer:
            self._timer.cancel()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._connection.close()

    async def _announce(self, account_id: str) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        # what happens while we ask is announced anew
        self._announcing.discard(account_id)
        # an event that nobody rings for is seen by the clock
        with suppress(StoreUnavailable):
            if await self._listens(account_id) and await self.waiting("deliver") < ENOUGH:
                self.ring("deliver", account_id, [account_id])

    def _waiting(self, work: Work) -> int:
        with self.presence.asked("count"), leaving_demoted(self._connection):
            return queue(work, self._connection).count

    def _wait(self) -> None:
        """Ring soon: at once enough where nothing was rung for of late, else after a rest."""
        loop = asyncio.get_running_loop()
        at = max(loop.time() + COLLECT_SECONDS, self._rested_at)
        self._timer = loop.call_at(at, self._send)

    def _send(self) -> None:
        # one ring at a time: while the queue's server hangs, ids are collected, not tasks
        if self._timer:
            self._timer.cancel()
        self._timer = None
        pending, self._pending = self._pending, defaultdict(list)
        loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        self._ringing = loop.run_in_executor(self._thread, self._enqueue, pending)
        self._ringing.add_done_callback(self._rung)

    def _rung(self, _done: object) -> None:
        self._ringing = None
        now = asyncio.get_running_loop().time()
        self._rested_at = now + min(REST * (time.monotonic() - self._began), MOST_REST_SECONDS)
        if self._pending:
            self._wait()

    def _enqueue(self, pending: Mapping[tuple[Bell, str], list[str]]) -> None:
        # a bell that is lost is rung again by the clock
        with suppress(StoreUnavailable), self.presence.asked("ring"), leaving_demoted(self._connection):
            for work in {QUEUES[bell] for bell, _ in pending}:
                jobs = [
                    job
                    for (bell, account), ids in pending.items()
                    if QUEUES[bell] == work
                    for job in _jobs(bell, account, ids)
                ]
                queue(work, self._connection).enqueue_many(jobs)


def _jobs(bell: Bell, account_id: str, ids: list[str]) -> Iterator[Any]:
    for start in range(0, len(ids), IDS_PER_BELL):
        some = ids[start : start + IDS_PER_BELL]
        yield Queue.prepare_data(
            JOBS[bell],
            args=(account_id, some),
            timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=FAILURE_SECONDS,
            description=f"{bell} {len(some)} of {account_id}",
        )
