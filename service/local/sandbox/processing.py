"""Progress by time: an order's state is a pure function of the order and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.local.sandbox.statuses import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from service.local.sandbox.verdict import Verdict

#: Parts of the pace after which PROCESSING and a detour begin.
_PROCESSING_AT = 0.25
_DETOUR_AT = 0.5


@dataclass(frozen=True)
class Milestone:
    """The moment at which an order enters a state."""

    at: datetime
    status: str

    @property
    def is_end(self) -> bool:
        """Whether nothing follows; a word outside the documents is never an end."""
        return self.status in Status.__members__ and Status(self.status).is_end


def timetable(
    created_at: datetime, pace: float, verdict: Verdict, changed_at: datetime | None = None
) -> tuple[Milestone, ...]:
    """Lay out when the order enters each of its states; `changed_at` is when it was first changed by PUT."""
    received = Milestone(created_at, Status.RECEIVED)
    started_at = changed_at if verdict.awaits_change else created_at
    if started_at is None:
        return (received,)
    seconds = pace * verdict.stretch
    later = (Milestone(started_at + timedelta(seconds=part * seconds), status) for part, status in _course(verdict))
    return (received, *later)


def _course(verdict: Verdict) -> Iterator[tuple[float, str]]:
    """Yield what follows RECEIVED, by parts of the pace."""
    if verdict.halt == Status.RECEIVED:
        return
    yield _PROCESSING_AT, Status.PROCESSING
    if verdict.halt == Status.PROCESSING:
        return
    if verdict.detour:
        yield _DETOUR_AT, verdict.detour
    yield 1.0, verdict.end


def reached(milestones: tuple[Milestone, ...], now: datetime) -> tuple[Milestone, ...]:
    """Return the milestones behind us; the first always is."""
    return milestones[:1] + tuple(milestone for milestone in milestones[1:] if milestone.at <= now)
