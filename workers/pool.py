"""The worker pool: processes of one queue and one event loop each, through the supervisor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import structlog

from service.errors import Misconfigured
from service.processes.program import Program
from service.processes.signals import Signals
from service.processes.supervisor import Change, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.bells import Work

#: seconds a worker has to end by itself: one exchange's deadline and its report, less than Kubernetes' 30
GRACE_SECONDS: Final = 25.0

log = structlog.get_logger()


def run(submitters: int, checkers: int, couriers: int) -> None:
    """Keep so many worker processes of each kind running until a signal says stop."""
    if submitters + checkers + couriers == 0:
        raise Misconfigured("A pool without workers does nothing: give --submit, --check or --deliver.")
    with Signals() as signals:
        supervisor = Supervisor(_tell)
        try:
            counts: dict[Work, int] = {"submit": submitters, "check": checkers, "deliver": couriers}
            supervisor.start(*(each for work, count in counts.items() for each in programs(work, count)))
            log.info("pool.started", **counts)
            supervisor.watch(signals)
        finally:
            supervisor.end(signals, GRACE_SECONDS)


def programs(work: Work, count: int) -> Iterator[Program]:
    """Yield the programs of one queue; each reads its own settings."""
    argv = (sys.executable, "-m", "service.cli", "worker", work)
    for number in range(1, count + 1):
        yield Program(name=f"{work}-{number}", role="workers", argv=argv)


def _tell(change: Change) -> None:
    log.warning("pool.worker_changed", what=str(change))
