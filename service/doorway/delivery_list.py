"""What a list of an endpoint's deliveries is asked for, in the query: statuses, and where it goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from service.doorway import order_filter, places
from service.store.events.listing import STATUSES, Place

if TYPE_CHECKING:
    from starlette.requests import Request

#: among those that wait or that have ended, the time in ms, the delivery
_PLACE: Final = re.compile(r"(waiting|ended) (\d{1,15}) (\S+)", re.ASCII)


def statuses(request: Request) -> frozenset[str]:
    """Return the statuses that are asked for, all without any; both of these raise MalformedRequest."""
    return frozenset(order_filter.chosen(request, "status", STATUSES) or STATUSES)


def place(request: Request) -> Place | None:
    """Return the place behind which the list goes on."""
    held = places.found(request, _PLACE)
    return held and Place(held[1] == "waiting", int(held[2]), held[3])


def written(place: Place | None) -> str | None:
    """Write a place for a cursor."""
    return f"{'waiting' if place.waits else 'ended'} {place.at} {place.id}" if place else None
