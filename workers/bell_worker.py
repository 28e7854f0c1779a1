"""RQ's worker as we use it: no alarms, no surprise when it is asked to stop while its server is away."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.timeouts import BaseDeathPenalty
from rq.worker import WorkerStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from rq import Queue

#: seconds for which we need not say again that we live; less than RQ waits before it asks a server again that was away
LATELY_SECONDS: Final = 0.5


class NoDeathPenalty(BaseDeathPenalty):
    """RQ's time-outs would raise in the middle of any line, and use the kernel timer that `freeze` needs."""

    def setup_death_penalty(self) -> None:
        """Do nothing."""

    def cancel_death_penalty(self) -> None:
        """Do nothing."""


class BellWorker(SimpleWorker):
    """RQ's worker as we use it: in this process, without its alarms, quick to come back, and with fewer words.

    RQ says again and again that it lives, and each word is a write that the server brings to disk before it answers.
    What it has just said, or says in the next moment with something else, is left out: bells are answered sooner.
    """

    death_penalty_class = NoDeathPenalty
    max_connection_wait_time = 1.0
    log_result_lifespan = False
    on_stop: Callable[[], None]
    on_answer: Callable[[], None]
    is_stopping: Callable[[], bool]
    #: when RQ's server was last told that we live, by the monotonic clock
    _told_at = float("-inf")
    _has_just_taken = False

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Tell RQ's server that we live, and ourselves that it does; between jobs, end when that was wished for.

        RQ hears a wish in its handler only, which is not there yet while it registers, and may be called where the
        error that it raises is swallowed. A bell that was just taken is rung again by the clock.
        """
        self._tell(timeout, pipeline)
        self.on_answer()
        if self.is_stopping() and self.get_state() == WorkerStatus.IDLE:
            raise StopRequested

    def reorder_queues(self, reference_queue: Queue) -> None:
        """Note that a job was taken: RQ prepares it next, and says in the same transaction that we live."""
        super().reorder_queues(reference_queue)
        self._has_just_taken = True

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Tell what we do, unless that is known."""
        if pipeline is not None or state != self.get_state():
            super().set_state(state, pipeline)

    def _tell(self, timeout: int | None, pipeline: Any) -> None:
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
        elif self._has_just_taken or time.monotonic() - self._told_at < LATELY_SECONDS:
            self._has_just_taken = False
            return
        else:
            with self.connection.pipeline(transaction=False) as together:
                super().heartbeat(timeout, together)
                together.execute()
        self._told_at = time.monotonic()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Tell the round under way to take nothing more, then do as RQ does."""
        self.on_stop()
        # RQ notes the wish in Redis: a signal's error would surface in whatever runs on the loop
        with suppress(RedisError, OSError):
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]
