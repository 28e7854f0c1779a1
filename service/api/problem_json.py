"""An error as a problem document (RFC 9457): status, title and what to do come from the error's class."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from service.api.described import Id, described
from service.errors import NotCommitted, RowError, StoreUnavailable

if TYPE_CHECKING:
    from service.errors import FieldError, TrackerError


@described
class FieldErrorJson(TypedDict):
    """One wrong field."""

    pointer: str
    """An RFC 6901 pointer into the body, or `?name` of a query parameter."""
    detail: str
    """What to do."""
    code: str | None
    """Bandwidth's error code, where it has one for this."""
    line: NotRequired[int]
    """Of a body of many rows: the line, from 1, into whose row the pointer leads."""


@described
class ProblemJson(TypedDict):
    """Why a call was refused or failed."""

    type: str
    """Relative to this API: a page that says what the problem means and what to do."""
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldErrorJson]]
    """Every wrong field at once."""
    order_id: NotRequired[Id]
    """The order that may or may not be on disk."""


def problem_json(error: TrackerError) -> ProblemJson:
    """Write an error as a problem document."""
    problem: ProblemJson = {
        "type": path(type(error)),
        "title": error.title(),
        "status": error.status,
        # what the store's client says names hosts and scripts: that is for the log
        "detail": error.title() if isinstance(error, StoreUnavailable) else error.detail,
    }
    if error.errors:
        problem["errors"] = [_field(each) for each in error.errors]
    if isinstance(error, NotCommitted):
        problem["order_id"] = error.order_id
    return problem


def path(problem: type[TrackerError]) -> str:
    """Return where the page about a type of problem is."""
    return f"/problems/{problem.slug}"


def _field(error: FieldError) -> FieldErrorJson:
    told: FieldErrorJson = {"pointer": error.pointer, "detail": error.detail, "code": error.code}
    if isinstance(error, RowError):
        told["line"] = error.line
    return told
