"""Times as callers write and read them: RFC 3339, which is ISO 8601 with a zone. Here they are ms since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, overload

#: milliseconds of a day
DAY_MS: Final = 86_400_000
_RFC3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse(text: str) -> int:
    """Return a time as ms since 1970, rounded up to a whole one; raises ValueError for any other text."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("is not a time with its zone: give one such as 2026-01-31T12:00:00Z")
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("is a time that no calendar and no clock shows") from None
    return -((_EPOCH - moment) // timedelta(milliseconds=1))


@overload
def iso(milliseconds: int) -> str: ...
@overload
def iso(milliseconds: int | None) -> str | None: ...
def iso(milliseconds: int | None) -> str | None:
    """Write a time with milliseconds, in UTC."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


def stamp(nanoseconds: int) -> str:
    """Write a time with microseconds, in UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{_second(seconds)}.{rest // 1000:06d}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    # the times of an order, and of orders that are told of together, lie in few seconds
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
