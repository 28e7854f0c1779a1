"""Retrying over HTTP: a new order of just those numbers of an ended one that may succeed now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import retries
from service.api import acceptance, json_body
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Body, Operation
from service.book import Entered
from service.errors import NotPossibleNow, Purged
from service.kinds import shelf
from service.order_request.retry import RetryRequest
from service.scopes import Scope
from service.store import accepting, reading, record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.order import Order
    from service.wiring import Desk


async def retry_failed(request: Request) -> Response:
    """Accept an order that takes up what an ended one left; 409 when nothing is left, or is taken up already."""
    desk, client, account_id = enter(request)
    key = acceptance.key(request)
    body = await json_body.read_if_any(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    order = await find_order(desk, account_id, request)
    # before anything is held against the orders as they are by now: a replay may find nothing left to retry
    if key and (first := await _first(desk, order, body, client.id, key)):
        return acceptance.answer(request, Entered(first, replayed=True))
    kind = shelf()[order.kind]
    left = await _left(desk, order)
    return await acceptance.accept(request, kind, desk.requests.retry(order, kind, left, body, client.id, key))


def operations() -> list[Operation]:
    """Return the way to retry what failed."""
    return [
        Operation(
            "POST",
            ACCOUNT + "/orders/{order_id:uuid}/retry-failed",
            retry_failed,
            "retryFailed",
            "Accept an order of just those numbers of an ended one that failed and may succeed now",
            Scope.WRITE,
            acceptance.PARAMETERS,
            Body(
                {"application/json": RetryRequest},
                example={"secrets": {"/groups/0/port_out_passcode": "a1b2c3"}},
                required=False,
            ),
            acceptance.ANSWERS,
            (*acceptance.PROBLEMS, NotPossibleNow, Purged),
        )
    ]


async def _first(desk: Desk, order: Order, body: Any, client_id: str, key: str) -> Order | None:
    """Return the order that the same request has made before."""
    fingerprint = desk.requests.retry_fingerprint(order, body, client_id)
    name = record.idempotency(client_id, key)
    first = await accepting.first_of(desk.store, order.account_id, name, fingerprint)
    return await desk.book.get(order.account_id, first) if first else None


async def _left(desk: Desk, order: Order) -> frozenset[str]:
    """Return the numbers that may be tried again, by what became of them when they were tried last."""
    retries.require_retryable(order)
    tried = await desk.book.get(order.account_id, order.retried_by) if order.retried_by else None
    last = tried or order
    return retries.left(last, await reading.outcomes(desk.store, last, last.telephone_numbers))
