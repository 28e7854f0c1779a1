"""What every door does with an error, in whatever form it answers: the headers, and what the log may be told."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from service.errors import (
    MethodNotAllowed,
    NotCommitted,
    RateLimited,
    StoreUnavailable,
    TrackerError,
    Unavailable,
)
from service.logs import masked, masked_numbers

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.clients import Client

#: characters of an address that go to the log
_LONGEST_PATH: Final = 300

log = structlog.get_logger()


def headers(error: TrackerError) -> dict[str, str]:
    """Return the headers that tell of an error."""
    found = {}
    if isinstance(error, MethodNotAllowed) and error.allowed:
        found["Allow"] = error.allowed
    if isinstance(error, Unavailable | RateLimited):
        found["Retry-After"] = str(error.retry_after)
    if error.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        found["Connection"] = "close"  # what is left of the body is not read
    return found


def logged_path(request: Request) -> str:
    """Return the address for the log: most digits of a telephone number, and a callback's secret, are not for that."""
    # as the server read it: the request's `url` is put together with what the caller says is our host
    path: str = request.scope["path"]
    if path.startswith("/callbacks/"):
        return "/".join(path.split("/")[:4])
    before, numbers, number = path.partition("/numbers/")
    return masked_numbers(before)[:_LONGEST_PATH] + numbers + masked("".join(filter(str.isdecimal, number)))


def is_told(error: TrackerError) -> bool:
    """Tell whether it has a line of its own: an outage of the store (`store.away`), or `client.limited`."""
    if isinstance(error, RateLimited):
        return True
    store = error.__cause__ if isinstance(error, NotCommitted) else error
    return isinstance(store, StoreUnavailable) and store.__cause__ is not None


def tell(request: Request, error: TrackerError) -> None:
    """Tell the log that a call was refused, or could not be served."""
    if is_told(error):
        return
    if isinstance(error, Unavailable):
        why = str(error.__cause__ or error.detail)
        log.warning("request.unavailable", error=why, **_whose(request) | _order(error))
        return
    codes = sorted({each.code for each in error.errors if each.code})
    told = {"status": error.status, "problem": error.slug, "codes": codes}
    log.info("request.refused", **told, **_whose(request), method=request.method, path=logged_path(request))


def tell_bug(request: Request, error: Exception) -> None:
    """Tell the log of what nobody foresaw."""
    log.error("request.failed", **_whose(request), method=request.method, path=logged_path(request), exc_info=error)


def _whose(request: Request) -> dict[str, str | None]:
    """Return who called, on which account and about which order, for the log: what nobody vouches for is not named."""
    client: Client | None = getattr(request.state, "client", None)
    named = request.path_params.get("account_id")
    account = named if client and named in client.accounts else None
    order_id = request.path_params.get("order_id")
    # an address that only refuses takes any text for an id, a telephone number too
    order = str(order_id) if isinstance(order_id, UUID) else None
    return {"account": account, "order": order, "client": client.id if client else None}


def _order(error: TrackerError) -> dict[str, str | None]:
    return {"order": error.order_id} if isinstance(error, NotCommitted) else {}
