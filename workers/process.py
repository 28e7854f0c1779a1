"""A worker process: one queue, one event loop, one desk, warm connections. RQ's job enters the loop here."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

import structlog
import uvloop
from rq.serializers import JSONSerializer

from service import opening, wiring
from service.bells import queue
from service.errors import StoreUnavailable
from service.processes import garbage
from service.processes.beat import BEAT_SECONDS, Beat, here
from service.store.server.connecting import connect_blocking, leaving_demoted
from service.store.server.presence import Presence
from workers.bell_worker import BellWorker
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


class WorkerProcess:
    """The process that jobs find by `current`."""

    _current: Self | None = None

    def __init__(self, settings: Settings, step: Work) -> None:
        self.step = step
        self.stopping = False
        self._settings = settings
        self._loop = uvloop.new_event_loop()
        self._errands: Errands | None = None
        self._beat = Beat(f"worker-{step}")

    @classmethod
    def current(cls) -> Self:
        """Return the process this job runs in."""
        if cls._current is None:
            raise RuntimeError("jobs of the order tracker run in its own workers: order-tracker worker")
        return cls._current

    def run(self) -> None:
        """Work until a signal says stop; a lost queue server only costs a new RQ worker."""
        type(self)._current = self  # noqa: SLF001  (RQ calls jobs as plain functions: this is how they find us)
        with self._beat:
            self._loop.call_soon(self._go_on)
            self._run()

    def _run(self) -> None:
        if not self._loop.run_until_complete(self._open()):
            return
        log.info("worker.started", step=self.step, exchanges=self._settings.exchanges)
        for each in _ASKING:
            signal.signal(each, self._stop_between)
        garbage.settle()
        connection = connect_blocking(self._settings.queue_redis_url or self._settings.redis_url)
        logging.getLogger("rq.worker").addFilter(self._is_news)
        while not self.stopping:
            with suppress(StoreUnavailable), self._queue.asked("work"), leaving_demoted(connection):
                self._bell_worker(connection).work(logging_level="WARNING")
            self._beat.go_on()
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
            self._errands = Errands(desk, FreezeTimer(), here())
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
        worker.on_answer = self._answered
        worker.is_stopping = lambda: self.stopping
        return worker

    def _answered(self) -> None:
        self._beat.go_on()
        self._queue.answered("work")

    def _go_on(self) -> None:
        """Beat while the loop turns: in jobs, and while the store is awaited; between jobs RQ does (`_answered`)."""
        self._beat.go_on()
        self._loop.call_later(BEAT_SECONDS, self._go_on)

    @property
    def _queue(self) -> Presence:
        assert self._errands is not None  # noqa: S101  (run opened it)
        return self._errands.desk.bells.presence

    def _is_news(self, record: logging.LogRecord) -> bool:
        """Tell the log what RQ says, but once only that the queue's server is away: it waits by itself."""
        if "could not connect to Redis" not in record.msg:
            return True
        # RQ waits in a loop of its own until the server is back, and says nothing else meanwhile
        self._beat.go_on()
        self._queue.failed("work", StoreUnavailable(record.getMessage()))
        return False

    def _stop(self) -> None:
        self.stopping = True

    def _stop_between(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping = True
