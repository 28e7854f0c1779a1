"""Readiness: whether an API process should be sent requests, and what it lacks.

Two things come to one address, and they need different things. Orders need the store: without it they are answered 503
and may be sent again. Bandwidth sends a callback once, and with a spool it is taken while the store is away: a balancer
that took every process out for that would lose what the spool is there to keep. So a process is ready while it can take
callbacks, and whoever balances orders by themselves asks for orders. A spool that fails while the store is there is
told, and keeps nobody away: on a disk that all share it would take all out, and lose every callback for sure.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.errors import Misconfigured, StoreUnavailable
from service.spool import directory
from service.store.server import durability

if TYPE_CHECKING:
    from service.wiring import Desk

#: what requests may be for
Purpose: TypeAlias = Literal["callbacks", "orders"]
#: seconds for each look
LOOK_SECONDS: Final = 1.0
#: the same for one server of a cluster: one that hangs makes no process unready for the accounts of the others
SERVER_SECONDS: Final = 0.8
#: seconds for which what was seen is told again: anybody may ask, as often as they like
KEEP_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """What a process lacks, a sentence each; None where it lacks nothing."""

    store: str | None = None
    spool: str | None = None
    draining: str | None = None
    has_spool: bool = False

    @property
    def lacks(self) -> tuple[str, ...]:
        """All that it lacks."""
        return tuple(each for each in (self.draining, self.store, self.spool) if each)

    def is_ready(self, purpose: Purpose) -> bool:
        """Tell whether it may be sent requests of a kind: a callback needs the store or a spool, whichever takes it."""
        if self.draining:
            return False
        if self.store is None:
            return True
        return purpose == "callbacks" and self.has_spool and self.spool is None


class Readiness:
    """Looks for one API process, at its desk."""

    def __init__(self) -> None:
        self._draining = False
        self._looking = asyncio.Lock()
        self._seen = Standing()
        self._seen_at = float("-inf")
        # a disk that hangs holds one thread, and no other's
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._spool_look: asyncio.Future[None] | None = None

    def drain(self) -> None:
        """Tell from now on that nothing more is to be sent."""
        self._draining = True

    async def standing(self, desk: Desk) -> Standing:
        """Return how the process stands; it takes a second at most."""
        if self._draining:
            return Standing(draining="It is ending: requests under way are answered, and no new ones are taken.")
        async with self._looking:
            if time.monotonic() - self._seen_at > KEEP_SECONDS:
                store, spool = await asyncio.gather(_store(desk), self._spool(desk.settings.spool_dir))
                self._seen = Standing(store, spool, has_spool=desk.spool is not None)
                self._seen_at = time.monotonic()
        return self._seen

    async def _spool(self, folder: str) -> str | None:
        if not folder:
            return None
        if self._spool_look is None or self._spool_look.done():
            loop = asyncio.get_running_loop()
            self._spool_look = loop.run_in_executor(self._thread, directory.check, folder)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await asyncio.shield(self._spool_look)
        except Misconfigured:
            return "The spool cannot be written to: a callback that comes while the store is away is lost."
        except TimeoutError:
            return "The spool's disk does not answer: a callback that comes while the store is away is lost."
        return None


async def _store(desk: Desk) -> str | None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            problems = await durability.problems(desk.store, SERVER_SECONDS)
    except (StoreUnavailable, TimeoutError):
        return "The store does not answer: orders are answered 503."
    if problems and desk.settings.durability == "strict":
        return "The store may lose what it acknowledges, and is not used: orders are answered 503."
    return None
