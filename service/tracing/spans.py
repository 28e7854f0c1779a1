"""Spans: how long a unit of work took, told to a collector where one is asked for; where none is, they cost nothing.

Whoever makes a span says what it is in words that are no secret: no number, no name, no token, no address with an id.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from service.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from service.tracing.trace import Trace

#: `server`: somebody called us; `consumer`: work that was queued; `client`: we call somebody; `internal`: none of these
Role: TypeAlias = Literal["server", "consumer", "client", "internal"]
#: what is said of a span, by name; None is not said
Said: TypeAlias = "Mapping[str, str | int | bool | None]"


class Span(Protocol):
    """A unit of work under way."""

    def tell(self, said: Said) -> None:
        """Say more of it."""

    def fail(self, why: str) -> None:
        """Say that it failed."""


class Recorder(Protocol):
    """Keeps spans and brings them to a collector."""

    def span(
        self, name: str, role: Role, place: Trace, said: Said, since: int | None
    ) -> AbstractContextManager[tuple[Span, Trace]]:
        """Record a span at a place of a trace while it is entered; what is made under the second follows from it."""

    def close(self) -> None:
        """Bring what is left; what is recorded afterwards is lost."""


class _Nothing:
    def tell(self, said: Said) -> None:
        """Say nothing."""

    def fail(self, why: str) -> None:
        """Say nothing."""


class _Collector:
    """Whether a collector was asked for; `collecting.start` decides, once in a process."""

    recorder: Recorder | None = None


COLLECTOR: Final = _Collector()
_NOTHING: Final = _Nothing()
#: work under no span, where the task is already
_UNSEEN: Final = nullcontext[Span](_NOTHING)


def span(
    name: str, role: Role, place: Trace | None = None, said: Said | None = None, since: int | None = None
) -> AbstractContextManager[Span]:
    """Work under a span while it is entered: at a place of a trace, else where this task is, else in a new trace.

    It began now, or at `since` (ns since 1970). An error that leaves it fails it, by the error's name alone: its text
    may tell of people.
    """
    now = trace.current()
    recorder = COLLECTOR.recorder
    if recorder is not None:
        return _recorded(recorder, name, role, place or now or trace.Trace.new(), said or {}, since)
    if now is not None and place in (None, now):
        return _UNSEEN
    return _unseen(place or trace.Trace.new())


@contextmanager
def _unseen(place: Trace) -> Iterator[Span]:
    with trace.under(place):
        yield _NOTHING


@contextmanager
def _recorded(recorder: Recorder, name: str, role: Role, place: Trace, said: Said, since: int | None) -> Iterator[Span]:
    with recorder.span(name, role, place, said, since) as (made, inner), trace.under(inner):
        yield made
