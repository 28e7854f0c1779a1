"""Orders over HTTP: submit one, read one and its parts, list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from service.api import json_body, paging
from service.api.order_json import document_json, entry_json, number_json, order_json, path, summary_json
from service.errors import FieldError, MalformedRequest, NotFound
from service.identifiers import is_id
from service.kinds import shelf
from service.lifecycle import State
from service.store import reading

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.clients import Client
    from service.order import Order
    from service.wiring import Desk

#: longest pages
MOST_ORDERS: Final = 250
MOST_NUMBERS: Final = 1_000
#: visible ASCII, as the Idempotency-Key draft's strings are
_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


async def submit(request: Request) -> Response:
    """Accept an order: 202 once it is on disk."""
    desk, client, account_id = _enter(request)
    kind = shelf().get(request.path_params["kind"])
    if kind is None:
        raise NotFound(f"There are orders of these kinds: {', '.join(sorted(shelf()))}.")
    settings = desk.settings
    key = _idempotency_key(request)
    body = await json_body.read(request, settings.max_body_bytes, settings.body_seconds)
    entered = await desk.book.accept(desk.requests.new_order(account_id, kind, body, client.id, key))
    order = entered.order
    headers = {"Location": path(order), "ETag": _etag(order)}
    if entered.replayed:
        headers["Idempotency-Replayed"] = "true"
    return _json(order_json(order), 202, headers)


async def get(request: Request) -> Response:
    """Return one order; 304 while its version is the one the caller knows."""
    desk, _, account_id = _enter(request)
    order = await _find(desk, account_id, request)
    headers = {"ETag": _etag(order), "Cache-Control": "no-cache"}
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known & {"*", _etag(order), _etag(order).removeprefix("W/")}:
        return Response(status_code=304, headers=headers)
    return _json(order_json(order), 200, headers)


async def numbers(request: Request) -> Response:
    """Return what became of an order's numbers, a page at a time, in the order's own sequence."""
    desk, _, account_id = _enter(request)
    most, start = paging.limit(request, MOST_NUMBERS), _start(request)
    order = await _find(desk, account_id, request)
    some = order.telephone_numbers[start : start + most]
    outcomes = await reading.outcomes(desk.store, order, some)
    after = str(start + most) if start + most < order.total else None
    found = [number_json(number, outcome) for number, outcome in zip(some, outcomes, strict=True)]
    return _json({"numbers": found, "next": paging.next_url(request, after)})


async def timeline(request: Request) -> Response:
    """Return everything that happened to an order, oldest first."""
    desk, _, account_id = _enter(request)
    order = await _find(desk, account_id, request)
    entries = await reading.timeline(desk.store, account_id, order.id)
    return _json({"timeline": [entry_json(each) for each in entries]})


async def documents(request: Request) -> Response:
    """Return the XML that went both ways, secrets masked, oldest first."""
    desk, _, account_id = _enter(request)
    order = await _find(desk, account_id, request)
    kept = await reading.documents(desk.store, account_id, order.id)
    return _json({"documents": [document_json(each) for each in kept]})


async def list_(request: Request) -> Response:
    """Return orders, newest first, by state and kind."""
    desk, _, account_id = _enter(request)
    kind = _choice(request, "kind", set(shelf()))
    state = _choice(request, "state", {str(each) for each in State})
    after = paging.cursor(request)
    if after is not None and not is_id(after):
        raise paging.wrong_cursor()
    most = paging.limit(request, MOST_ORDERS)
    page = await reading.page(desk.store, account_id, kind, state, after, most)
    found = [summary_json(each) for each in page.orders]
    return _json({"orders": found, "next": paging.next_url(request, page.after)})


async def no_order(request: Request) -> Response:
    """Refuse to read what is neither an order nor a list: an id made up, or a kind's address."""
    _enter(request)
    name = str(request.path_params["order_id"])
    if name in shelf():
        raise HTTPException(405, headers={"Allow": "POST"})
    raise NotFound(f"There is no order {name[:40]!r}: take the id from the order's `id`.")


def routes() -> list[Route]:
    """Return the addresses below `/v1/accounts/{account_id}`."""
    orders = "/v1/accounts/{account_id}/orders"
    return [
        Route(orders, list_, methods=["GET"]),
        Route(orders + "/{order_id:uuid}", get, methods=["GET"]),
        Route(orders + "/{order_id:uuid}/numbers", numbers, methods=["GET"]),
        Route(orders + "/{order_id:uuid}/timeline", timeline, methods=["GET"]),
        Route(orders + "/{order_id:uuid}/documents", documents, methods=["GET"]),
        Route(orders + "/{kind}", submit, methods=["POST"]),
        Route(orders + "/{order_id}", no_order, methods=["GET"]),
    ]


def _enter(request: Request) -> tuple[Desk, Client, str]:
    desk: Desk = request.app.state.desk
    client = desk.clients.authenticate(request.headers.get("authorization"))
    account_id: str = request.path_params["account_id"]
    client.require_account(account_id)
    if request.scope["path"].endswith("\n"):
        raise NotFound  # Starlette's patterns end in `$`, which a line feed may follow
    return desk, client, account_id


async def _find(desk: Desk, account_id: str, request: Request) -> Order:
    order_id = str(request.path_params["order_id"])
    order = await desk.book.get(account_id, order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id} in account {account_id}.")
    return order


def _idempotency_key(request: Request) -> str | None:
    given = request.headers.getlist("idempotency-key")
    if len(given) > 1 or not all(_IDEMPOTENCY_KEY.fullmatch(each) for each in given):
        raise MalformedRequest("The header Idempotency-Key takes 1 to 255 visible ASCII characters, once.")
    return given[0] if given else None


def _start(request: Request) -> int:
    text = paging.cursor(request)
    if text is None:
        return 0
    if not text.isdecimal():
        raise paging.wrong_cursor()
    return int(text)


def _choice(request: Request, name: str, choices: set[str]) -> str | None:
    value = request.query_params.get(name)
    if value is not None and value not in choices:
        detail = f"give one of {', '.join(sorted(choices))}"
        raise MalformedRequest(f"The query parameter {name} is wrong: {detail}.", (FieldError(f"?{name}", detail),))
    return value


def _etag(order: Order) -> str:
    return f'W/"{order.version}"'


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), status, headers, media_type="application/json")
