"""Errors as answers in `application/problem+json`, with their headers and their line in the log."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from service.api import limits
from service.api.problem_json import problem_json
from service.doorway import refusing
from service.errors import MethodNotAllowed, NotFound, TrackerError, Unauthenticated

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request


def response(error: TrackerError) -> Response:
    """Write an error as a problem document."""
    told = orjson.dumps(problem_json(error))
    return Response(told, error.status, _headers(error), media_type="application/problem+json")


async def on_tracker_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors."""
    assert isinstance(error, TrackerError)  # noqa: S101  (registered for it)
    refusing.tell(request, error)
    return _answer(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: unknown addresses and methods."""
    exception: HTTPException = error  # type: ignore[assignment]
    if exception.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _answer(request, MethodNotAllowed((exception.headers or {}).get("Allow", "")))
    return _answer(request, NotFound())


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw, without telling the world what it was."""
    refusing.tell_bug(request, error)
    why = "Something went wrong here; it is in the log. Nothing acknowledged is lost."
    return _answer(request, TrackerError(why))


def _answer(request: Request, error: TrackerError) -> Response:
    """Write an error as the answer to a call, with what is left of its client's rate."""
    answer = response(error)
    limits.tell(request, answer)
    return answer


def _headers(error: TrackerError) -> dict[str, str]:
    asks = {"WWW-Authenticate": 'Bearer realm="order tracker"'} if isinstance(error, Unauthenticated) else {}
    return {"Cache-Control": "no-store", **asks, **refusing.headers(error)}
