"""Every PUT that arrived for an order, whatever became of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.local.sandbox.posts import UNANSWERED

if TYPE_CHECKING:
    from service.local.sandbox.journal import Journal


@dataclass
class Put:
    """One PUT: its body, how it was answered, and when it replaced the order's request, if it did."""

    put_id: int
    account_id: str
    order_id: str
    body: bytes
    answer: str = UNANSWERED
    taken_at: datetime | None = None


class PutBook:
    """Holds the PUTs by account and order, oldest first."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._by_order: dict[tuple[str, str], list[Put]] = defaultdict(list)
        self._count = 0
        rows = journal.read("SELECT put_id, account_id, order_id, body, answer, taken_at FROM puts ORDER BY put_id")
        for put_id, account_id, order_id, body, answer, taken_at in rows:
            at = datetime.fromisoformat(taken_at) if taken_at else None
            self._by_order[account_id, order_id].append(Put(put_id, account_id, order_id, body, answer, at))
            self._count = put_id

    def arrived(self, account_id: str, order_id: str, body: bytes) -> Put:
        """Count an arrival before anything is decided, even whether there is such an order."""
        self._count += 1
        put = Put(self._count, account_id, order_id, body)
        self._by_order[account_id, order_id].append(put)
        self._keep(put)
        return put

    def taken(self, put: Put, at: datetime) -> None:
        """Note that a PUT replaced its order's request."""
        put.taken_at = at
        self._keep(put)

    def answered(self, put: Put, answer: str) -> None:
        """Note how a PUT was answered."""
        put.answer = answer
        self._keep(put)

    def of(self, account_id: str, order_id: str) -> list[Put]:
        """Return the PUTs for an order."""
        return self._by_order.get((account_id, order_id), [])

    def _keep(self, put: Put) -> None:
        self._journal.write(
            "INSERT OR REPLACE INTO puts VALUES (?, ?, ?, ?, ?, ?)",
            put.put_id,
            put.account_id,
            put.order_id,
            put.body,
            put.answer,
            put.taken_at.isoformat() if put.taken_at else None,
        )
