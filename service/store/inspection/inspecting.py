"""Inspecting: each key of an account is held against the orders' records, by scripts that also mend.

A script reads at one instant all that it judges by, so that nothing is wrong only because it changed under the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.lifecycle import TERMINAL, State
from service.store import keys
from service.store.events.endpoints import ONCE_MS
from service.store.inspection import walking
from service.store.inspection.batches import BatchInspector, is_of_batches
from service.store.inspection.finding import Finding
from service.store.purging import TOMBSTONE_MS
from service.store.script import (
    INSPECT_EVENTS,
    INSPECT_FIELDS,
    INSPECT_KEY,
    INSPECT_LINE,
    INSPECT_LINED,
    INSPECT_MEMBERS,
    INSPECT_NUMBERS,
    INSPECT_ORDER,
)
from service.times import DAY_MS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from service.store.script import Script
    from service.store.server.connection import Store

#: numbers of an order, and subjects of its lines, that one script looks at
NUMBERS: Final = 500
SUBJECTS: Final = 150
#: milliseconds for which callbacks of unknown orders are kept
ORPHAN_MS: Final = 7 * DAY_MS

#: milliseconds for which keys are kept that say no more than that
_KEPT_MS: Final = {
    "tombstone": TOMBSTONE_MS,
    "tombstone-bandwidth": TOMBSTONE_MS,
    "endpoint-idempotency": ONCE_MS,
}

#: what the names of their keys begin with
_OF_EVENTS: Final = frozenset({"endpoints", "endpoint", "delivery", "replays", "undelivered"})


class Inspector:
    """Inspects keys of one account and tells what it finds; with `mends`, each script mends what it can at once."""

    def __init__(
        self,
        store: Store,
        account_id: str,
        tell: Callable[[Finding], None],
        *,
        mends: bool,
        lease_ms: int,
        document_ms: int,
    ) -> None:
        self._store = store
        self._account_id = account_id
        self._tell = tell
        self._mode = "mend" if mends else "look"
        self._lease_ms = lease_ms
        self._document_ms = document_ms
        self._batches = BatchInspector(store, account_id, self._run, lease_ms)

    async def inspect(self, key: str) -> None:
        """Inspect a key by what it is named; keys that say nothing of orders, batches or events are passed over."""
        what, _, rest = key.removeprefix(keys.prefix(self._account_id)).partition(":")
        if what in _OF_EVENTS or (what, rest) == ("due", "deliver"):
            await self._event_key(key, what, rest)
        elif is_of_batches(what, rest):
            await self._batches.inspect(key, what, rest)
        else:
            await self._key(key, what, rest)

    async def _event_key(self, key: str, what: str, rest: str) -> None:
        if what == "delivery":
            await self._run(INSPECT_EVENTS, key, what, rest)
        elif what == "endpoint":
            await self._endpoint(key, *rest.partition(":")[::2])
        else:
            about = "scheduled" if what == "due" else what
            await self._events(key, about, "", walking.members(self._store, key))

    async def _key(self, key: str, what: str, rest: str) -> None:
        match what, rest:
            case "order", _:
                await self._order_key(key, rest)
            case "orders", _:
                await self._members(key, "orders", *_kind_and_state(rest))
            case ("due", "adopt") | ("orphans", ""):
                await self._fields(key, rest or what, walking.members(self._store, key))
            case ("adopt", "tries") | (("tn" | "unindexed" | "purging"), ""):
                await self._fields(key, rest or what, walking.fields(self._store, key))
            case (("due" | "tn" | "reference" | "ended"), _):
                await self._members(key, what, rest, "")
            case "line", _:
                await self._line(key, rest)
            case (("bandwidth" | "idempotency"), _):
                await self._run(INSPECT_KEY, key, what, rest)
            case (("orphan" | "orphan-reference"), _):
                await self._orphan(key, what, rest)
            case _ if what in _KEPT_MS:
                await self._run(INSPECT_KEY, key, "expiring", _KEPT_MS[what])

    async def _endpoint(self, key: str, endpoint_id: str, part: str) -> None:
        if part:
            pages = walking.fields if part == "updates" else walking.members
            await self._events(key, part, endpoint_id, pages(self._store, key))
        else:
            await self._run(INSPECT_EVENTS, key, "endpoint", endpoint_id)

    async def _events(self, key: str, what: str, endpoint_id: str, pages: AsyncIterator[list[str]]) -> None:
        async for page in pages:
            await self._run(INSPECT_EVENTS, key, what, endpoint_id, *page)

    async def _orphan(self, key: str, what: str, told: str) -> None:
        await self._run(INSPECT_KEY, key, "expiring", ORPHAN_MS)
        await self._run(INSPECT_KEY, key, "orphan", f"{what}:{told}", told if what == "orphan" else "")

    async def _order_key(self, key: str, name: str) -> None:
        order_id, _, part = name.partition(":")
        if not part:
            await self._order(key, order_id)
            return
        await self._run(INSPECT_KEY, key, "part", order_id, part)
        if part == "documents":
            await self._run(INSPECT_KEY, key, "expiring", self._document_ms)

    async def _order(self, key: str, order_id: str) -> None:
        await self._run(INSPECT_ORDER, key, order_id, self._lease_ms, " ".join(TERMINAL))
        await self._paged(INSPECT_NUMBERS, key, order_id, NUMBERS)
        await self._paged(INSPECT_LINE, key, order_id, SUBJECTS)

    async def _members(self, key: str, *about: str) -> None:
        async for page in walking.members(self._store, key):
            await self._run(INSPECT_MEMBERS, key, *about, *page)

    async def _line(self, key: str, name: str) -> None:
        family, _, counter = name.partition(":")
        async for page in walking.fields(self._store, key):
            await self._run(INSPECT_LINED, key, family, "counter" if counter else "tails", *page)

    async def _fields(self, key: str, about: str, pages: AsyncIterator[list[str]]) -> None:
        async for page in pages:
            await self._run(INSPECT_FIELDS, key, about, *page)

    async def _paged(self, script: Script, key: str, order_id: str, most: int) -> None:
        """Run a script on one page after the other of what an order names."""
        start = 0
        while True:
            following, *found = await self._store.run(script, self._account_id, key, self._mode, order_id, start, most)
            self._tell_all(found)
            if not following:
                return
            start = following

    async def _run(self, script: Script, key: str, *arguments: str | int) -> None:
        self._tell_all(await self._store.run(script, self._account_id, key, self._mode, *arguments))

    def _tell_all(self, found: Iterable[Any]) -> None:
        for each in found:
            self._tell(Finding.read(self._account_id, each))


def _kind_and_state(rest: str) -> tuple[str, str]:
    """Read what an index of orders is of; each may be none."""
    if rest in set(State):
        return "", rest
    kind, _, state = rest.partition(":")
    return kind, state
