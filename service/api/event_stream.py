"""The stream of an account's events over HTTP: what of it somebody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api import order_parameters
from service.api.entrance import enter
from service.api.operation import ACCOUNT, Answer, Operation, Parameter
from service.doorway import event_query, order_filter
from service.doorway.event_response import EventResponse
from service.doorway.welcome import is_welcome
from service.errors import MalformedRequest, TooManyListeners
from service.event import TYPES
from service.kinds import shelf

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

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
    desk, client, account_id = enter(request)

    async def welcome() -> bool:
        return await is_welcome(desk, request.headers.getlist("authorization"), account_id)

    interest, after = event_query.interest(request), event_query.after(request)
    return EventResponse(desk, client.id, account_id, interest, after, welcome)


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
                Parameter(event_query.HEADER, "Goes on after this event.", _PLACE, place="header"),
                Parameter("last_event_id", "The same, for whoever cannot set a header, which wins.", _PLACE),
                Parameter("type", "Events of this type.", order_parameters.any_of(TYPES), many=True),
                Parameter(
                    "kind",
                    "Events of orders and subscriptions of this kind.",
                    order_parameters.any_of(shelf()),
                    many=True,
                ),
                Parameter("state", _STATE, order_parameters.any_of(order_filter.STATES), many=True),
                Parameter(
                    "order_id", f"Events of this order; at most {event_query.MOST_ORDERS}.", _ORDER_ID, many=True
                ),
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
