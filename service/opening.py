"""Opening: a process waits for the store by itself, and ends when the store may lose what it acknowledges.

Nothing is written before: each connection looks at its server first (`store/server/durability.py`).
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog

from service.errors import Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Check: TypeAlias = Callable[[], Awaitable[None]]

#: seconds between two looks at a store that is away
LOOK_SECONDS: Final = 0.25
#: seconds between two lines about that
TELL_SECONDS: Final = 10.0

log = structlog.get_logger()


async def until_open(check: Check) -> None:
    """Return once a check finds the store there; raises Misconfigured when it is there and may not be used."""
    began = told_at = time.monotonic()
    while True:
        try:
            return await check()
        except StoreUnavailable as error:
            now = time.monotonic()
            if now - told_at >= TELL_SECONDS:
                told_at = now
                log.warning("store.awaited", seconds=round(now - began), error=error.detail)
        await asyncio.sleep(LOOK_SECONDS)


async def opened(check: Check, stop: asyncio.Event) -> bool:
    """Wait as `until_open` does; False when asked to stop first."""
    opening, stopping = asyncio.create_task(until_open(check)), asyncio.create_task(stop.wait())
    await asyncio.wait((opening, stopping), return_when=asyncio.FIRST_COMPLETED)
    is_open = opening.done()
    for each in (opening, stopping):
        each.cancel()
    await asyncio.wait((opening, stopping))
    if is_open:
        opening.result()
    return is_open


@asynccontextmanager
async def opening(check: Check, refuse: Callable[[Misconfigured], None]) -> AsyncIterator[None]:
    """Wait as `until_open` does while other things go on; `refuse` is told when the store may not be used."""

    async def look() -> None:
        try:
            await until_open(check)
        except Misconfigured as error:
            refuse(error)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))
