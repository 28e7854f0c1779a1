"""The root of the tree, and what the caller can mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: an RFC 6901 pointer into the body, a sentence, and Bandwidth's code where it has one."""

    pointer: str
    detail: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class RowError(FieldError):
    """One wrong field of a row: the pointer leads into the row, whose line is counted from 1."""

    line: int = 0


class TrackerError(Exception):
    """Something went wrong in the order tracker.

    This is our mistake and stands in the log with its traceback. Nothing that was acknowledged is lost: repeat the call
    with the same Idempotency-Key, and tell the operator when it stays.
    """

    #: HTTP status of the problem document
    status: ClassVar[int] = 500
    #: last part of the problem's type
    slug: ClassVar[str] = "internal-error"

    def __init__(self, detail: str = "", errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail or self.title())
        self.detail = detail or self.title()
        self.errors = errors

    @classmethod
    def title(cls) -> str:
        """Return the first line of the class's docstring: the error's message."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


class Refused(TrackerError):
    """The request cannot be accepted as it is."""

    status = 400
    slug = "refused"
