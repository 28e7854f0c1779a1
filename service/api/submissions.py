"""Submitting orders over HTTP: a new one by POST, or by PUT one that changes an open order at Bandwidth."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from service.api import acceptance, json_body, retries
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, Body, Operation
from service.errors import MethodNotAllowed, NotFound, NotPossibleNow, Purged
from service.kinds import shelf
from service.order_request.model import OrderRequest
from service.scopes import Scope

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.kind import Kind
    from service.order import Order


async def submit(request: Request) -> Response:
    """Accept an order: 202 once it is on disk."""
    kind = shelf().get(request.path_params["kind"])
    if kind is None:
        raise NotFound(f"There are orders of these kinds: {', '.join(sorted(shelf()))}.")
    return await _accept(request, kind)


async def no_kind(request: Request) -> Response:
    """Refuse an order whose address names no kind."""
    _, _, account_id = enter(request)
    where = f"/v1/accounts/{account_id}/orders/KIND"
    kinds = ", ".join(sorted(shelf()))
    raise MethodNotAllowed("GET, HEAD", f"Post an order to the address of its kind, {where}; KIND is one of: {kinds}.")


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
    """Return the ways to submit an order."""
    orders, write = ACCOUNT + "/orders", Scope.WRITE
    amendable = [each for each in shelf().values() if each.amendable]
    changes: Any = reduce(or_, (each.model for each in amendable))
    return [
        Operation(
            "PUT",
            orders + "/{order_id:uuid}",
            amend,
            "amendOrder",
            "Accept an order that changes an open one at Bandwidth: the same numbers, everything else anew",
            write,
            acceptance.PARAMETERS,
            Body({"application/json": changes}, amendable[0].example),
            acceptance.ANSWERS,
            (*acceptance.PROBLEMS, NotPossibleNow, Purged),
        ),
        Operation(
            "POST",
            orders + "/{kind}",
            submit,
            "submitOrder",
            "Accept an order",
            write,
            acceptance.PARAMETERS,
            Body({"application/json": OrderRequest}),
            acceptance.ANSWERS,
            acceptance.PROBLEMS,
        ),
        Operation("POST", orders, no_kind, "postNoKind", "Refuse an order of no kind", write, hidden=True),
        *retries.operations(),
    ]


async def _accept(request: Request, kind: Kind, amends: Order | None = None) -> Response:
    desk, client, account_id = enter(request)
    key = acceptance.key(request)
    body = await json_body.read(request, desk.settings.max_body_bytes, desk.settings.body_seconds)
    new = desk.requests.new_order(account_id, kind, body, client.id, key, amends)
    return await acceptance.accept(request, kind, new)
