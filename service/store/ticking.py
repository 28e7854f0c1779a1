"""The clock's sign of life: when one last went round an account, and where it runs."""

from __future__ import annotations

import asyncio
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
    await asyncio.gather(*(_note(store, each, by) for each in account_ids))


async def _note(store: Store, account_id: str, by: str) -> None:
    async with store.asked(account_id, "tick") as client:
        await client.set(keys.clock(account_id), by, px=KEEP_MS)


async def last(store: Store, account_id: str) -> Tick | None:
    """Return the last round of any clock; None when the last was longer ago than is known."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        pipeline.get(keys.clock(account_id))
        pipeline.pttl(keys.clock(account_id))
        by, left = await pipeline.execute()
    age = age_seconds(left)
    return None if by is None or age is None else Tick(by, age)


def age_seconds(left_ms: int) -> float | None:
    """Return how long ago a clock went round, from how long that stays known; None: it is not known any more."""
    return None if left_ms < 0 else max(0, KEEP_MS - left_ms) / 1000
