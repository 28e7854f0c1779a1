"""Submitting orders over HTTP: a new one by POST, or by PUT one that changes an open order at Bandwidth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import structlog

from service.api import json_body
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Operation, Parameter
from service.api.order_json import order_json, path
from service.api.responses import etag, json_response
from service.errors import MalformedRequest, NotFound, NotPossibleNow
from service.kinds import shelf
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.kind import Kind
    from service.order import Order

#: visible ASCII, as the Idempotency-Key draft's strings are
_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)

log = structlog.get_logger()


async def submit(request: Request) -> Response:
    """Accept an order: 202 once it is on disk."""
    kind = shelf().get(request.path_params["kind"])
    if kind is None:
        raise NotFound(f"There are orders of these kinds: {', '.join(sorted(shelf()))}.")
    return await _accept(request, kind)


async def amend(request: Request) -> Response:
    """Accept an order that changes an open one at Bandwidth: the same numbers, everything else anew."""
    desk, _, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    kind = shelf()[order.kind]
    if not kind.amendable:
        changeable = ", ".join(sorted(each.name for each in shelf().values() if each.amendable))
        raise NotPossibleNow(f"Bandwidth takes no change of an order of {order.kind}, only of {changeable}.")
    if order.amends:
        raise NotPossibleNow(f"This order changes order {order.amends}: change that one again instead.")
    return await _accept(request, kind, order)


def operations() -> list[Operation]:
    """Return the two ways to submit an order."""
    key = Parameter("Idempotency-Key", "The same key and body again get the first order.", place="header")
    orders, write = ACCOUNT + "/orders", Scope.WRITE
    change = "Accept an order that changes an open one at Bandwidth"
    return [
        Operation("PUT", orders + "/{order_id:uuid}", amend, "amendOrder", change, write, (key,)),
        Operation("POST", orders + "/{kind}", submit, "submitOrder", "Accept an order", write, (key,)),
    ]


async def _accept(request: Request, kind: Kind, amends: Order | None = None) -> Response:
    desk, client, account_id = enter(request)
    key = _idempotency_key(request)
    body = await json_body.read(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    entered = await desk.book.accept(desk.requests.new_order(account_id, kind, body, client.id, key, amends))
    order = entered.order
    log.info(
        "order.accepted",
        order=order.id,
        account=account_id,
        kind=order.kind,
        client=client.id,
        numbers=order.total,
        state=order.state,
        held_by=order.held_by,
        amends=order.amends,
        replayed=entered.replayed,
    )
    headers = {"Location": path(order), "ETag": etag(order)}
    if entered.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response(order_json(order), 202, headers)


def _idempotency_key(request: Request) -> str | None:
    given = request.headers.getlist("idempotency-key")
    if len(given) > 1 or not all(_IDEMPOTENCY_KEY.fullmatch(each) for each in given):
        raise MalformedRequest("The header Idempotency-Key takes 1 to 255 visible ASCII characters, once.")
    return given[0] if given else None
