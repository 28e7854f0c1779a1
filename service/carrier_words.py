"""How Bandwidth writes values, read in one way everywhere: numbers, counts, times, sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from service import telephone_numbers

#: characters kept of what Bandwidth says
_LONGEST: Final = 500
_LONGEST_COUNT: Final = 9
#: the year 10000, in ms since 1970: no time from then on, or before 1970, can be shown or means anything
_LAST_MOMENT: Final = 253_402_300_800_000
_LONGEST_NUMERAL: Final = 40
_CONTROL = re.compile("[\x00-\x20\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def ten_digits(number: str) -> str:
    """Return a number of Bandwidth's as ten digits; what is no such number (a short code) as it is."""
    try:
        return telephone_numbers.parse(number)
    except ValueError:
        return number


def plain(said: str) -> str:
    """Return what Bandwidth said, on one line, without control characters, cut to 500 characters."""
    return _CONTROL.sub(" ", said).strip()[:_LONGEST]


def canonical(value: str | None) -> str:
    """Return a value so that two spellings of it are equal: ten digits, no leading zeros, lower case."""
    text = value or ""
    try:
        return telephone_numbers.parse(text)
    except ValueError:
        return str(int(text)) if text.isdecimal() and len(text) <= _LONGEST_NUMERAL else text.lower()


def count(text: str | None) -> int | None:
    """Read a count; None when it is none."""
    return int(text) if text and text.isdecimal() and len(text) <= _LONGEST_COUNT else None


def milliseconds(text: str | None) -> int | None:
    """Read one of Bandwidth's times as milliseconds since 1970; UTC where it names no zone, None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    found = int(moment.timestamp() * 1000)
    return found if 0 <= found < _LAST_MOMENT else None
