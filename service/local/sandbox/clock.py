"""Time as Bandwidth writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

#: Where the time comes from; a test passes its own.
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment with the millisecond precision that Bandwidth prints."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def stamp(moment: datetime) -> str:
    """Write a moment as in `<OrderCreateDate>2016-01-15T12:01:14.324Z</OrderCreateDate>`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
