"""Lists of an endpoint's deliveries, page by page: those that wait, the next one first; then those that have ended.

A delivery only moves on: its next attempt becomes later, or it ends. So a page behind another may show one a second
time, and passes over none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from service.store import keys
from service.store.events import deliveries

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from service.store.events.deliveries import Delivery
    from service.store.server.connection import Store

STATUSES: Final[tuple[str, ...]] = get_args(deliveries.Status)
#: deliveries read at once where a status is looked for; of those that have ended a thousand are kept
_READ: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: among those that wait or have ended, the time (ms) that they are sorted by, the delivery."""

    waits: bool
    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some deliveries, and where the next page begins; None: there is none."""

    deliveries: tuple[Delivery, ...]
    after: Place | None


async def page(
    store: Store, account_id: str, endpoint_id: str, after: Place | None, most: int, statuses: AbstractSet[str]
) -> Page:
    """Return deliveries of these statuses that come behind a place."""
    walk = _Walk(store, account_id, endpoint_id, most + 1, statuses)
    if after is None or after.waits:
        await walk.through(after, waits=True)
        after = None
    await walk.through(after, waits=False)
    some = walk.found[:most]
    return Page(tuple(each for _, each in some), some[-1][0] if len(walk.found) > most else None)


async def tried(store: Store, account_id: str, endpoint_id: str) -> Delivery | None:
    """Return the delivery that was attempted last, of those that wait to be tried again; None: none was attempted.

    Those that were never attempted are due first, so it looks from the other end; of many, at the last hundred.
    """
    key = keys.endpoint(account_id, endpoint_id, "due")
    async with store.asked(account_id) as client:
        ids = await client.zrange(key, "+inf", "-inf", desc=True, byscore=True, offset=0, num=_READ)
    found = [each for each in await deliveries.get(store, account_id, ids) if each.attempts]
    return max(found, key=lambda each: each.attempts[-1]["at"], default=None)


class _Walk:
    """Goes through the two sets until enough was found."""

    def __init__(self, store: Store, account_id: str, endpoint_id: str, most: int, statuses: AbstractSet[str]) -> None:
        self.found: list[tuple[Place, Delivery]] = []
        self._store = store
        self._account_id = account_id
        self._endpoint_id = endpoint_id
        self._most = most
        self._statuses = statuses

    async def through(self, after: Place | None, *, waits: bool) -> None:
        """Take what is wanted of one set, from behind a place."""
        wanted = self._statuses & {"waiting"} if waits else self._statuses - {"waiting"}
        while wanted and len(self.found) < self._most:
            places = await self._places(after, waits=waits)
            if not places:
                return
            next_at = {each.id: each.at for each in places} if waits else None
            ids = [each.id for each in places]
            read = {each.id: each for each in await deliveries.get(self._store, self._account_id, ids, next_at)}
            # one that has just ended is met among those that have
            self.found += [
                (each, read[each.id]) for each in places if each.id in read and read[each.id].status in wanted
            ]
            after = places[-1]

    async def _places(self, after: Place | None, *, waits: bool) -> list[Place]:
        """Return the next members of one set: those that wait by rising times, the others by falling ones."""
        key = keys.endpoint(self._account_id, self._endpoint_id, "due" if waits else "ended")
        start, end = ("-inf", "+inf") if waits else ("+inf", "-inf")
        async with self._store.asked(self._account_id) as client:
            ties = await client.zcount(key, after.at, after.at) if after else 0
            members = await client.zrange(
                key,
                after.at if after else start,
                end,
                desc=not waits,
                byscore=True,
                offset=0,
                num=_READ + ties,
                withscores=True,
            )
        places = [Place(waits, int(at), member) for member, at in members]
        return [each for each in places if after is None or _is_behind(each, after)][:_READ]


def _is_behind(place: Place, after: Place) -> bool:
    here, there = (place.at, place.id), (after.at, after.id)
    return here > there if place.waits else here < there
