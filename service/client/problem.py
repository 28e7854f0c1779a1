"""A problem document (RFC 9457), and the three sorts of exceptions that carry one.

ProblemError
├── Refused         4xx: the caller can mend it
├── Unavailable     503: repeated by itself for as long as the call may take, then raised
└── ServerFailed    other 5xx
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from service.client.errors import TrackerError
from service.client.models.model import Model

#: field errors that a message shows
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError(Model):
    """One wrong field: an RFC 6901 pointer into the body (`?name` for the query), a sentence, Bandwidth's code."""

    pointer: str
    detail: str
    code: str | None = None
    #: of an upload: in which the row begins, from 1
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Model):
    """A problem document."""

    type: str
    status: int
    title: str = ""
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    #: the order that may or may not be on disk
    order_id: str | None = None

    @property
    def slug(self) -> str:
        """Return the last part of the type, such as `invalid-order`."""
        return self.type.rpartition("/")[2]


class ProblemError(TrackerError):
    """The tracker said what is wrong."""

    #: last part of the problem's type; empty: of several types
    slug: ClassVar[str] = ""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return _message(self.problem)

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Return the fields that are wrong."""
        return self.problem.errors


class Refused(ProblemError):
    """The request cannot be accepted as it is."""


class Unavailable(ProblemError):
    """Not now; the client has repeated it for as long as the call may take."""


class ServerFailed(ProblemError):
    """Something went wrong at the tracker, or at Bandwidth."""


def _message(problem: Problem) -> str:
    said = f"{problem.detail or problem.title} ({problem.slug}, HTTP {problem.status})"
    wrong = [f"  {_place(each)}: {each.detail}{_code(each)}" for each in problem.errors[:_SHOWN]]
    more = len(problem.errors) - _SHOWN
    order = [f"  It is order {problem.order_id}."] if problem.order_id else []
    return "\n".join([said, *wrong, *([f"  and {more} more"] if more > 0 else []), *order])


def _place(error: FieldError) -> str:
    return f"line {error.line} {error.pointer}".rstrip() if error.line else error.pointer or "/"


def _code(error: FieldError) -> str:
    return f" [{error.code}]" if error.code else ""
