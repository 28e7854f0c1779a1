"""What of an account's events somebody asks for: by the query, and by the place that a client had last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.doorway import order_filter, paging
from service.errors import FieldError, MalformedRequest
from service.event import TYPES
from service.identifiers import is_id
from service.kinds import shelf
from service.listening.interest import Interest
from service.store.events.stream import place_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.store.events.stream import Place

#: orders that one stream may be asked for by their ids
MOST_ORDERS: Final = 100
HEADER: Final = "Last-Event-ID"


def interest(request: Request) -> Interest:
    """Return which events the query asks for; raises MalformedRequest for the first parameter that makes no sense."""
    orders = [each.lower() for each in request.query_params.getlist("order_id")]
    if not all(map(is_id, orders)) or len(orders) > MOST_ORDERS:
        raise paging.wrong("order_id", f"give the ids of at most {MOST_ORDERS} orders, as their `id` says")
    return Interest(
        types=frozenset(order_filter.chosen(request, "type", TYPES)),
        kinds=frozenset(order_filter.chosen(request, "kind", shelf())),
        states=order_filter.states(request),
        orders=frozenset(orders),
    )


def after(request: Request) -> Place | None:
    """Return the place to go on from, None for now; raises MalformedRequest for what is none.

    A browser's EventSource comes back to its first address with a newer header, which wins.
    """
    given = request.headers.getlist(HEADER)
    if len(given) > 1:
        raise MalformedRequest(f"The header {HEADER} is given more than once.")
    if given:
        return _place(f"The header {HEADER}", HEADER, given[0])
    query = request.query_params.get("last_event_id")
    return None if query is None else _place("The query parameter last_event_id", "?last_event_id", query)


def _place(what: str, pointer: str, given: str) -> Place:
    try:
        return place_of(given)
    except ValueError as error:
        detail = f"it {error}; give the `id` of the last event that you had, such as 1790000000123-0, or leave it out"
        raise MalformedRequest(f"{what} is wrong: {detail}.", (FieldError(pointer, detail),)) from None
