"""The clock's sign of life: when one last went round an account, and where it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.store.server.connection import Store

#: milliseconds for which it is known
KEEP_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Tick:
    """The last round of a clock: HOST (pid PID), and how long ago."""

    by: str
    seconds_ago: float


async def note(store: Store, account_ids: Iterable[str], by: str) -> None:
    """Note that a clock has been round accounts."""
    async with store.asked("tick"):
        pipeline = store.client.pipeline(transaction=False)
        for each in account_ids:
            pipeline.set(keys.clock(each), by, px=KEEP_MS)
        await pipeline.execute()


async def last(store: Store, account_id: str) -> Tick | None:
    """Return the last round of any clock; None when the last was longer ago than is known."""
    async with store.asked():
        pipeline = store.client.pipeline(transaction=False)
        pipeline.get(keys.clock(account_id))
        pipeline.pttl(keys.clock(account_id))
        by, left = await pipeline.execute()
    return None if by is None else Tick(by, max(0, KEEP_MS - left) / 1000)
