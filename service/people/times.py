"""Times as people give them: `2h`, `2026-01-31`, `2026-01-31 12:00` by their own clock, or with a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def past(text: str) -> datetime:
    """Read a time; a mere span of time is so long ago."""
    return _read(text, -1)


def future(text: str) -> datetime:
    """Read a time; a mere span of time is so long from now."""
    return _read(text, 1)


def _read(text: str, direction: int) -> datetime:
    if span := re.fullmatch(r"([0-9]{1,6})([smhd])", text, re.ASCII):
        return datetime.now(UTC) + direction * timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no time: give 2h, 2026-01-31, or 2026-01-31T12:00:00Z.") from None


def since(flag: str, does: str) -> Any:
    """Return an option that takes a time of the past."""
    return typer.Option(flag, parser=past, metavar="TIME", help=does, show_default=False)


NotBefore = Annotated[
    datetime | None,
    typer.Option(parser=future, metavar="TIME", help="Send it then, not before: 2h, or a time.", show_default=False),
]
