"""How values are shown to people: times, durations, telephone numbers, states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from service.lifecycle import State
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: what a colour says
Tone: TypeAlias = Literal["wait", "busy", "good", "mixed", "bad", "call", "off"]

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
#: digits of a telephone number
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks: never by its colour alone."""

    text: str
    #: of the sprite in `base.html`
    icon: str
    tone: Tone


LOOKS: Final[Mapping[State, Look]] = {
    State.ACCEPTED: Look("accepted", "dot", "wait"),
    State.HELD: Look("held", "pause", "wait"),
    State.SUBMITTING: Look("submitting", "up", "busy"),
    State.UNCERTAIN: Look("uncertain", "question", "call"),
    State.RECEIVED: Look("received", "half", "busy"),
    State.PROCESSING: Look("processing", "half", "busy"),
    State.NEEDS_ATTENTION: Look("needs attention", "alarm", "call"),
    State.COMPLETE: Look("complete", "tick", "good"),
    State.PARTIAL: Look("partial", "mixed", "mixed"),
    State.FAILED: Look("failed", "cross", "bad"),
    State.REJECTED: Look("rejected", "cross", "bad"),
    State.CANCELLED: Look("cancelled", "ban", "off"),
}


def look(state: str) -> Look:
    """Return how a state looks."""
    return LOOKS[State(state)]


def utc(milliseconds: int) -> str:
    """Write a time for people: `2026-01-31 12:00:00 UTC`."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def clock(milliseconds: int) -> str:
    """Write the time of a day, to the millisecond: `12:00:00.000`."""
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%H:%M:%S}.{milliseconds % 1000:03d}"


def duration(milliseconds: float) -> str:
    """Write how long something took, in its two largest units at most."""
    if milliseconds < _SECOND:
        return f"{max(0, round(milliseconds))} ms"
    if milliseconds < _MINUTE:
        return f"{milliseconds / _SECOND:.1f} s" if milliseconds < 10 * _SECOND else f"{milliseconds // _SECOND:.0f} s"
    for unit, name, part, part_name in ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min")):
        if milliseconds >= unit:
            rest = int(milliseconds % unit // part)
            return f"{int(milliseconds // unit)} {name}" + (f" {rest} {part_name}" if rest else "")
    rest = int(milliseconds % _MINUTE // _SECOND)
    return f"{int(milliseconds // _MINUTE)} min" + (f" {rest} s" if rest else "")


def ago(milliseconds: int, now: int) -> str:
    """Write how long ago something was, or how soon it will be, in one unit. `dashboard.js` writes the same."""
    apart = abs(now - milliseconds)
    if apart < _SECOND:
        return "now"
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s")):
        if apart >= unit:
            said = f"{apart // unit} {name}"
            return f"{said} ago" if milliseconds <= now else f"in {said}"
    return "now"


def telephone_number(number: str) -> str:
    """Write a number as people read it: `(201) 855-1021`."""
    if len(number) != _DIGITS or not number.isdecimal():
        return number
    return f"({number[:3]}) {number[3:6]}-{number[6:]}"


def thousands(count: int) -> str:
    """Write a count as people read it: `5,000`."""
    return f"{count:,}"


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "look": look,
    "utc": utc,
    "clock": clock,
    "iso": iso,
    "ago": ago,
    "duration": duration,
    "telephone_number": telephone_number,
    "thousands": thousands,
}
