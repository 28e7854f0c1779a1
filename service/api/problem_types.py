"""The types of problems that a caller may be answered with: classes of the tree of errors."""

from __future__ import annotations

from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING, Final

from service.errors import (
    FieldError,
    InvalidOrder,
    MalformedRequest,
    Misconfigured,
    NotCommitted,
    NotReplicated,
    NotSpooled,
    Purged,
    Refused,
    ScopeMissing,
    TrackerError,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: branches of the tree, and what no caller of the API meets
_NEVER_ANSWERED: Final = frozenset({Refused, Unavailable, NotSpooled, Misconfigured})
#: one of a type whose title alone would not show what such a problem tells
_SPECIMENS: Final = (
    MalformedRequest(
        "The query parameter limit is wrong: give a number from 1 to 250.",
        (FieldError("?limit", "give a number from 1 to 250"),),
    ),
    ScopeMissing("This token lacks the scope orders:write: order-tracker clients shows what it has."),
    Purged(
        "Order 01a20793-86c9-7bcc-8f65-7512482b0f80 (lidb) ended on 2025-01-10T09:30:00.000Z, state complete, "
        "and was purged on 2026-02-14T03:00:00.000Z."
    ),
    InvalidOrder(errors=(FieldError("/groups/0/sms", "Give one of: on, off, unchanged.", "5113"),)),
    NotReplicated(0, 1),
    NotCommitted("01a20793-86c9-7bcc-8f65-7512482b0f80"),
)


@cache
def problem_types() -> Mapping[str, type[TrackerError]]:
    """Return the types by slug, by rising status."""
    found = sorted(_answered(TrackerError), key=lambda each: (each.status, each.slug))
    return {each.slug: each for each in found}


def meaning(problem: type[TrackerError]) -> str:
    """Return what an error's docstring says behind its title: what it means, and what to do."""
    return cleandoc(problem.__doc__ or "").partition("\n")[2].strip()


def specimen(problem: type[TrackerError]) -> TrackerError:
    """Return a problem of a type, as an example."""
    return next((each for each in _SPECIMENS if type(each) is problem), None) or problem()


def _answered(error: type[TrackerError]) -> Iterator[type[TrackerError]]:
    if error not in _NEVER_ANSWERED:
        yield error
    for each in error.__subclasses__():
        # tests make subclasses of their own
        if each.__module__.startswith("service."):
            yield from _answered(each)
