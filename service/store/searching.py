"""Searching: a page of the orders that have certain properties, newest first. Nothing here writes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from service.store import candidates, keys, reading
from service.store.candidates import Span
from service.store.wanted import glimpse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.order import Order
    from service.store.candidates import Candidate
    from service.store.server.connection import Store
    from service.store.wanted import Wanted

#: candidates that one search looks at: a page may be short, and the next one goes on where it ended
MOST_CANDIDATES: Final = 2_000
#: candidates of the first look; each one that follows is four times as large
_FIRST: Final = 100
_GROWTH: Final = 4
#: candidates whose records are read in one round trip: other calls go in between
_AT_ONCE: Final = 250
#: bytes of the requests on a page of several orders: to read thousands of groups takes the loop, and memory
_HEAVIEST: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders, newest first, and the id beneath which the next page begins; None when nothing is left."""

    orders: tuple[Order, ...]
    after: str | None


async def search(store: Store, account_ids: Sequence[str], wanted: Wanted, most: int, after: str | None = None) -> Page:
    """Return at most so many orders of these accounts, beneath the place `after`.

    Ids sort by time and never move, so a place stays right while orders come, go and change state: every order that
    has the properties all the while is on one page.
    """
    found, following = await _find(store, account_ids, wanted, most, after)
    if len(found) > most:
        found = found[:most]
        following = found[-1].id
    light = await _light(store, found)
    if len(light) < len(found):
        following = light[-1].id
    orders = await _whole(store, light)
    # what moved since its index was read may have lost a property
    return Page(tuple(each for each in orders if wanted.takes(each)), following)


async def _find(
    store: Store, account_ids: Sequence[str], wanted: Wanted, most: int, after: str | None
) -> tuple[list[Candidate], str | None]:
    """Return orders that have the properties, more than `most` when there are; and the place that was reached.

    None when that is the end: else there may be more, because enough are found or enough were looked at.
    """
    found: list[Candidate] = []
    among = await candidates.sources(store, account_ids, wanted)
    span = Span.of(wanted, after)
    if not among:
        return found, None
    for size in _sizes(most):
        some, more = await candidates.read(store, among, span, size)
        found += await _proved(store, some)
        if not more:
            return found, None
        span = replace(span, before=some[-1].id)
        if len(found) > most:
            break
    return found, span.before


def _sizes(most: int) -> Iterator[int]:
    """Yield how many candidates each look takes: few looks, and no large one where a small one is enough."""
    size, left = max(most + 1, _FIRST), MOST_CANDIDATES
    while left:
        yield min(size, left)
        left -= min(size, left)
        size *= _GROWTH


async def _proved(store: Store, some: Sequence[Candidate]) -> list[Candidate]:
    """Return those that have what their index does not prove."""
    proved: set[str] = set()
    for start in range(0, len(some), _AT_ONCE):
        groups = _by_account(some[start : start + _AT_ONCE])
        proved = proved.union(*await asyncio.gather(*(_prove(store, each, those) for each, those in groups)))
    return [each for each in some if each.id in proved]


async def _prove(store: Store, account_id: str, some: Sequence[Candidate]) -> set[str]:
    """Return the ids of those that have it, by the fields of their records that tell it."""
    asked = [(each, ("state", *each.rest.fields)) for each in some if each.rest.fields]
    if not asked:
        return {each.id for each in some}
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each, names in asked:
            pipeline.hmget(keys.order(account_id, each.id), names)
        found = await pipeline.execute()
    seen = ((each, glimpse(each.id, names, told)) for (each, names), told in zip(asked, found, strict=True))
    proved = {each.id for each, it in seen if it and each.rest.takes(it)}
    return proved | {each.id for each in some if not each.rest.fields}


async def _light(store: Store, some: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the first of them, as many as a page can carry; one at least."""
    weighed = await asyncio.gather(*(_weigh(store, each, those) for each, those in _by_account(some)))
    weights = dict(pair for pairs in weighed for pair in pairs)
    sums = accumulate(weights[each.id] for each in some)
    return [each for each, total in zip(some, sums, strict=True) if total <= _HEAVIEST] or some[:1]


async def _weigh(store: Store, account_id: str, some: Sequence[Candidate]) -> list[tuple[str, int]]:
    """Return the ids of orders with the bytes of their requests."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in some:
            pipeline.hstrlen(keys.order(account_id, each.id), "request")
        found = await pipeline.execute()
    return [(each.id, size) for each, size in zip(some, found, strict=True)]


async def _whole(store: Store, some: Sequence[Candidate]) -> list[Order]:
    """Return the orders, newest first, without those that are gone."""
    groups = _by_account(some)
    found = await asyncio.gather(*(reading.get(store, each, [it.id for it in those]) for each, those in groups))
    orders = (order for those in found for order in those if order)
    return sorted(orders, key=attrgetter("id"), reverse=True)


def _by_account(some: Sequence[Candidate]) -> list[tuple[str, list[Candidate]]]:
    account = attrgetter("account_id")
    return [(each, list(those)) for each, those in groupby(sorted(some, key=account), key=account)]
