"""The stream of an account's events as it is read: from a place in it on, and whatever comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from service.event import Event
from service.store import keys
from service.store.script import READ_EVENTS
from service.store.server.node import BLOCK_MS

if TYPE_CHECKING:
    from service.store.server.connection import Store

#: events that one read brings
MOST: Final = 250
_PLACE: Final = re.compile("([0-9]{1,20})-([0-9]{1,20})", re.ASCII)


class Place(NamedTuple):
    """Where an event stands in its account's stream: ms since 1970 by the store's clock, and a number among those."""

    ms: int
    number: int

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}"


#: before the first event
START: Final = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place."""

    place: Place
    event: Event


@dataclass(frozen=True, slots=True)
class Page:
    """Some events after a place, the oldest first."""

    entries: tuple[Entry, ...]
    #: where the stream ends
    end: Place
    #: False: events after the place may be gone, or it lies behind the end; then there are no entries
    is_whole: bool


def place_of(text: str) -> Place:
    """Read a place; raises ValueError for what is none."""
    found = _PLACE.fullmatch(text)
    place = Place(int(found[1]), int(found[2])) if found else None
    if place is None or max(place) >= 1 << 64:
        raise ValueError("is no place in a stream of events")
    return place


async def end(store: Store, account_id: str) -> Place:
    """Return where an account's stream ends."""
    told, *_ = await store.run(READ_EVENTS, account_id, keys.events(account_id), str(START), 0)
    return place_of(told)


async def after(store: Store, account_id: str, place: Place, most: int = MOST) -> Page:
    """Return the next events after a place."""
    told, is_whole, *found = await store.run(READ_EVENTS, account_id, keys.events(account_id), str(place), most)
    entries = tuple(_entry(account_id, each, dict(zip(parts[::2], parts[1::2], strict=True))) for each, parts in found)
    return Page(entries, place_of(told), bool(is_whole))


async def follow(store: Store, account_id: str, place: Place) -> list[Entry]:
    """Return the next events after a place as soon as there are any; none when for a second there are none."""
    key = keys.events(account_id)
    async with store.followed(account_id, "follow") as client:
        found = await client.xread({key: str(place)}, count=MOST, block=BLOCK_MS)
    # one stream or none, as pairs or by name: that depends on the protocol
    return [_entry(account_id, each, fields) for told in dict(found).values() for each, fields in told]


def _entry(account_id: str, told: str, fields: dict[str, str]) -> Entry:
    return Entry(place_of(told), Event.read(account_id, told, fields))
