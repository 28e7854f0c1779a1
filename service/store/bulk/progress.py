"""Progress of batches: planned orders are taken when they are due, and leave the plan.

Accepted, by `accept.lua`, or refused here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.store import keys
from service.store.bulk.plan import PlannedOrder, unpack
from service.store.script import (
    BATCHES_DUE,
    DUE_PLANNED,
    POSTPONE_PLANNED,
    PURGE_BATCHES,
    REFUSE_PLANNED,
    SCHEDULE_BATCH,
    TAKE_BATCHES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.bulk.entry import Entry
    from service.store.server.connection import Store

#: batches that are handed out at once, planned orders that are read at once, batches that one sweep purges
BATCHES: Final = 10
ORDERS: Final = 16
PURGED: Final = 50


@dataclass(frozen=True, slots=True)
class Due:
    """Planned orders of a batch that are due, in the order of their places, and ms since the batch was made."""

    orders: tuple[PlannedOrder, ...]
    age_ms: int


async def take(store: Store, account_id: str, lease_ms: int) -> list[str]:
    """Return batches with planned orders that are due, each handed to one taker."""
    taken: list[str] = await store.run(TAKE_BATCHES, account_id, keys.due_batch(account_id), BATCHES, lease_ms)
    return taken


async def are_due(store: Store, account_id: str) -> bool:
    """Tell whether a batch has planned orders that are due and nobody works on."""
    return bool(await store.run(BATCHES_DUE, account_id, keys.due_batch(account_id)))


async def due(store: Store, account_id: str, batch_id: str) -> Due:
    """Return planned orders of a batch that are due."""
    age, *flat = await store.run(DUE_PLANNED, account_id, keys.batch(account_id, batch_id), ORDERS)
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return Due(tuple(unpack(place, text) for place, text in pairs), int(age))


async def refuse(store: Store, account_id: str, batch_id: str, planned: PlannedOrder, entries: Sequence[Entry]) -> None:
    """Count a planned order as refused, and add its rows to those that are wrong; safe to repeat."""
    key, told = keys.batch(account_id, batch_id), [each.packed() for each in entries]
    # with the replicas: its rows are all that will tell of it
    await store.run_replicated(REFUSE_PLANNED, account_id, key, batch_id, planned.place, planned.numbers, *told)


async def postpone(store: Store, account_id: str, batch_id: str, place: str, wait_ms: int) -> None:
    """Let a planned order be tried again later; safe to repeat."""
    await store.run(POSTPONE_PLANNED, account_id, keys.batch(account_id, batch_id), place, wait_ms)


async def schedule(store: Store, account_id: str, batch_id: str) -> bool:
    """Set when the batch is due next; tell whether that is now."""
    return bool(await store.run(SCHEDULE_BATCH, account_id, keys.due_batch(account_id), batch_id))


async def sweep(store: Store, account_id: str, keep_ms: int) -> list[str]:
    """Purge batches that ended more than `keep_ms` ago and whose orders are purged; return their ids."""
    purged: list[str] = await store.run(PURGE_BATCHES, account_id, keys.batches_ended(account_id), keep_ms, PURGED)
    return purged
