"""Server-sent events, as bytes: https://html.spec.whatwg.org/multipage/server-sent-events.html.

A frame without data moves the id that a client comes back with, and is no event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from service.event import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.events.stream import Entry, Place

#: milliseconds after which a client whose connection broke comes back
RETRY_MS: Final = 1_000
_DO: Final = "Events may have been missed: read the list of orders again. From here on nothing is missed."


def opening(place: Place) -> bytes:
    """Say at once that the stream is open, and where it stands."""
    return b"retry: %d\nid: %b\n\n" % (RETRY_MS, _id(place))


def events(entries: Iterable[Entry]) -> bytes:
    """Write events."""
    return b"".join(_frame(each.place, each.event.type, body_of(each.event)) for each in entries)


def still_here(place: Place) -> bytes:
    """Say that nothing was to be told up to a place."""
    return b": still here\nid: %b\n\n" % _id(place)


def reset(asked: Place, place: Place) -> bytes:
    """Say that the place that was asked for is no longer in the stream, which goes on from another one."""
    told = {"type": "reset", "data": {"after": str(asked), "do": _DO}}
    return _frame(place, "reset", orjson.dumps(told))


def _frame(place: Place, kind: str, data: bytes) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (_id(place), kind.encode(), data)


def _id(place: Place) -> bytes:
    return str(place).encode()
