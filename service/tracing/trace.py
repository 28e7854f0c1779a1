"""A trace, as W3C Trace Context writes it in the header `traceparent`; and the one that a task works under.

What strangers send is a label at most: whatever has not the one right form is no trace, and never an error.
"""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: version, trace, span, flags; a later version may add more behind these
_FORM: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
#: no version is this one
_NO_VERSION: Final = "ff"
#: characters that are looked at: what a later version adds is none of ours
_LONGEST: Final = 512
_SAMPLED: Final = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: all that is done under it belongs to the trace, and follows from its span."""

    #: 32 hex digits
    id: str
    #: 16 hex digits
    span_id: str
    #: whether whoever began the trace wants it kept
    sampled: bool = True
    #: no span stands here yet: the first one made under it is the trace's root
    is_new: bool = False

    @classmethod
    def new(cls) -> Self:
        """Begin a trace."""
        # no secret: what each process draws from a source of its own is as good as what the system gives, and is quick
        chance = f"{random.getrandbits(192) | 1 << 64 | 1:048x}"
        return cls(chance[:32], chance[32:], is_new=True)

    @classmethod
    @lru_cache(maxsize=1024)
    def kept(cls, order_id: str, traceparent: str | None = None) -> Self:
        """Return the trace of an order or a batch, as it was kept with it.

        Where none was, it is its own id's: a UUIDv7 is as random as the id of a trace must be.
        """
        if made := cls.read(traceparent or ""):
            return made
        digits = order_id.replace("-", "")
        return cls(digits, digits[16:], is_new=True)

    @classmethod
    def read(cls, traceparent: str) -> Self | None:
        """Read what `str` has written, or a caller's header; None where it has another form."""
        found = _FORM.fullmatch(traceparent) if len(traceparent) <= _LONGEST else None
        if found is None:
            return None
        version, trace_id, span_id, flags, more = found.groups()
        if version == _NO_VERSION or (version == "00" and more) or not (int(trace_id, 16) and int(span_id, 16)):
            return None
        return cls(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))

    def __str__(self) -> str:
        return f"00-{self.id}-{self.span_id}-{_SAMPLED if self.sampled else 0:02x}"


_current: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)


def of_headers(given: Sequence[str]) -> Trace:
    """Return the trace that a request names by its one `traceparent`; a new one where it names none, or several."""
    return (Trace.read(given[0].strip(" \t")) if len(given) == 1 else None) or Trace.new()


def current() -> Trace | None:
    """Return what this task works under."""
    return _current.get()


def begin(trace: Trace) -> None:
    """Work under a trace from here to the end of this task."""
    _current.set(trace)


@contextmanager
def under(trace: Trace) -> Iterator[Trace]:
    """Work under a trace while it is entered."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
