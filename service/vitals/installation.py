"""The vital signs of the installation: the store, the queue's server and its workers, this machine's spool."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from service import worker_registry
from service.bells import WORKS
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from service.bells import Work
    from service.wiring import Desk

#: seconds for each look: a server that hangs must not make a scrape late
LOOK_SECONDS: Final = 1.5
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class InstallationVitals:
    """How the installation does, at one time; what could not be read is None or empty."""

    #: whether the store answers
    up: bool
    #: worker processes by queue; empty while the queue's server is away
    workers: Mapping[Work, int]
    #: bells that wait, by queue; empty while the queue's server is away
    bells: Mapping[Work, int]
    #: callbacks that wait in this machine's spool; None: it has none
    spooled: int | None


async def read(desk: Desk) -> InstallationVitals:
    """Read all of it at once; what is away, or does not answer in time, is told as away, and nothing is raised."""
    up, workers, bells, spooled = await asyncio.gather(
        _in_time(_up(desk), otherwise=False),
        _in_time(_workers(desk), {}),
        _in_time(_bells(desk), {}),
        _in_time(_spooled(desk), None),
    )
    return InstallationVitals(up, workers, bells, spooled)


async def _in_time(look: Awaitable[_T], otherwise: _T) -> _T:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await look
    except (StoreUnavailable, OSError):
        return otherwise


async def _up(desk: Desk) -> bool:
    # of a cluster, all of it
    for each in await desk.store.primaries():
        async with each.asked("vitals") as client:
            await client.ping()
    return True


async def _workers(desk: Desk) -> Mapping[Work, int]:
    url = desk.settings.queue_redis_url or desk.settings.redis_url
    # whoever waits no longer leaves a thread behind, which must end soon too
    found = await asyncio.to_thread(worker_registry.alive, url, WORKS, LOOK_SECONDS)
    alive = Counter(each.step for each in found)
    return {work: alive[work] for work in WORKS}


async def _bells(desk: Desk) -> Mapping[Work, int]:
    return {work: await desk.bells.waiting(work) for work in WORKS}


async def _spooled(desk: Desk) -> int | None:
    return (await desk.spool.waiting()).entries if desk.spool else None
