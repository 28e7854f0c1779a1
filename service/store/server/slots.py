"""The slots of a cluster: which of its servers keeps each, asked anew when one of them has failed us."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.errors import StoreUnavailable
from service.store.server.presence import unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

    import redis.asyncio

#: seconds for one server to tell who keeps what: a dead one is passed over
ASK_SECONDS: Final = 0.5
#: seconds between two such questions, however often servers fail
LOOK_SECONDS: Final = 0.25

#: a server's host and port
Address: TypeAlias = "tuple[str, int]"


class Slots:
    """Who keeps what, found out from some of the servers' `addresses`.

    `ask` makes a client that greets nobody; `found` hears who keeps anything, whenever that was found out.
    """

    def __init__(
        self,
        addresses: Iterable[Address],
        ask: Callable[[Address], redis.asyncio.Redis],
        found: Callable[[Collection[Address]], Awaitable[None]],
    ) -> None:
        self._given = tuple(addresses)
        #: whom to ask next who keeps what, those asked last at the end
        self._addresses = [*self._given]
        self._ask = ask
        self._found = found
        self._slots: dict[int, Address] = {}
        self._is_stale = True
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def keeper(self, slot: int) -> Address:
        """Return who keeps a slot; raises StoreUnavailable."""
        await self._look()
        if slot not in self._slots:
            raise StoreUnavailable("No server of the cluster keeps the account's slot.")
        return self._slots[slot]

    async def keepers(self) -> Collection[Address]:
        """Return all who keep slots; raises StoreUnavailable."""
        await self._look()
        return {*self._slots.values()}

    def doubt(self) -> None:
        """Have the next question look anew."""
        self._is_stale = True

    def moved(self, slot: int, to: Address) -> None:
        """Note what a refusal has told, until that is looked at."""
        self._slots[slot] = to
        self.doubt()

    async def _look(self) -> None:
        """Find out who keeps what, unless that is known and trusted; raises StoreUnavailable when it never was."""
        if self._is_known():
            return
        async with self._looking:
            if self._is_known():
                return
            # whoever asks meanwhile goes by what was known
            self._is_stale, self._looked_at = False, time.monotonic()
            try:
                await self._find()
            except BaseException:
                self._is_stale = True
                raise

    def _is_known(self) -> bool:
        is_early = time.monotonic() - self._looked_at < LOOK_SECONDS
        return bool(self._slots) and (is_early or not self._is_stale)

    async def _find(self) -> None:
        why = ""
        for each in [*self._addresses]:
            # the next question is another server's: one that is cut off may tell what was true once
            self._addresses.remove(each)
            self._addresses.append(each)
            try:
                slots, addresses = _read(await self._told(each), each[0])
            except StoreUnavailable as error:
                why = error.detail
                continue
            self._slots = slots
            known = {*addresses, *self._given}
            self._addresses = [*(one for one in self._addresses if one in known), *(known - {*self._addresses})]
            await self._found({*slots.values()})
            return
        self._is_stale = True
        if not self._slots:
            raise StoreUnavailable(f"No server of the cluster told which of them keeps what. {why}")

    async def _told(self, address: Address) -> Any:
        client: Any = self._ask(address)
        try:
            with unavailable():
                async with asyncio.timeout(ASK_SECONDS):
                    return await client.execute_command("CLUSTER SLOTS")
        finally:
            await client.aclose()


def _read(told: Sequence[Any], host: str) -> tuple[dict[int, Address], list[Address]]:
    """Read who keeps each slot, and all servers that are named; one without a name is the one at `host`, which told."""
    slots: dict[int, Address] = {}
    addresses: list[Address] = []
    for first, last, *servers in told:
        those = [(each[0] or host, int(each[1])) for each in servers]
        slots.update(dict.fromkeys(range(first, last + 1), those[0]))
        addresses += those
    return slots, addresses
