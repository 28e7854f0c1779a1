"""Bells: RQ jobs that say "look at these". Losing one costs seconds, never an order.

Ids are collected for a millisecond and rung in one pipeline from one thread, so that a request never waits
for the queue. A ring that fails is the clock's business a second later.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import structlog
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from service.store.connection import connect_blocking, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.lifecycle import Step

#: what a bell is rung for: a step of orders, orders placed elsewhere, or an account's subscriptions
Bell: TypeAlias = Literal["submit", "check", "adopt", "watch"]
#: the job of each bell, by dotted path: the service never imports the workers
JOBS: Final[Mapping[Bell, str]] = {
    "submit": "workers.submit.submit",
    "check": "workers.check.check",
    "adopt": "workers.adopt.adopt",
    "watch": "workers.watch.watch",
}
#: the queue of each bell; what is rare and short needs no worker process of its own
QUEUES: Final[Mapping[Bell, Step]] = {"submit": "submit", "check": "check", "adopt": "check", "watch": "check"}
#: ids one job carries
IDS_PER_BELL: Final = 100
#: seconds for which ids are collected
COLLECT_SECONDS: Final = 0.001
#: ids of one account and step that wait to be rung for in one process
MOST_PENDING: Final = 10_000
#: seconds RQ gives a job, far above our own deadlines: it only sets the times of RQ's registries
JOB_SECONDS: Final = 600
#: seconds a failed job is kept for a person to look at
FAILURE_SECONDS: Final = 7 * 86_400

log = structlog.get_logger()


def queue_name(step: Step) -> str:
    """Name the queue of a step; a worker process listens on one of them."""
    return f"order-tracker-{step}"


def queue(step: Step, connection: Any) -> Queue:
    """Open a step's queue; JSON, because RQ's pickle runs code for whoever can write to Redis."""
    return Queue(queue_name(step), connection=connection, serializer=JSONSerializer)


class Bells:
    """Rings for one process; `close` rings what is left."""

    def __init__(self, url: str) -> None:
        self._connection = connect_blocking(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bells")
        self._pending: dict[tuple[Bell, str], list[str]] = defaultdict(list)
        self._timer: asyncio.TimerHandle | None = None
        self._ringing: asyncio.Future[None] | None = None

    def ring(self, bell: Bell, account_id: str, ids: Iterable[str]) -> None:
        """Ring for some orders of an account, shortly; beyond `MOST_PENDING` ids it is left to the clock."""
        pending = self._pending[bell, account_id]
        pending.extend(islice(ids, max(0, MOST_PENDING - len(pending))))
        if self._timer is None and self._ringing is None:
            self._timer = asyncio.get_running_loop().call_later(COLLECT_SECONDS, self._send)

    async def waiting(self, step: Step) -> int:
        """Return how many bells wait in a queue; raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._waiting, step)

    async def close(self) -> None:
        """Ring what is left and end the thread."""
        if self._timer:
            self._timer.cancel()
        if self._ringing is None and self._pending:
            self._send()
        while self._ringing:
            await self._ringing
            # one that was done already is waited for in no time: what came meanwhile is rung for first
            await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._connection.close()

    def _waiting(self, step: Step) -> int:
        with unavailable():
            return queue(step, self._connection).count

    def _send(self) -> None:
        # one ring at a time: while the queue's server hangs, ids are collected, not tasks
        self._timer = None
        pending, self._pending = self._pending, defaultdict(list)
        self._ringing = asyncio.get_running_loop().run_in_executor(self._thread, self._enqueue, pending)
        self._ringing.add_done_callback(self._rung)

    def _rung(self, _done: object) -> None:
        self._ringing = None
        if self._pending:
            self._send()

    def _enqueue(self, pending: Mapping[tuple[Bell, str], list[str]]) -> None:
        try:
            for step in {QUEUES[bell] for bell, _ in pending}:
                jobs = [
                    job
                    for (bell, account), ids in pending.items()
                    if QUEUES[bell] == step
                    for job in _jobs(bell, account, ids)
                ]
                queue(step, self._connection).enqueue_many(jobs)
        except (RedisError, OSError) as error:
            log.warning("bell.lost", error=f"{type(error).__name__}: {error}", next="the clock rings again")


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
