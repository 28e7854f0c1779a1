"""What Bandwidth calls. It first POSTs without credentials, waits for a challenge, and never sends again.

| case                                   | answer                                                   |
|----------------------------------------|----------------------------------------------------------|
| an address that is not ours            | 404                                                      |
| a signature, while we have a secret    | it decides instead of the credentials, right or wrong    |
| a right signature of an empty body     | 401 with a challenge: the body comes with the answer     |
| a wrong signature                      | the same; logged and counted                             |
| no credentials                         | 401 with a challenge; never counted as an attack         |
| wrong credentials                      | the same; logged and counted. Never 429: right credentials always pass |
| too large; too slow                    | 413; 408                                                 |
| not XML, DOCTYPE, other root           | 400. The first bytes are logged, masked                  |
| JSON that is no object, or says nothing | the same                                                |
| good: new, late, duplicate, note, unknown order | 200, after it is on disk                        |
| the commit failed, for whatever reason | 200, after it is in the spool on disk                    |
| the same; no spool, or it is full or cannot be written | 503                                      |

With a spool, a commit has failed when it takes longer than `COMMIT_SECONDS`: nobody knows how long Bandwidth waits.
JSON and signatures come from Bandwidth's Subscriptions v2, XML from version 1; either may come with either proof.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import Response
from starlette.routing import Route

from service import bodies, hearing, logs, xml
from service.bandwidth import callback_document, callback_json
from service.bandwidth.callback_signature import HEADER
from service.callback_address import REALM
from service.callback_proof import CallbackProof
from service.errors import BodyTooLarge, NotSpooled, Refused, RequestTimeout, TrackerError
from service.report import CallbackNews

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.settings import Settings
    from service.wiring import Desk

_CHALLENGE: Final = {"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}
#: seconds a commit may take before the callback goes to the spool
COMMIT_SECONDS: Final = 2.0
#: characters of a refused body that go to the log
_FIRST: Final = 200
#: what an order holds that is never shown, should one come here
_SECRET: Final = ("PortOutPasscode",)

log = structlog.get_logger()


async def receive(request: Request) -> Response:
    """Take one callback; the table above is the specification."""
    desk: Desk = request.app.state.desk
    account_id: str = request.path_params["account_id"]
    if not _is_ours(desk.settings, account_id, request.path_params["segment"]):
        account = logs.masked_numbers(account_id)[:40]
        log.warning("callback.refused", account=account, why="not our address", client=_peer(request))
        return Response(status_code=404)
    proof = CallbackProof(desk.settings)
    signature = request.headers.get(HEADER) if proof.takes_signatures else None
    authorization = request.headers.get("authorization")
    if signature is None and not proof.is_password(authorization):
        return _challenge(request, account_id, None if authorization is None else "wrong credentials")
    body = await _body(desk.settings, account_id, request)
    if isinstance(body, Response):
        return body
    if signature is not None and not proof.is_signature(signature, body):
        return _challenge(request, account_id, "wrong signature")
    if not body and authorization is None:
        return _challenge(request, account_id, None)
    news = _read(request, account_id, body)
    return await _keep(desk, news) if isinstance(news, CallbackNews) else news


def _challenge(request: Request, account_id: str, why: str | None) -> Response:
    if why:
        request.app.state.desk.tally.count(account_id, "callback.unauthenticated")
        log.warning("callback.refused", account=account_id, why=why, client=_peer(request))
    return Response(status_code=401, headers=_CHALLENGE)


async def _body(settings: Settings, account_id: str, request: Request) -> bytes | Response:
    try:
        return await bodies.read(request, settings.max_callback_bytes, settings.body_seconds)
    except Refused as error:
        log.warning("callback.refused", account=account_id, why=error.detail)
        # what is left of the body is not read
        headers = {"Connection": "close"} if isinstance(error, BodyTooLarge | RequestTimeout) else {}
        return Response(status_code=error.status, headers=headers)


def _read(request: Request, account_id: str, body: bytes) -> CallbackNews | Response:
    """Return what the callback says, or the refusal of a body that says nothing."""
    try:
        if _is_json(request):
            return callback_json.read(account_id, body)
        return callback_document.read(account_id, body)
    except (xml.UnreadableXml, callback_json.UnreadableJson) as error:
        log.warning(
            "callback.refused",
            account=account_id,
            why=logs.masked(str(error)),
            first_bytes=logs.masked(xml.masked(body[:_FIRST], _SECRET)),
        )
        return Response(status_code=400)


async def _keep(desk: Desk, news: CallbackNews) -> Response:
    """Answer 200 once what was said is on disk."""
    try:
        async with asyncio.timeout(COMMIT_SECONDS if desk.spool else None):
            await hearing.hear(desk.book.hear, news)
    except Exception as error:  # noqa: BLE001  (Bandwidth will not say it again, whatever went wrong here)
        return await _spool(desk, news, error)
    if desk.spool:
        desk.spool.store_is_back()
    return Response(status_code=200)


async def _spool(desk: Desk, news: CallbackNews, failure: Exception) -> Response:
    """Answer 200 once a callback that the store did not take is in the spool."""
    told = _told(news) | {"error": failure.detail if isinstance(failure, TrackerError) else repr(failure)}
    if desk.spool is None:
        return _lost(told, "TRACKER_SPOOL_DIR is not set.")
    try:
        await desk.spool.keep(news)
    except NotSpooled as error:
        return _lost(told, error.detail)
    log.warning("callback.spooled", **told)
    return Response(status_code=200)


def _lost(told: dict[str, str | None], why_not_spooled: str) -> Response:
    log.error("callback.not_kept", **told, spool=why_not_spooled)
    return Response(status_code=503, headers={"Retry-After": "1"})


def _told(news: CallbackNews) -> dict[str, str | None]:
    return {"account": news.account_id, "bandwidth_order": news.bandwidth_order_id}


def routes() -> list[Route]:
    """Return the address that Bandwidth's subscriptions name."""
    return [Route("/callbacks/bandwidth/{account_id}/{segment}", receive, methods=["POST"])]


def _is_ours(settings: Settings, account_id: str, segment: str) -> bool:
    right = settings.callback_segment.get_secret_value().encode()
    return hmac.compare_digest(segment.encode("utf-8", "surrogateescape"), right) and account_id in settings.accounts


def _is_json(request: Request) -> bool:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json")


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None
