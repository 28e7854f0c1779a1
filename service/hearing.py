"""Hearing a callback: it is applied, and its line and its span stand under the trace of the order it is about."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog

from service import logs
from service.spool import draining as spool_draining
from service.tracing.spans import span

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from contextlib import AbstractAsyncContextManager

    from service.report import CallbackNews
    from service.spool.spool import Spool
    from service.store.reporting import Heard

log = structlog.get_logger()


class Commit(Protocol):
    """Applies a callback: `Book.hear`."""

    def __call__(self, news: CallbackNews, *, spooled: bool) -> Awaitable[Heard]:
        """Return what became of it."""


async def hear(commit: Commit, news: CallbackNews, *, spooled: bool = False) -> Heard:
    """Have a callback applied, and tell of it; `spooled`: it waited in the spool until now."""
    since = time.time_ns()
    heard = await commit(news, spooled=spooled)
    said = {
        "order_tracker.account": news.account_id,
        "order_tracker.order": heard.order_id,
        "order_tracker.outcome": heard.outcome,
        "order_tracker.spooled": spooled,
    }
    # whose trace it belongs to is known only now
    with span("callback", "server", heard.trace, said, since):
        log.info(
            "callback.heard",
            account=news.account_id,
            order=heard.order_id,
            outcome=heard.outcome,
            bandwidth_order=news.bandwidth_order_id,
            order_type=logs.masked(news.order_type or "") or None,
            subscription=news.subscription_id,
            status=logs.masked(news.status or "") or None,
            spooled=spooled,
        )
    return heard


def draining(spool: Spool, commit: Commit) -> AbstractAsyncContextManager[None]:
    """While it is entered, hear the callbacks that wait in the spool."""
    return spool_draining.draining(spool, partial(hear, commit, spooled=True))
