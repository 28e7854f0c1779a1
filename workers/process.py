"""A worker process: one queue, one event loop, one desk, warm connections. RQ's job enters the loop here."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import structlog
import uvloop
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

from service import opening, wiring
from service.bells import queue
from service.errors import StoreUnavailable
from service.store.server.connection import connect_blocking, leaving_demoted
from service.store.server.presence import Presence
from workers.errand import Errands
from workers.freeze import FreezeTimer
from workers.round import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from types import FrameType

    from service.bells import Work
    from service.settings import Settings
    from service.wiring import Desk

#: seconds RQ remembers an idle worker; short, so that a frozen server is noticed within them
WORKER_TTL: Final = 20
#: seconds between RQ's own tidying: jobs of killed workers come back
MAINTENANCE_SECONDS: Final = 15
#: seconds before the next try when the queue's server is away
AWAY_SECONDS: Final = 0.5
#: signals that ask to end
_ASKING: Final = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class NoDeathPenalty(BaseDeathPenalty):
    """RQ's time-outs would raise in the middle of any line, and use the kernel timer that `freeze` needs."""

    def setup_death_penalty(self) -> None:
        """Do nothing."""

    def cancel_death_penalty(self) -> None:
        """Do nothing."""


class BellWorker(SimpleWorker):
    """RQ's worker as we use it: in this process, without its alarms, quick to come back."""

    death_penalty_class = NoDeathPenalty
    max_connection_wait_time = 1.0
    log_result_lifespan = False
    on_stop: Callable[[], None]

    on_answer: Callable[[], None]

    def heartbeat(self, *arguments: Any, **named: Any) -> None:
        """Tell RQ's server that we live, and ourselves that it does."""
        super().heartbeat(*arguments, **named)
        self.on_answer()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Tell the round under way to take nothing more, then do as RQ does."""
        self.on_stop()
        # RQ notes the wish in Redis: a signal's error would surface in whatever runs on the loop
        with suppress(RedisError, OSError):
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


class WorkerProcess:
    """The process that jobs find by `current`."""

    _current: Self | None = None

    def __init__(self, settings: Settings, step: Work) -> None:
        self.step = step
        self.stopping = False
        self._settings = settings
        self._loop = uvloop.new_event_loop()
        self._errands: Errands | None = None

    @classmethod
    def current(cls) -> Self:
        """Return the process this job runs in."""
        if cls._current is None:
            raise RuntimeError("jobs of the order tracker run in its own workers: order-tracker worker")
        return cls._current

    def run(self) -> None:
        """Work until a signal says stop; a lost queue server only costs a new RQ worker."""
        type(self)._current = self  # noqa: SLF001  (RQ calls jobs as plain functions: this is how they find us)
        if not self._loop.run_until_complete(self._open()):
            return
        log.info("worker.started", step=self.step, exchanges=self._settings.exchanges)
        connection = connect_blocking(self._settings.queue_redis_url or self._settings.redis_url)
        logging.getLogger("rq.worker").addFilter(self._is_news)
        for each in _ASKING:
            signal.signal(each, self._stop_between)
        while not self.stopping:
            with suppress(StoreUnavailable), self._queue.asked("work"), leaving_demoted(connection):
                self._bell_worker(connection).work(logging_level="WARNING")
            if not self.stopping:
                time.sleep(AWAY_SECONDS)
        self._loop.run_until_complete(self._close())

    def round(self, account_id: str, ids: Sequence[str]) -> None:
        """Enter the loop for one job."""
        self._loop.run_until_complete(self._round(account_id).run(ids))

    def beside(self, account_id: str, work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        """Enter the loop for a job that is no step of an order; orders that are due meanwhile do not wait for it."""
        round_ = self._round(account_id)
        self._loop.run_until_complete(round_.run((), work(round_.desk)))

    def alone(self, work: Callable[[Desk, Callable[[], bool]], Coroutine[Any, Any, None]]) -> None:
        """Enter the loop for a job that has nothing to do with orders; it is told how to know that it must end."""
        assert self._errands is not None  # noqa: S101  (run opened it)
        self._loop.run_until_complete(work(self._errands.desk, lambda: self.stopping))

    def _round(self, account_id: str) -> Round:
        assert self._errands is not None  # noqa: S101  (run opened it)
        assert self.step != "deliver"  # noqa: S101  (its jobs enter alone)
        return Round(self._errands, self.step, account_id, lambda: self.stopping)

    async def _open(self) -> bool:
        """Wait for the store; False when asked to stop first."""
        desk, stop, loop = wiring.build(self._settings), asyncio.Event(), asyncio.get_running_loop()
        for each in _ASKING:
            loop.add_signal_handler(each, stop.set)
        # asked while the last look was under way, nobody would tell it again
        is_open = await opening.opened(desk.open, stop) and not stop.is_set()
        for each in _ASKING:
            loop.remove_signal_handler(each)
        if is_open:
            self._errands = Errands(desk, FreezeTimer())
        else:
            await desk.close()
        return is_open

    async def _close(self) -> None:
        assert self._errands is not None  # noqa: S101  (run opened it)
        await self._errands.desk.close()

    def _bell_worker(self, connection: Any) -> BellWorker:
        worker = BellWorker(
            [queue(self.step, connection)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.on_stop = self._stop
        worker.on_answer = partial(self._queue.answered, "work")
        return worker

    @property
    def _queue(self) -> Presence:
        assert self._errands is not None  # noqa: S101  (run opened it)
        return self._errands.desk.bells.presence

    def _is_news(self, record: logging.LogRecord) -> bool:
        """Tell the log what RQ says, but once only that the queue's server is away: it waits by itself."""
        if "could not connect to Redis" not in record.msg:
            return True
        self._queue.failed("work", StoreUnavailable(record.getMessage()))
        return False

    def _stop(self) -> None:
        self.stopping = True

    def _stop_between(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping = True
