"""Errors as answers in `application/problem+json`, with their headers and their line in the log."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson
import structlog
from starlette.responses import Response

from service.api import limits
from service.api.problem_json import problem_json
from service.errors import (
    MethodNotAllowed,
    NotCommitted,
    NotFound,
    RateLimited,
    StoreUnavailable,
    TrackerError,
    Unauthenticated,
    Unavailable,
)
from service.logs import masked, masked_numbers

if TYPE_CHECKING:
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

    from service.clients import Client

#: characters of an address that go to the log
_LONGEST_PATH: Final = 300

log = structlog.get_logger()


def response(error: TrackerError) -> Response:
    """Write an error as a problem document."""
    told = orjson.dumps(problem_json(error))
    return Response(told, error.status, _headers(error), media_type="application/problem+json")


async def on_tracker_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors."""
    assert isinstance(error, TrackerError)  # noqa: S101  (registered for it)
    if _is_told(error):
        pass
    elif isinstance(error, Unavailable):
        why = str(error.__cause__ or error.detail)
        log.warning("request.unavailable", error=why, order=_order_id(error), client=_client(request))
    else:
        codes = sorted({each.code for each in error.errors if each.code})
        told = {"status": error.status, "problem": error.slug, "codes": codes}
        log.info("request.refused", **told, client=_client(request), method=request.method, path=_path(request))
    return _answer(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: unknown addresses and methods."""
    exception: HTTPException = error  # type: ignore[assignment]
    if exception.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (exception.headers or {}).get("Allow", "")
        answer = _answer(request, MethodNotAllowed(f"This address takes {allowed or 'another method'}."))
        answer.headers.update(exception.headers or {})
        return answer
    return _answer(request, NotFound())


async def on_bug(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw, without telling the world what it was."""
    log.error("request.failed", client=_client(request), method=request.method, path=_path(request), exc_info=error)
    why = "Something went wrong here; it is in the log. Nothing acknowledged is lost."
    return _answer(request, TrackerError(why))


def _answer(request: Request, error: TrackerError) -> Response:
    """Write an error as the answer to a call, with what is left of its client's rate."""
    answer = response(error)
    limits.tell(request, answer)
    return answer


def _client(request: Request) -> str | None:
    client: Client | None = getattr(request.state, "client", None)
    return client.id if client else None


def _path(request: Request) -> str:
    """Return the address for the log: most digits of a telephone number, and a callback's secret, are not for that."""
    # as the server read it: the request's `url` is put together with what the caller says is our host
    path: str = request.scope["path"]
    if path.startswith("/callbacks/"):
        return "/".join(path.split("/")[:4])
    before, numbers, number = path.partition("/numbers/")
    return masked_numbers(before)[:_LONGEST_PATH] + numbers + masked("".join(filter(str.isdecimal, number)))


def _is_told(error: TrackerError) -> bool:
    """Tell whether it has a line of its own: an outage of the store (`store.away`), or `client.limited`."""
    if isinstance(error, RateLimited):
        return True
    store = error.__cause__ if isinstance(error, NotCommitted) else error
    return isinstance(store, StoreUnavailable) and store.__cause__ is not None


def _order_id(error: TrackerError) -> str | None:
    return error.order_id if isinstance(error, NotCommitted) else None


def _headers(error: TrackerError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="order tracker"'
    if isinstance(error, Unavailable | RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    if error.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        headers["Connection"] = "close"  # what is left of the body is not read
    return headers
