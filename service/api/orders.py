"""Orders over HTTP: their addresses; read one and its parts, list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.api import paging
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, CURSOR, Operation, Parameter, limit
from service.api.order_json import document_json, entry_json, number_json, order_json, summary_json
from service.api.responses import etag, json_response
from service.errors import FieldError, MalformedRequest, NotFound
from service.identifiers import is_id
from service.kinds import shelf
from service.lifecycle import State
from service.store import reading

if TYPE_CHECKING:
    from starlette.requests import Request

#: longest pages
MOST_ORDERS: Final = 250
MOST_NUMBERS: Final = 1_000


async def get(request: Request) -> Response:
    """Return one order; 304 while its version is the one the caller knows."""
    desk, _, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    headers = {"ETag": etag(order), "Cache-Control": "no-cache"}
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known & {"*", etag(order), etag(order).removeprefix("W/")}:
        return Response(status_code=304, headers=headers)
    return json_response(order_json(order), 200, headers)


async def numbers(request: Request) -> Response:
    """Return what became of an order's numbers, a page at a time, in the order's own sequence."""
    desk, _, account_id = enter(request)
    most, start = paging.limit(request, MOST_NUMBERS), _start(request)
    order = await find_order(desk, account_id, request)
    some = order.telephone_numbers[start : start + most]
    outcomes = await reading.outcomes(desk.store, order, some)
    after = str(start + most) if start + most < order.total else None
    found = [number_json(number, outcome) for number, outcome in zip(some, outcomes, strict=True)]
    return json_response({"numbers": found, "next": paging.next_url(request, after)})


async def timeline(request: Request) -> Response:
    """Return what happened to an order, oldest first."""
    desk, _, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    entries = await reading.timeline(desk.store, account_id, order.id)
    return json_response({"timeline": [entry_json(each) for each in entries]})


async def documents(request: Request) -> Response:
    """Return the XML that went both ways, secrets masked, oldest first."""
    desk, _, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    kept = await reading.documents(desk.store, account_id, order.id)
    return json_response({"documents": [document_json(each) for each in kept]})


async def list_(request: Request) -> Response:
    """Return orders, newest first, by state and kind."""
    desk, _, account_id = enter(request)
    kind = _choice(request, "kind", set(shelf()))
    state = _choice(request, "state", {str(each) for each in State})
    after = paging.cursor(request)
    if after is not None and not is_id(after):
        raise paging.wrong_cursor()
    most = paging.limit(request, MOST_ORDERS)
    page = await reading.page(desk.store, account_id, kind, state, after, most)
    found = [summary_json(each) for each in page.orders]
    return json_response({"orders": found, "next": paging.next_url(request, page.after)})


async def no_order(request: Request) -> Response:
    """Refuse to read what is neither an order nor a list: an id made up, or a kind's address."""
    enter(request)
    name = str(request.path_params["order_id"])
    if name in shelf():
        raise HTTPException(405, headers={"Allow": "POST"})
    raise NotFound(f"There is no order {name[:40]!r}: take the id from the order's `id`.")


def operations() -> list[Operation]:
    """Return what there is to read of orders."""
    orders = ACCOUNT + "/orders"
    order = orders + "/{order_id:uuid}"
    known = Parameter("If-None-Match", "The ETag of the version that the caller knows.", place="header")
    filters = (
        Parameter("kind", "Orders of this kind.", {"enum": sorted(shelf())}),
        Parameter("state", "Orders in this state.", {"enum": sorted(State)}),
    )
    return [
        Operation(
            "GET",
            orders,
            list_,
            "listOrders",
            "Orders, newest first",
            parameters=(*filters, limit(MOST_ORDERS), CURSOR),
        ),
        Operation("GET", order, get, "getOrder", "One order", parameters=(known,)),
        Operation(
            "GET",
            order + "/numbers",
            numbers,
            "listOrderNumbers",
            "What became of an order's numbers, in the order's own sequence",
            parameters=(limit(MOST_NUMBERS), CURSOR),
        ),
        Operation("GET", order + "/timeline", timeline, "getTimeline", "What happened to an order, oldest first"),
        Operation(
            "GET", order + "/documents", documents, "getDocuments", "The XML that went both ways, secrets masked"
        ),
        Operation("GET", orders + "/{order_id}", no_order, "getNoOrder", "Refuse a made-up id", hidden=True),
    ]


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
