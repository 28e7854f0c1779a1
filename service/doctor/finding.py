"""A finding: what one check has seen, how bad that is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

#: `warn`: it works, and somebody should know; `fail`: something does not work, or may lose what was promised
Level: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    check: str
    level: Level
    found: str
    #: nothing where nothing is wrong
    do: str = ""
    #: None: it concerns all accounts
    account_id: str | None = None


def judged(check: str, level: Level, found: str, do: str, account_id: str | None = None) -> Finding:
    """Return a finding that says what to do only where something is wrong."""
    return Finding(check, level, found, "" if level == "ok" else do, account_id)


def some(count: int, noun: str, plural: str = "") -> str:
    """Write a number of things."""
    return f"{count or 'no'} {noun if count == 1 else plural or noun + 's'}"


def span(seconds: float) -> str:
    """Write how long something is, as a person says it."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
