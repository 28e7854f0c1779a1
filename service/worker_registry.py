"""Which worker processes RQ has heard of since its server started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rq import Worker

from service.bells import Work, queue
from service.lifecycle import STEPS
from service.store.server.connecting import connect_blocking
from service.store.server.connection import REPLY_SECONDS
from service.store.server.presence import unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence


#: seconds by which a server may tell its age wrongly, in whole seconds by a clock of its own: a worker that is alive
#: must not be taken for one of the backup
_ROUNDED: Final = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A worker process that has told RQ of itself."""

    step: Work
    host: str
    pid: int
    seconds_ago: float


def alive(url: str, works: Sequence[Work] = STEPS, seconds: float = REPLY_SECONDS) -> list[Heard]:
    """Return the workers of some queues, else of orders, that told of themselves after the queue's server had started.

    Others are an older server's, whose data this one was started with. Raises StoreUnavailable, also when a reply takes
    longer than so many `seconds`.
    """
    connection = connect_blocking(url, seconds)
    try:
        with unavailable():
            now = datetime.now(UTC)
            started = now - timedelta(seconds=connection.info("server")["uptime_in_seconds"] + _ROUNDED)
            found = [
                (step, worker, worker.last_heartbeat.replace(tzinfo=UTC))
                for step in works
                for worker in Worker.all(queue=queue(step, connection))
                if worker.last_heartbeat
            ]
    finally:
        connection.close()
    return [
        Heard(step, worker.hostname or "?", worker.pid or 0, round((now - at).total_seconds(), 1))
        for step, worker, at in found
        if at >= started
    ]
