"""The RQ job that looks after an account's subscriptions at Bandwidth: dotted path `workers.watch.watch`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.errors import BandwidthRefused, Unavailable
from service.store import watching
from service.store.subscribed import Memory
from service.subscribing import Subscriptions
from service.tracing.spans import span
from workers.process import WorkerProcess

if TYPE_CHECKING:
    from service.wiring import Desk

log = structlog.get_logger()


def watch(account_id: str, _ids: list[str]) -> None:
    """Put an account's subscriptions right."""
    WorkerProcess.current().beside(account_id, lambda desk: heal(desk, account_id))


async def heal(desk: Desk, account_id: str) -> None:
    """Put an account's subscriptions right; what Bandwidth or the store fails to do waits for the next watch.

    Nothing is asked while the account is paused without an end: Bandwidth would only refuse it again, or is down.
    """
    with span("watch subscriptions", "consumer", said={"order_tracker.account": account_id}):
        await _heal(desk, account_id)


async def _heal(desk: Desk, account_id: str) -> None:
    try:
        if not await watching.is_forbidden(desk.store, account_id):
            await Subscriptions(desk.settings, desk.connection, desk.turns, Memory(desk.store)).heal(account_id)
    except BandwidthRefused as error:
        do = "correct TRACKER_BANDWIDTH_* or the permissions of its user"
        log.error("subscription.unhealthy", account=account_id, error=error.detail, do=do)
    except Unavailable as error:
        log.warning("subscription.watch_failed", account=account_id, error=error.detail, next="the clock rings again")
