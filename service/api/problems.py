"""Errors as `application/problem+json` (RFC 9457): status, title and what to do come from the error's class."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from starlette.responses import Response

from service.errors import (
    MethodNotAllowed,
    NotCommitted,
    NotFound,
    StoreUnavailable,
    TrackerError,
    Unauthenticated,
    Unavailable,
)
from service.logs import masked, masked_numbers

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

#: characters of an address that go to the log
_LONGEST_PATH: Final = 300

log = structlog.get_logger()


def response(error: TrackerError) -> Response:
    """Write an error as a problem document."""
    problem: dict[str, Any] = {
        "type": f"/problems/{error.slug}",
        "title": error.title(),
        "status": error.status,
        # what the store's client says names hosts and scripts: that is for the log
        "detail": error.title() if isinstance(error, StoreUnavailable) else error.detail,
    }
    if error.errors:
        problem["errors"] = [asdict(each) for each in error.errors]
    if order_id := _order_id(error):
        problem["order_id"] = order_id
    return Response(orjson.dumps(problem), error.status, _headers(error), media_type="application/problem+json")


async def on_tracker_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors."""
    assert isinstance(error, TrackerError)  # noqa: S101  (registered for it)
    if _is_told(error):
        pass
    elif isinstance(error, Unavailable):
        log.warning("request.unavailable", error=str(error.__cause__ or error.detail), order=_order_id(error))
    else:
        codes = sorted({each.code for each in error.errors if each.code})
        told = {"status": error.status, "problem": error.slug, "codes": codes}
        log.info("request.refused", **told, method=request.method, path=_path(request))
    return response(error)


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: unknown addresses and methods."""
    exception: HTTPException = error  # type: ignore[assignment]
    if exception.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (exception.headers or {}).get("Allow", "")
        answer = response(MethodNotAllowed(f"This address takes {allowed or 'another method'}."))
        answer.headers.update(exception.headers or {})
        return answer
    return response(NotFound())


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw, without telling the world what it was."""
    log.error("request.failed", method=request.method, path=_path(request), exc_info=error)
    return response(TrackerError("Something went wrong here; it is in the log. Nothing acknowledged is lost."))


def _path(request: Request) -> str:
    """Return the address for the log: most digits of a telephone number, and a callback's secret, are not for that."""
    # as the server read it: the request's `url` is put together with what the caller says is our host
    path: str = request.scope["path"]
    if path.startswith("/callbacks/"):
        return "/".join(path.split("/")[:4])
    before, numbers, number = path.partition("/numbers/")
    return masked_numbers(before)[:_LONGEST_PATH] + numbers + masked("".join(filter(str.isdecimal, number)))


def _is_told(error: TrackerError) -> bool:
    """Tell whether it is an outage of the store, which has a line of its own: `store.away`."""
    store = error.__cause__ if isinstance(error, NotCommitted) else error
    return isinstance(store, StoreUnavailable) and store.__cause__ is not None


def _order_id(error: TrackerError) -> str | None:
    return error.order_id if isinstance(error, NotCommitted) else None


def _headers(error: TrackerError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="order tracker"'
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if error.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        headers["Connection"] = "close"  # what is left of the body is not read
    return headers
