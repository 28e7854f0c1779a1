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

    from service.lifecycle import Step

#: seconds a worker has to end by itself: one exchange's deadline and its report, less than Kubernetes' 30
GRACE_SECONDS: Final = 25.0

log = structlog.get_logger()


def run(submitters: int, checkers: int) -> None:
    """Keep so many worker processes of each step running until a signal says stop."""
    if submitters + checkers == 0:
        raise Misconfigured("A pool without workers does nothing: give --submit or --check.")
    with Signals() as signals:
        supervisor = Supervisor(_tell)
        try:
            supervisor.start(*programs("submit", submitters), *programs("check", checkers))
            log.info("pool.started", submit=submitters, check=checkers)
            supervisor.watch(signals)
        finally:
            supervisor.end(signals, GRACE_SECONDS)


def programs(step: Step, count: int) -> Iterator[Program]:
    """Yield the programs of one step; each reads its own settings."""
    argv = (sys.executable, "-m", "service.cli", "worker", step)
    for number in range(1, count + 1):
        yield Program(name=f"{step}-{number}", role="workers", argv=argv)


def _tell(change: Change) -> None:
    log.warning("pool.worker_changed", what=str(change))
