"""The metrics of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.api.metrics.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from service.api.metrics.metric import Sample
    from service.vitals import InstallationVitals

Vital: TypeAlias = "Metric[InstallationVitals]"
_Read: TypeAlias = "Callable[[InstallationVitals], Iterable[Sample]]"


def _by_queue(counts: Callable[[InstallationVitals], Mapping[Any, int]]) -> _Read:
    return lambda vitals: [((queue,), count) for queue, count in counts(vitals).items()]


def _spooled(vitals: InstallationVitals) -> list[Sample]:
    return [] if vitals.spooled is None else [((), vitals.spooled)]


METRICS: Final[tuple[Vital, ...]] = (
    Metric(
        "gauge",
        "up",
        (),
        "1 while the store answers; 0: nothing is known of accounts.",
        lambda vitals: [((), int(vitals.up))],
    ),
    Metric(
        "gauge",
        "workers",
        ("queue",),
        "Worker processes that are alive, by queue (submit, check, deliver).",
        _by_queue(lambda vitals: vitals.workers),
    ),
    Metric(
        "gauge",
        "bells",
        ("queue",),
        "Bells (jobs) that wait for a worker, by queue.",
        _by_queue(lambda vitals: vitals.bells),
    ),
    Metric(
        "gauge",
        "spooled_callbacks_waiting",
        (),
        "Callbacks that wait in this machine's spool for the store; absent without TRACKER_SPOOL_DIR.",
        _spooled,
    ),
)
