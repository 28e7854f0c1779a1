"""Retrying over HTTP: a new order of just those numbers of an ended one that may succeed now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import acceptance, json_body
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Body, Operation
from service.book import Entered
from service.doorway import retrying
from service.errors import NotPossibleNow, Purged
from service.kinds import shelf
from service.order_request.retry import RetryRequest
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def retry_failed(request: Request) -> Response:
    """Accept an order that takes up what an ended one left; 409 when nothing is left, or is taken up already."""
    desk, client, account_id = enter(request)
    key = acceptance.key(request)
    body = await json_body.read_if_any(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    order = await find_order(desk, account_id, request)
    if key and (first := await retrying.first(desk, order, body, client.id, key)):
        return acceptance.answer(request, Entered(first, replayed=True))
    kind = shelf()[order.kind]
    left = await retrying.left(desk, order)
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
