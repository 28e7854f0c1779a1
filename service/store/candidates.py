"""Candidates: the ids that a search looks at, newest first, out of the narrowest indexes that hold all it may find.

Every id is told apart by its account; ids of all accounts sort by time, so a place among them is an id.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal

from service.identifiers import id_bound
from service.store import keys
from service.store.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.server.connection import Store

#: ids that one read brings at most, over all its sources
READ: Final = 5_000
#: milliseconds by which an id may be older than its order (one of a batch has the batch's time; should it be accepted
#: days later, it is found by its batch), and younger (the clocks of this machine and the store's differ)
OLDER_MS: Final = 3_600_000
YOUNGER_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where ids of candidates stand, and what of the search that does not prove."""

    account_id: str
    key: str
    rest: Wanted
    #: an index, a pointer to one order, a field of a hash that is one, or a hash of orders
    form: Literal["index", "pointer", "field", "hash"] = "index"
    field: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be one of those that are looked for, when it has what is left to prove."""

    id: str
    account_id: str
    rest: Wanted


@dataclass(frozen=True, slots=True)
class Span:
    """A span of ids: from `least` on, and before `before` where that is given."""

    least: str = ""
    before: str | None = None

    @classmethod
    def of(cls, wanted: Wanted, after: str | None) -> Span:
        """Return where orders made in the wanted time may stand, further down than the place `after`."""
        least = ""
        if wanted.created_from is not None and wanted.batch_id is None:
            least = id_bound(wanted.created_from - OLDER_MS)
        tops = [] if wanted.created_to is None else [id_bound(wanted.created_to + YOUNGER_MS)]
        return cls(least, min([*tops, *([after] if after else [])], default=None))

    def __contains__(self, order_id: str) -> bool:
        return self.least <= order_id and (self.before is None or order_id < self.before)


async def sources(store: Store, account_ids: Sequence[str], wanted: Wanted) -> list[Source]:
    """Return where the candidates of these accounts stand: in each of them, the narrowest of the ways to find them."""
    chosen = await asyncio.gather(*(_narrowest(store, _ways(each, wanted)) for each in account_ids))
    return [source for some in chosen for source in some]


async def read(store: Store, among: Sequence[Source], span: Span, size: int) -> tuple[list[Candidate], bool]:
    """Return the newest candidates of a span, at most `size` and at least one where there is any; whether more follow.

    What an account's sources hold is read at one instant: an order that moves from one to another is in one of them.
    """
    each_most = max(1, min(size, READ // len(among)))
    by_account = [list(some) for _, some in groupby(among, attrgetter("account_id"))]
    replies = await asyncio.gather(*(_read(store, each, span, each_most) for each in by_account))
    lists = [ids for reply in replies for ids in reply]
    # beneath the end of a list that was cut there may be ids that were not read
    floor = max((ids[-1] for ids in lists if len(ids) == each_most), default="")
    found: dict[str, Source] = {}
    for source, ids in zip(among, lists, strict=True):
        for each in ids:
            if each >= floor:
                found.setdefault(each, source)
    newest = sorted(found, reverse=True)
    some = [Candidate(each, found[each].account_id, found[each].rest) for each in newest[:size]]
    return some, bool(floor) or len(newest) > size


def _ways(account_id: str, wanted: Wanted) -> list[list[Source]]:
    """Return the ways to find an account's orders: the sources of each hold all that are looked for."""
    if wanted.bandwidth_order_id is not None:
        key = keys.bandwidth(account_id, wanted.bandwidth_order_id)
        return [[Source(account_id, key, replace(wanted, bandwidth_order_id=None), "pointer")]]
    if wanted.telephone_number is not None:
        number, rest = wanted.telephone_number, replace(wanted, telephone_number=None)
        one = Source(account_id, keys.numbers(account_id), rest, "field", number)
        others = Source(account_id, keys.number(account_id, number), rest)
        # the index lacks some numbers of an order whose making was interrupted
        return [[one, others, Source(account_id, keys.unindexed(account_id), wanted, "hash")]]
    rest = replace(wanted, kinds=frozenset(), states=frozenset())
    kinds, states = sorted(wanted.kinds) or (None,), sorted(wanted.states) or (None,)
    ways = [[Source(account_id, keys.index(account_id, kind, state), rest) for kind in kinds for state in states]]
    if wanted.reference is not None:
        key = keys.reference(account_id, wanted.reference)
        ways.append([Source(account_id, key, replace(wanted, reference=None))])
    if wanted.batch_id is not None:
        key = keys.batch(account_id, wanted.batch_id, "orders")
        ways.append([Source(account_id, key, replace(wanted, batch_id=None))])
    return ways


async def _narrowest(store: Store, ways: list[list[Source]]) -> list[Source]:
    if len(ways) == 1:
        return ways[0]
    async with store.asked(ways[0][0].account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in (source for way in ways for source in way):
            pipeline.zcard(each.key)
        sizes = iter(await pipeline.execute())
    return min(ways, key=lambda way: sum(next(sizes) for _ in way))


async def _read(store: Store, among: Sequence[Source], span: Span, most: int) -> list[list[str]]:
    """Return the newest ids of each of an account's sources."""
    async with store.asked(among[0].account_id) as client:
        pipeline = client.pipeline(transaction=True)
        for each in among:
            _ask(pipeline, each, span, most)
        found = await pipeline.execute()
    return [_ids(source, reply, span, most) for source, reply in zip(among, found, strict=True)]


def _ask(pipeline: Any, source: Source, span: Span, most: int) -> None:
    top, bottom = f"({span.before}" if span.before else "+", f"[{span.least}" if span.least else "-"
    match source.form:
        case "index":
            pipeline.zrange(source.key, top, bottom, desc=True, bylex=True, offset=0, num=most)
        case "pointer":
            pipeline.get(source.key)
        case "field":
            pipeline.hget(source.key, source.field)
        case "hash":
            pipeline.hkeys(source.key)


def _ids(source: Source, reply: Any, span: Span, most: int) -> list[str]:
    match source.form:
        case "index":
            found: list[str] = reply
            return found
        case "pointer" | "field":
            return [reply] if reply and reply in span else []
        case "hash":
            return sorted((each for each in reply if each in span), reverse=True)[:most]
