"""Many open orders at once, at a sandbox whose time a test moves: it works on an order for an hour."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta

import rig

from service.identifiers import new_id
from service.kinds import shelf
from service.local.sandbox.clock import utc_now
from service.order import NewOrder
from service.order_request.reading import read_order

#: seconds in which the sandbox begins with an order, and ends it
BEGINS, ENDS = 900, 3_600


class SandboxClock:
    """Time at the sandbox."""

    def __init__(self):
        self._ahead = timedelta()

    def __call__(self):
        return utc_now() + self._ahead

    def move(self, seconds):
        self._ahead += timedelta(seconds=seconds)


class Crowd:
    """Orders of one number each."""

    def __init__(self, world, clock):
        self.world = world
        self.clock = clock
        self._numbers = 0

    async def send(self, kind_name, how_many):
        """Put orders on disk and send them; returns their ids."""
        kind = shelf()[kind_name]
        group = read_order(kind.model, kind.example).model_dump(exclude_none=True, exclude={"customer_order_id"})
        ids = []
        for _ in range(how_many):
            number, self._numbers = f"201{5_560_000 + self._numbers}", self._numbers + 1
            request = {"groups": [{**group["groups"][0], "telephone_numbers": [number]}]}
            new = NewOrder(
                new_id(), self.world.account, kind.name, None, (number,), kind.family, (number,), request, None, {}
            )
            await self.world.desk.book.accept(new)
            ids.append(new.id)

        async def received():
            await self.world.turn()
            return await self.states(ids) == {"received": how_many}

        # on a slow machine an answer may be lost, and its order be looked for
        await rig.until(received, seconds=120)
        return ids

    async def read(self, ids):
        return await asyncio.gather(*(self.world.desk.book.get(self.world.account, each) for each in ids))

    async def states(self, ids):
        return Counter(str(each.state) for each in await self.read(ids))

    async def look(self, seconds):
        """Let time pass for us, and everything that is due then have its look; returns what Bandwidth was asked."""
        self.world.desk.store.offset += int(seconds * 1000)
        return await self.asked(self.world.turn)

    async def asked(self, act):
        """Do something; returns how often Bandwidth was asked for what meanwhile, without the account's path."""
        before = Counter(await self.world.requests())
        await act()
        asked = Counter(await self.world.requests()) - before
        return {name.replace("/accounts/{account_id}/", ""): count for name, count in asked.items()}


@contextlib.asynccontextmanager
async def crowd(redis_url, **changes):
    """Open a world with nobody whom its sandbox could call back."""
    clock = SandboxClock()
    options = {"pace": float(ENDS), "token_ttl": 30 * 86_400.0}
    settings = {"look_factor": 1.0, "lease_seconds": 30, "exchange_seconds": 20, **changes}
    async with rig.world(redis_url, sandbox=options, clock=clock, **settings) as world:
        yield Crowd(world, clock)
