"""Orphans: callbacks whose order is not known yet, by Bandwidth's id of it or by its reference. Listed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.identifiers import bandwidth_id
from service.kinds import adoptable
from service.store import keys
from service.store.adopting import Adoption
from service.store.script import SWEEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.store.server.connection import Store

_BY_ID: Final = ("order:", "orphan:")
_BY_REFERENCE: Final = ("reference:", "orphan-reference:")


@dataclass(frozen=True, slots=True)
class OrphanKey:
    """What callbacks call an order that nobody knows: by Bandwidth's id of it, or by its reference alone."""

    bandwidth_order_id: str | None = None
    reference: str | None = None

    @classmethod
    def read(cls, text: str) -> OrphanKey | None:
        """Read a key as people write it, `order:BANDWIDTH_ID` or `reference:TEXT`; None for anything else."""
        return cls._behind(text, _BY_ID[0], _BY_REFERENCE[0])

    @classmethod
    def stored(cls, name: str) -> OrphanKey:
        """Read a name of the index (`orphans.lua`)."""
        return cls._behind(name, _BY_ID[1], _BY_REFERENCE[1]) or cls(reference=name)

    @classmethod
    def _behind(cls, text: str, by_id: str, by_reference: str) -> OrphanKey | None:
        if text.startswith(by_id):
            return cls(bandwidth_order_id=bandwidth_id(text.removeprefix(by_id)))
        if text.startswith(by_reference):
            return cls(reference=text.removeprefix(by_reference))
        return None

    @property
    def name(self) -> str:
        """The name in the index, and the key without the account."""
        return f"{_BY_ID[1]}{self.bandwidth_order_id}" if self.reference is None else _BY_REFERENCE[1] + self.reference

    def __str__(self) -> str:
        return f"{_BY_ID[0]}{self.bandwidth_order_id}" if self.reference is None else _BY_REFERENCE[0] + self.reference


@dataclass(frozen=True, slots=True)
class Kept:
    """A callback that is kept; `at` (ms) is when it came. `status` is Bandwidth's word, None in a note."""

    at: int
    order_type: str | None
    status: str | None
    reference: str | None
    #: its message or its note, in Bandwidth's words, and when it says that the order was modified
    text: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Adopting:
    """The order is to be fetched as one placed elsewhere: of this kind, next at `due_at` (ms), after so many tries."""

    kind: str
    due_at: int
    tries: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """Callbacks of one order that nobody knows, oldest first. Times are ms since 1970."""

    key: OrphanKey
    callbacks: tuple[Kept, ...]
    last_at: int
    #: None only when somebody has taken its expiry away
    expires_at: int | None
    adopting: Adopting | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the time (ms) of its last orphan, and its name."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some orphans, those with the newest callbacks first, and where the next page begins."""

    orphans: tuple[Orphan, ...]
    after: Place | None


async def page(store: Store, account_id: str, after: Place | None, most: int) -> Page:
    """Return orphans that come behind a place. One that gets another callback meanwhile moves to the front."""
    index = keys.orphans(account_id)
    async with store.asked(account_id) as client:
        top, ties = (after.at, await client.zcount(index, after.at, after.at)) if after else ("+inf", 0)
        found = await client.zrange(
            index, top, "-inf", desc=True, byscore=True, offset=0, num=most + 1 + ties, withscores=True
        )
    places = [Place(int(at), name) for name, at in found]
    rest = [each for each in places if after is None or (each.at, each.name) < (after.at, after.name)]
    some = rest[:most]
    return Page(tuple(await _read(store, account_id, some)), some[-1] if len(rest) > most else None)


async def kept(store: Store, account_id: str, key: OrphanKey) -> dict[str, Kept]:
    """Return what an orphan keeps, by the callbacks' keys; nothing when there is no such orphan."""
    async with store.asked(account_id) as client:
        found = await client.hgetall(f"{keys.prefix(account_id)}{key.name}")
    return _callbacks(found)


def adoption_of(key: OrphanKey, callbacks: Iterable[Kept]) -> Adoption | None:
    """Return how an orphan's order is called among those to adopt, when orders of its type can be adopted."""
    types = [each.order_type for each in callbacks if each.order_type]
    kind = adoptable(types[-1]) if types else None
    return Adoption(kind.name, key.bandwidth_order_id) if kind and key.bandwidth_order_id else None


async def _read(store: Store, account_id: str, places: Sequence[Place]) -> list[Orphan]:
    if not places:
        return []
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in places:
            pipeline.hgetall(f"{keys.prefix(account_id)}{each.name}")
            pipeline.pexpiretime(f"{keys.prefix(account_id)}{each.name}")
        found = await pipeline.execute()
    orphans = [
        Orphan(OrphanKey.stored(place.name), tuple(_callbacks(held).values()), place.at, at if at > 0 else None)
        for place, held, at in zip(places, found[::2], found[1::2], strict=True)
    ]
    if expired := [each.key.name for each in orphans if not each.callbacks]:
        await store.run(SWEEP, account_id, keys.orphans(account_id), *expired)
    return await _with_adoptions(store, account_id, [each for each in orphans if each.callbacks])


async def _with_adoptions(store: Store, account_id: str, orphans: Sequence[Orphan]) -> list[Orphan]:
    members = [adoption_of(each.key, each.callbacks) for each in orphans]
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for member in members:
            pipeline.zscore(keys.due_adopt(account_id), str(member))
            pipeline.hget(keys.adopt_tries(account_id), str(member))
        found = await pipeline.execute()
    return [
        _adopting(orphan, member, due_at, int(tries or 0))
        for orphan, member, due_at, tries in zip(orphans, members, found[::2], found[1::2], strict=True)
    ]


def _adopting(orphan: Orphan, adoption: Adoption | None, due_at: float | None, tries: int) -> Orphan:
    if adoption is None or due_at is None:
        return orphan
    doing = Adopting(adoption.kind, int(due_at), tries)
    return Orphan(orphan.key, orphan.callbacks, orphan.last_at, orphan.expires_at, doing)


def _callbacks(found: Mapping[str, str]) -> dict[str, Kept]:
    """Read callbacks as `orphans.lua` keeps them, oldest first."""
    read = {key: _kept(orjson.loads(text)) for key, text in found.items()}
    return dict(sorted(read.items(), key=lambda item: item[1].at))


def _kept(said: Mapping[str, Any]) -> Kept:
    # the entry that the timeline would have, without its head (`argument.entry`)
    entry = orjson.loads("{" + said["entry"]) if said.get("entry") else {}
    text = entry.get("message") or entry.get("note")
    told = said.get("at", 0), said.get("order_type"), said.get("told"), said.get("reference")
    return Kept(*told, text, entry.get("last_modified"))
