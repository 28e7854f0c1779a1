"""The lanes of a clock: each server's accounts are gone round by themselves, so one that is away delays no other's.

A store on one server is one lane; a cluster has one for each primary.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import structlog
from redis.exceptions import ResponseError

from service.errors import StoreUnavailable
from service.processes.beat import here
from service.store import ticking
from workers.visit import visit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.wiring import Desk
    from workers.visit import Room

#: seconds without a step after which a lane hangs: a call of the store is given up after ten
STUCK_SECONDS: Final = 30.0
#: seconds for the lanes to come to their ends with their process; what they had not rung for is overdue again
END_SECONDS: Final = 5.0
#: of a lane that hangs
_DO: Final = "see how busy its server is: order-tracker doctor; restart the clock if no clock.lane_went_on follows"

log = structlog.get_logger()


async def go_along(desk: Desk, account_ids: Sequence[str], room: Room, going: Callable[[], None]) -> int:
    """Visit the accounts of one server; return how many orders were rung for; raises StoreUnavailable when it is away.

    An account that it refuses, such as one that just moves to another server, is passed over.
    """
    rung, visited = 0, []
    for each in account_ids:
        try:
            rung += await visit(desk, each, room, going)
            visited.append(each)
        except StoreUnavailable as error:
            if not isinstance(error.__cause__, ResponseError):
                raise
    await ticking.note(desk.store, visited, here())
    return rung


class Lanes:
    """The rounds of one clock that are under way; a lane is not begun anew before its last round has ended."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._heard_at: dict[str, float] = {}
        #: servers whose lanes were said to hang
        self._stuck: set[str] = set()

    def begin(self, desk: Desk, server: str, account_ids: Sequence[str], room: Room) -> None:
        """Begin a lane's next round, unless its last is under way; raises what nobody foresaw in that one."""
        before = self._under_way.get(server)
        if before is None or before.done():
            if before is not None:
                before.result()
            self._hear(server)
            self._under_way[server] = asyncio.create_task(self._go(desk, server, account_ids, room))

    def go_on(self) -> bool:
        """Tell whether each lane does, as one whose server is away does, too; log which one does not, once."""
        for server in self.under_way() - self._stuck:
            seconds = time.monotonic() - self._heard_at[server]
            if seconds >= STUCK_SECONDS:
                self._stuck.add(server)
                log.warning("clock.lane_stuck", seconds=round(seconds), do=_DO, **_named(server))
        return not self._stuck

    def under_way(self) -> set[str]:
        """Return the servers whose lanes are."""
        return {server for server, each in self._under_way.items() if not each.done()}

    async def end(self) -> None:
        """Wait for the rounds that are under way, `END_SECONDS` at most."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way.values(), timeout=END_SECONDS)
            for each in late:
                each.cancel()
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _hear(self, server: str) -> None:
        now = time.monotonic()
        if server in self._stuck:
            self._stuck.remove(server)
            log.warning("clock.lane_went_on", seconds=round(now - self._heard_at[server]), **_named(server))
        self._heard_at[server] = now

    async def _go(self, desk: Desk, server: str, account_ids: Sequence[str], room: Room) -> None:
        try:
            rung = await go_along(desk, account_ids, room, lambda: self._hear(server))
        except StoreUnavailable:
            rung = 0  # told by whoever asked: `store.away`
        self._hear(server)
        if rung:
            log.info("clock.rang", orders=rung, **_named(server))


def _named(server: str) -> dict[str, str]:
    """Name a server in a line of the log, where there are several."""
    return {"server": server} if server else {}
