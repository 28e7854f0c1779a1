"""Upkeep of an account, by the clock, step by step: numbers that a crash left over, and what ended long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from service.store import indexing, purging
from service.store.bulk import progress
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.wiring import Desk

#: orders of one account whose numbers one round indexes
MOST_UNINDEXED: Final = 10

log = structlog.get_logger()


async def see_to(desk: Desk, account_id: str) -> None:
    """Take one round's step."""
    await _catch_up(desk, account_id)
    await _purge(desk, account_id)
    await _end_subscriptions(desk, account_id)


async def _catch_up(desk: Desk, account_id: str) -> None:
    """Index the numbers of orders whose process ended before it had."""
    if left := await indexing.catch_up(desk.store, account_id, MOST_UNINDEXED):
        log.info("clock.indexed", account=account_id, orders=len(left))


async def _purge(desk: Desk, account_id: str) -> None:
    """Purge some of the orders that ended long ago, and the batches whose last orders they were."""
    keep_ms = desk.settings.retention_days * DAY_MS
    await purging.sweep(desk.store, account_id, keep_ms)
    for batch_id in await progress.sweep(desk.store, account_id, keep_ms):
        log.info("batch.purged", account=account_id, batch=batch_id)


async def _end_subscriptions(desk: Desk, account_id: str) -> None:
    """Remove subscriptions that have expired."""
    for subscription_id in await desk.events.subscriptions.sweep(account_id):
        log.info("endpoint.expired", account=account_id, endpoint=subscription_id)
