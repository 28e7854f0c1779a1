"""The stream of an account's events over HTTP: what of it somebody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api import order_filter, paging
from service.api.entrance import enter
from service.api.event_response import EventResponse
from service.api.operation import ACCOUNT, Answer, Operation, Parameter
from service.errors import FieldError, MalformedRequest, Refused, StoreUnavailable, TooManyListeners
from service.event import TYPES
from service.identifiers import is_id
from service.kinds import shelf
from service.listening.interest import Interest
from service.scopes import Scope
from service.store.events.stream import place_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.store.events.stream import Place
    from service.wiring import Desk

#: orders that one stream may be asked for by their ids
MOST_ORDERS: Final = 100
_HEADER: Final = "Last-Event-ID"
_PLACE: Final = {"type": "string", "pattern": "^[0-9]{1,20}-[0-9]{1,20}$"}
_ORDER_ID: Final = {"type": "string", "format": "uuid"}
_STATE: Final = "Events of orders that came into this state, `open` and `ended` standing for all that are."
_EXAMPLE: Final = (
    "retry: 1000\nid: 1790000000000-0\n\n"
    "id: 1790000000123-0\nevent: order.accepted\n"
    'data: {"type":"order.accepted","id":"evt_01a20793-86c9-7bcc-8f65-7512482b0f80_1",'
    '"timestamp":"2026-09-21T13:33:20.123Z","data":{"order_id":"01a20793-86c9-7bcc-8f65-7512482b0f80",'
    '"account_id":"9900000","kind":"tn-options","state":"accepted","version":1}}\n\n'
)


async def events(request: Request) -> Response:
    """Stream an account's events: from now on, or after the one that the caller had last."""
    desk, _, account_id = enter(request)

    async def welcome() -> bool:
        return await _is_welcome(request, account_id)

    return EventResponse(desk, account_id, _interest(request), _after(request), welcome)


def operations() -> list[Operation]:
    """Return the stream."""
    return [
        Operation(
            "GET",
            ACCOUNT + "/events",
            events,
            "streamEvents",
            "The account's events as they come, as server-sent events; a frame without data every 15 s of silence",
            parameters=(
                Parameter(_HEADER, "Goes on after this event.", _PLACE, place="header"),
                Parameter("last_event_id", "The same, for whoever cannot set a header, which wins.", _PLACE),
                Parameter("type", "Events of this type.", order_filter.any_of(TYPES), many=True),
                Parameter(
                    "kind", "Events of orders and subscriptions of this kind.", order_filter.any_of(shelf()), many=True
                ),
                Parameter("state", _STATE, order_filter.any_of(order_filter.STATES), many=True),
                Parameter("order_id", f"Events of this order; at most {MOST_ORDERS}.", _ORDER_ID, many=True),
            ),
            answers={
                200: Answer(
                    "`id` is a place in the stream, `event` the type, `data` the event. `event: reset` says that "
                    "events after the place that was asked for may be gone",
                    str,
                    ("Cache-Control",),
                    _EXAMPLE,
                    "text/event-stream",
                )
            },
            problems=(MalformedRequest, TooManyListeners),
        )
    ]


async def _is_welcome(request: Request, account_id: str) -> bool:
    """Tell whether the token is still good for the stream: it may have been revoked since it began."""
    desk: Desk = request.app.state.desk
    try:
        client = await desk.clients.authenticate(request.headers.getlist("authorization"))
        client.require_account(account_id)
        client.require_scope(Scope.READ)
    except Refused:
        return False
    except StoreUnavailable:
        return True  # nobody can tell now
    return True


def _interest(request: Request) -> Interest:
    orders = [each.lower() for each in request.query_params.getlist("order_id")]
    if not all(map(is_id, orders)) or len(orders) > MOST_ORDERS:
        raise paging.wrong("order_id", f"give the ids of at most {MOST_ORDERS} orders, as their `id` says")
    return Interest(
        types=frozenset(order_filter.chosen(request, "type", TYPES)),
        kinds=frozenset(order_filter.chosen(request, "kind", shelf())),
        states=order_filter.states(request),
        orders=frozenset(orders),
    )


def _after(request: Request) -> Place | None:
    """Return the place to go on from; a browser's EventSource comes back to its first address with a newer header."""
    given = request.headers.getlist(_HEADER)
    if len(given) > 1:
        raise MalformedRequest(f"The header {_HEADER} is given more than once.")
    if given:
        return _place(f"The header {_HEADER}", _HEADER, given[0])
    query = request.query_params.get("last_event_id")
    return None if query is None else _place("The query parameter last_event_id", "?last_event_id", query)


def _place(what: str, pointer: str, given: str) -> Place:
    try:
        return place_of(given)
    except ValueError as error:
        detail = f"it {error}; give the `id` of the last event that you had, such as 1790000000123-0, or leave it out"
        raise MalformedRequest(f"{what} is wrong: {detail}.", (FieldError(pointer, detail),)) from None
