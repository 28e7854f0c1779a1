"""What Bandwidth calls. It first POSTs without credentials, waits for a challenge, and never sends again.

| case                                   | answer                                                   |
|----------------------------------------|----------------------------------------------------------|
| an address that is not ours            | 404                                                      |
| no credentials                         | 401 with a challenge; never counted as an attack         |
| wrong credentials                      | the same; logged. Never 429: right credentials always pass |
| too large; too slow                    | 413; 408                                                 |
| not XML, DOCTYPE, other root           | 400. The first bytes are logged, masked                  |
| good: new, late, duplicate, note, unknown order | 200, after it is on disk                        |
| the commit failed                      | 503                                                      |
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import Response
from starlette.routing import Route

from service import bodies, logs, xml
from service.bandwidth import callback_document
from service.errors import BodyTooLarge, Refused, RequestTimeout, StoreUnavailable
from service.report import CallbackNews

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.settings import Settings
    from service.wiring import Desk

_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="bandwidth callbacks", charset="UTF-8"'}
#: characters of a refused body that go to the log
_FIRST: Final = 200

log = structlog.get_logger()


async def receive(request: Request) -> Response:
    """Take one callback; the table above is the specification."""
    desk: Desk = request.app.state.desk
    account_id: str = request.path_params["account_id"]
    if not _is_ours(desk.settings, account_id, request.path_params["segment"]):
        log.warning("callback.refused", account=account_id[:40], why="not our address", client=_peer(request))
        return Response(status_code=404)
    authorization = request.headers.get("authorization")
    if authorization is None or not _proves(desk.settings, authorization):
        if authorization is not None:
            log.warning("callback.refused", account=account_id, why="wrong credentials", client=_peer(request))
        return Response(status_code=401, headers=_CHALLENGE)
    news = await _read(desk.settings, account_id, request)
    return await _keep(desk, news) if isinstance(news, CallbackNews) else news


async def _read(settings: Settings, account_id: str, request: Request) -> CallbackNews | Response:
    """Return what the callback says, or the refusal of a body that says nothing."""
    body = b""
    try:
        body = await bodies.read(request, settings.max_callback_bytes, settings.body_seconds)
        return callback_document.read(account_id, body)
    except Refused as error:
        log.warning("callback.refused", account=account_id, why=error.detail)
        # what is left of the body is not read
        headers = {"Connection": "close"} if isinstance(error, BodyTooLarge | RequestTimeout) else {}
        return Response(status_code=error.status, headers=headers)
    except xml.UnreadableXml as error:
        log.warning(
            "callback.refused",
            account=account_id,
            why=str(error),
            first_bytes=logs.masked(body[:_FIRST].decode("utf-8", "replace")),
        )
        return Response(status_code=400)


async def _keep(desk: Desk, news: CallbackNews) -> Response:
    """Answer 200 once what was said is on disk."""
    told = {"account": news.account_id, "bandwidth_order": news.bandwidth_order_id}
    try:
        heard = await desk.book.hear(news)
    except StoreUnavailable as error:
        log.error("callback.not_kept", **told, error=error.detail)
        return Response(status_code=503, headers={"Retry-After": "1"})
    log.info(
        "callback.heard",
        **told,
        outcome=heard.outcome,
        order=heard.order_id,
        order_type=news.order_type,
        subscription=news.subscription_id,
        status=news.status,
    )
    return Response(status_code=200)


def routes() -> list[Route]:
    """Return the address that Bandwidth's subscriptions name."""
    return [Route("/callbacks/bandwidth/{account_id}/{segment}", receive, methods=["POST"])]


def _is_ours(settings: Settings, account_id: str, segment: str) -> bool:
    right = settings.callback_segment.get_secret_value().encode()
    return hmac.compare_digest(segment.encode("utf-8", "surrogateescape"), right) and account_id in settings.accounts


def _proves(settings: Settings, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    current = (settings.callback_username, settings.callback_password.get_secret_value())
    previous = (settings.callback_previous_username, settings.callback_previous_password.get_secret_value())
    # every pair and both halves are always compared, so that time tells nothing
    right = [_equal(name, wanted) & _equal(password, secret) for wanted, secret in (current, previous)]
    return scheme.lower() == "basic" and (right[0] | (right[1] & bool(previous[1])))


def _equal(given: bytes, wanted: str) -> bool:
    return hmac.compare_digest(given, wanted.encode())


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None
