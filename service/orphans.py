"""Orphans: an operator has the callbacks of an unknown order heard again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.errors import NotFound
from service.logs import masked
from service.store import naming, replaying
from service.store.orphans import OrphanKey

if TYPE_CHECKING:
    from service.bells import Bells
    from service.store.replaying import Replayed
    from service.store.server.connection import Store

log = structlog.get_logger()


class Orphans:
    """Replays orphans, and rings for what is due by it; `by` is told in the log."""

    def __init__(self, store: Store, bells: Bells, by: str) -> None:
        self._store = store
        self._bells = bells
        self._by = by

    async def replay(self, account_id: str, key: str) -> Replayed:
        """Hear the callbacks of an orphan again; `key` as lists tell it. Raises NotFound and StoreUnavailable."""
        orphan = OrphanKey.read(key)
        if orphan is None:
            raise NotFound(
                f"{key[:40]!r} is no key of an orphan: take it from the list, such as order:ID or reference:TEXT."
            )
        replayed = await self._replay(account_id, orphan)
        if replayed is None:
            raise NotFound(await self._why_not(account_id, orphan))
        return replayed

    async def _replay(self, account_id: str, orphan: OrphanKey) -> Replayed | None:
        done = await replaying.replay(self._store, account_id, orphan)
        if done is None:
            return None
        for step, order_id in done.due:
            self._bells.ring(step, account_id, [order_id])
        if done.outcome == "applied":
            self._bells.announce(account_id)
        log.info(
            "orphan.replayed",
            account=account_id,
            orphan=str(orphan) if orphan.reference is None else masked(str(orphan)),
            outcome=done.outcome,
            order=done.order_id,
            callbacks=len(done.callbacks),
            adopting=done.adopting,
            by=self._by,
        )
        return done

    async def _why_not(self, account_id: str, orphan: OrphanKey) -> str:
        """Say what became of an orphan that is gone, where that is known."""
        told = orphan.bandwidth_order_id
        order_id = told and await naming.holder(self._store, account_id, told)
        if order_id:
            return f"No callbacks are kept under {orphan}: it is order {order_id}, which has them on its timeline."
        return f"No callbacks are kept under {str(orphan)[:100]} in account {account_id}."
