"""Orders over HTTP: read one and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service.api import waiting
from service.api.entrance import enter, find_order
from service.api.operation import ACCOUNT, CURSOR, Answer, Operation, Parameter, limit
from service.api.order_json import WholeOrderJson, order_json
from service.api.order_parts_json import (
    DocumentsJson,
    OutcomePageJson,
    TimelineJson,
    document_json,
    entry_json,
    number_json,
)
from service.api.responses import etag, is_known, json_response, page_response
from service.doorway import paging, places
from service.doorway.personal import Veil
from service.errors import MethodNotAllowed, NotFound, Purged, TooManyListeners
from service.kinds import shelf
from service.scopes import Scope
from service.store import reading

if TYPE_CHECKING:
    from starlette.requests import Request

#: longest page of an order's numbers
MOST_NUMBERS: Final = 1_000
_ORDERS: Final = ACCOUNT + "/orders"
_ORDER: Final = _ORDERS + "/{order_id:uuid}"
_KNOWN: Final = Parameter("If-None-Match", "The ETag of the version that the caller knows.", place="header")


async def get(request: Request) -> Response:
    """Return one order, at once or when there is something new; 304 while its version is the one the caller knows."""
    desk, client, account_id = enter(request)
    wait = waiting.read(request)
    order = await (waiting.wait_for(request, wait) if wait else find_order(desk, account_id, request))
    headers = {"ETag": etag(order), "Cache-Control": "no-cache"}
    if is_known(request, etag(order)):
        return Response(status_code=304, headers=headers)
    return json_response(order_json(order, personal=client.sees_personal), 200, headers)


async def numbers(request: Request) -> Response:
    """Return what became of an order's numbers, a page at a time, in the order's own sequence."""
    desk, client, account_id = enter(request)
    most, start = paging.limit(request, MOST_NUMBERS), places.of_numbers(request)
    order = await find_order(desk, account_id, request)
    some = order.telephone_numbers[start : start + most]
    outcomes = await reading.outcomes(desk.store, order, some)
    after = str(start + most) if start + most < order.total else None
    veil = Veil(order, lifted=client.sees_personal)
    found = [number_json(number, veil.outcome(outcome)) for number, outcome in zip(some, outcomes, strict=True)]
    page: OutcomePageJson = {"numbers": found, "next": paging.next_url(request, after)}
    return page_response(page)


async def timeline(request: Request) -> Response:
    """Return what happened to an order, oldest first."""
    desk, client, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    veil = Veil(order, lifted=client.sees_personal)
    entries = await reading.timeline(desk.store, account_id, order.id)
    return json_response({"timeline": [entry_json(veil.entry(each)) for each in entries]})


async def documents(request: Request) -> Response:
    """Return the XML that went both ways, secrets masked, oldest first."""
    desk, client, account_id = enter(request)
    order = await find_order(desk, account_id, request)
    kept = await reading.documents(desk.store, account_id, order.id)
    shown = await Veil(order, lifted=client.sees_personal).documents(kept)
    return json_response({"documents": [document_json(each) for each in shown]})


async def no_order(request: Request) -> Response:
    """Refuse what is neither an order nor a list: an id made up, or a kind's address."""
    enter(request)
    name = str(request.path_params["order_id"])
    if name in shelf():
        raise MethodNotAllowed("POST")
    raise NotFound(f"There is no order {name[:40]!r}: take the id from the order's `id`.")


def operations() -> list[Operation]:
    """Return what there is to read of orders."""
    return [
        Operation(
            "GET",
            _ORDER,
            get,
            "getOrder",
            "One order, at once or when there is something new",
            parameters=(_KNOWN, *waiting.PARAMETERS),
            answers={
                200: Answer("The order", WholeOrderJson, ("ETag",)),
                304: Answer("The caller knows this version", headers=("ETag",)),
            },
            problems=(Purged, TooManyListeners),
        ),
        Operation(
            "GET",
            _ORDER + "/numbers",
            numbers,
            "listOrderNumbers",
            "What became of an order's numbers, in the order's own sequence",
            parameters=(limit(MOST_NUMBERS), CURSOR),
            answers={200: Answer("A page of its numbers", OutcomePageJson, ("Link",))},
            problems=(Purged,),
        ),
        Operation(
            "GET",
            _ORDER + "/timeline",
            timeline,
            "getTimeline",
            "What happened to an order, oldest first",
            answers={200: Answer("Its timeline", TimelineJson)},
            problems=(Purged,),
        ),
        Operation(
            "GET",
            _ORDER + "/documents",
            documents,
            "getDocuments",
            "The XML that went both ways, secrets masked",
            answers={200: Answer("What is kept of it", DocumentsJson)},
            problems=(Purged,),
        ),
        Operation("GET", _ORDERS + "/{order_id}", no_order, "getNoOrder", "Refuse a made-up id", hidden=True),
        Operation(
            "PUT", _ORDERS + "/{order_id}", no_order, "putNoOrder", "Refuse a made-up id", Scope.WRITE, hidden=True
        ),
    ]
