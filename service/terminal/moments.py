"""Times for people: by the clock on their wall, and how long ago."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

#: from so many seconds on, a time is told in this unit of so many seconds
_UNITS: Final = ((172_800, 86_400, "days"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))


def local(at: datetime | None) -> str:
    """Write a time by the clock of this machine, to the second; `-` for none."""
    return "-" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def relative(at: datetime | None, now: datetime | None = None) -> str:
    """Write how long ago a time is, or how long it is until then; `-` for none."""
    if at is None:
        return "-"
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    away = abs(seconds)
    if away < 1:
        return "now"
    size, word = next((size, word) for least, size, word in _UNITS if away >= least)
    told = f"{away // size:.0f} {word}"
    return f"{told} ago" if seconds >= 0 else f"in {told}"


def both(at: datetime | None) -> str:
    """Write a time by the clock, and how far away it is."""
    return "-" if at is None else f"{local(at)} ({relative(at)})"
