"""The queue: is its server there, do bells wait in it for nobody, have jobs failed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from service.bells import WORKS, queue
from service.doctor.finding import Finding, judged, some, span
from service.store.server.connecting import connect_blocking
from service.store.server.presence import unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.bells import Work
    from service.settings import Settings
    from service.wiring import Desk

#: seconds for which a bell may wait: the clock rings each second
LATE_SECONDS: Final = 60.0


def address(settings: Settings) -> str:
    """Return where the queue is."""
    return settings.queue_redis_url or settings.redis_url


async def bells(desk: Desk) -> list[Finding]:
    """Look at every queue; raises StoreUnavailable."""
    return await asyncio.to_thread(_look, address(desk.settings))


def _look(url: str) -> list[Finding]:
    connection = connect_blocking(url)
    try:
        with unavailable():
            connection.ping()
            found = [finding for work in WORKS for finding in _of(work, queue(work, connection))]
    finally:
        connection.close()
    return [Finding("queue", "ok", "its server answers"), *found]


def _of(work: Work, rung: Any) -> Iterator[Finding]:
    waiting, late = rung.count, _oldest(rung)
    said = some(waiting, "bell") + (f", the oldest for {span(late)}" if waiting else "")
    do = f"start workers of this queue: order-tracker worker {work}"
    yield judged(f"bells {work}", "warn" if late > LATE_SECONDS else "ok", said, do)
    if failed := rung.failed_job_registry.count:
        do = "report it, with the traceback in the workers' log: nothing is lost, and the clock rings again"
        yield Finding(f"bells {work}", "warn", f"{some(failed, 'job')} failed within a week", do)


def _oldest(rung: Any) -> float:
    """Return for how many seconds the first bell waits."""
    for job_id in rung.get_job_ids(0, 1):
        job = rung.fetch_job(job_id)
        rung_at = job and (job.enqueued_at or job.created_at)
        if rung_at:
            return float((datetime.now(UTC) - rung_at.replace(tzinfo=UTC)).total_seconds())
    return 0.0
