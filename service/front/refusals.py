"""Refusals in Bandwidth's shapes: the same errors as everywhere, said so that a client of Bandwidth's understands.

401 and 429 have no body, a 404 has no code, everything else has a `ResponseStatus` with a code of Bandwidth's.
"""

from __future__ import annotations

import math
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service.doorway import refusing
from service.errors import (
    NotCommitted,
    RateLimited,
    ScopeMissing,
    StoreUnavailable,
    TrackerError,
    Unauthenticated,
    Unavailable,
)
from service.front.answers import empty, response_status, xml_answer
from service.tracing import trace

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.front.operation import Operation

CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Bandwidth"'}
#: Bandwidth's codes: 1001 Access Denied, 1019 Bad request, 1000 Internal Server Error (try again), 1010 unexpected
_DENIED: Final = "1001"
_BAD: Final = "1019"
_NOT_NOW: Final = "1000"
_UNEXPECTED: Final = "1010"
#: what Bandwidth answers with another status than we do as JSON
_STATUSES: Final = {
    HTTPStatus.UNPROCESSABLE_ENTITY: HTTPStatus.BAD_REQUEST,
    HTTPStatus.GONE: HTTPStatus.NOT_FOUND,
}


def answer(request: Request, error: TrackerError, operation: Operation) -> Response:
    """Answer an error, and tell the log of it."""
    refusing.tell(request, error)
    headers = refusing.headers(error)
    if isinstance(error, Unauthenticated):
        return empty(error.status, CHALLENGE)
    if isinstance(error, RateLimited):
        reset = math.ceil(time.time() + error.retry_after)
        return empty(error.status, {**headers, "X-RateLimit-Reset": str(reset)})
    status = status_of(error)
    root = operation.root_of(status)
    if not root:
        return empty(status, headers)
    return xml_answer(response_status(root, described(error), code_of(error)), status, headers)


def bug(request: Request, error: Exception, operation: Operation) -> Response:
    """Answer what nobody foresaw, as Bandwidth does: with the id by which the log tells of it."""
    refusing.tell_bug(request, error)
    now = trace.current()
    said = (
        f"Something unexpected happened and has been logged (id={now.id if now else ''}). "
        "Nothing that was acknowledged is lost."
    )
    return xml_answer(response_status(operation.root, said, _UNEXPECTED), HTTPStatus.INTERNAL_SERVER_ERROR)


def status_of(error: TrackerError) -> int:
    """Return the status with which Bandwidth would say it."""
    return _STATUSES.get(HTTPStatus(error.status), error.status)


def code_of(error: TrackerError) -> str | None:
    """Return the code of Bandwidth's catalogue that says it best; a 404 has none."""
    if isinstance(error, ScopeMissing):
        return _DENIED
    if status_of(error) == HTTPStatus.NOT_FOUND:
        return None
    if isinstance(error, Unavailable) or error.status == HTTPStatus.BAD_GATEWAY:
        return _NOT_NOW
    return next((each.code for each in error.errors if each.code), _BAD)


def described(error: TrackerError) -> str:
    """Say what is wrong, in one sentence or two."""
    if isinstance(error, NotCommitted):
        return f"{error.detail} The id is {error.order_id}."
    if isinstance(error, StoreUnavailable):
        # what the store's client says names hosts and scripts: that is for the log
        return error.title()
    return error.errors[0].detail if error.errors else error.detail
