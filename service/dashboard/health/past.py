"""What has happened of late: what is counted since the first order, less what was counted when somebody last looked.

Each process remembers what it has read itself, one reading in ten minutes. So it tells of an hour once somebody has
looked for an hour, and says for how long it can tell; until then only what was counted since the first order is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from service.dashboard.health.limits import HOUR_SECONDS
from service.vitals.counted import Counted, Histogram

#: milliseconds between two readings that are remembered: a reading takes 30 kB
_STEP_MS: Final = 600_000
_LONGEST_MS: Final = round(HOUR_SECONDS * 1000)


@dataclass(frozen=True, slots=True)
class Lately:
    """What was counted within the last so many seconds."""

    seconds: float
    counted: Counted


class Past:
    """What was counted of one account, at a few times; at most eight."""

    def __init__(self) -> None:
        #: ms since 1970 by the store's clock, and what was counted by then
        self._kept: deque[tuple[int, Counted]] = deque()

    def note(self, at: int, counted: Counted) -> None:
        """Remember a reading, unless the one before is young; forget those that an hour no longer needs."""
        kept = self._kept
        if kept and at < kept[-1][0]:
            kept.clear()  # another server, whose clock is another one
        if not kept or at - kept[-1][0] >= _STEP_MS:
            kept.append((at, counted))
        while len(kept) > 1 and kept[1][0] <= at - _LONGEST_MS:
            kept.popleft()

    def lately(self, at: int, counted: Counted, seconds: float) -> Lately | None:
        """Return what has happened within so many seconds, or a little longer; within less where less is known."""
        before = [each for each in self._kept if each[0] < at]
        if not before:
            return None
        long_ago = [each for each in before if each[0] <= at - seconds * 1000]
        then, was = long_ago[-1] if long_ago else before[0]
        return Lately((at - then) / 1000, less(counted, was))


def less(now: Counted, then: Counted) -> Counted:
    """Return what was counted between two readings; nothing where the store has lost what it had counted."""
    return Counted(**{each.name: _less(getattr(now, each.name), getattr(then, each.name)) for each in fields(Counted)})


def _less(now: Any, then: Any) -> Any:
    if isinstance(now, Histogram):
        parts = {each.name: _less(getattr(now, each.name), getattr(then, each.name)) for each in fields(Histogram)}
        return Histogram(**parts)
    if isinstance(now, Mapping):
        return {name: _less(value, then[name]) for name, value in now.items()}
    return max(0, now - then)
