"""Purging: orders that ended long ago leave with all their keys, chunk by chunk; a tombstone stands for 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

import structlog

from service.lifecycle import TERMINAL, State
from service.store import keys
from service.store.script import PURGE, RIPE
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.store.server.connection import Store

#: milliseconds for which a purged order is remembered, so that late callbacks and readers are told
TOMBSTONE_MS: Final = 30 * DAY_MS
#: scripts of one sweep, and so the most orders that it purges
MOST: Final = 50
#: numbers that one script takes out of their index
CHUNK: Final = 500
_ENDS: Final = " ".join(TERMINAL)

#: `more`: numbers of it are left; `kept`: it is not to be purged now
Step: TypeAlias = Literal["purged", "more", "kept", "gone"]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is remembered of a purged order. Times are ms since 1970."""

    kind: str
    state: State
    completed_at: int
    purged_at: int


async def sweep(store: Store, account_id: str, keep_ms: int) -> int:
    """Purge some orders that ended more than `keep_ms` ago; return how many are gone by it.

    Any number of processes may sweep at once; what one of them leaves half done, the next sweep goes on with.
    """
    purged, left = 0, MOST
    for order_id in await store.run(RIPE, account_id, keys.ended(account_id), keep_ms, _ENDS, MOST):
        step: Step = "more"
        while step == "more" and left:
            step, left = await purge(store, account_id, order_id, keep_ms), left - 1
        if step == "purged":
            purged += 1
            # after its tombstone, this line is all that tells of it
            log.info("order.purged", account=account_id, order=order_id)
    return purged


async def purge(store: Store, account_id: str, order_id: str, keep_ms: int) -> Step:
    """Take the next step of purging an order that ended more than `keep_ms` ago; safe to repeat."""
    key = keys.order(account_id, order_id)
    # one script at a time: a pipeline of them would keep others from the server for as long as one large script
    step = await store.run(PURGE, account_id, key, order_id, keep_ms, _ENDS, TOMBSTONE_MS, CHUNK)
    return cast("Step", step)


async def tombstone(store: Store, account_id: str, order_id: str) -> Tombstone | None:
    """Return what is remembered of an order that was purged in the last 30 days, or None."""
    async with store.asked(account_id) as client:
        found = await client.hgetall(keys.tombstone(account_id, order_id))
    if not found:
        return None
    return Tombstone(found["kind"], State(found["state"]), int(found["completed_at"]), int(found["purged_at"]))
