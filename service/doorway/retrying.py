"""Retrying what failed of an order: which of its numbers may go again, and the order that a request made before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import retries
from service.store import accepting, reading, record

if TYPE_CHECKING:
    from service.order import Order
    from service.wiring import Desk


async def first(desk: Desk, order: Order, body: Any, client_id: str, key: str) -> Order | None:
    """Return the order that the same request has made before; raises IdempotencyReused where another one used the key.

    It is asked before anything is held against the orders as they are by now: there may be nothing left to retry.
    """
    fingerprint = desk.requests.retry_fingerprint(order, body, client_id)
    name = record.idempotency(client_id, key)
    found = await accepting.first_of(desk.store, order.account_id, name, fingerprint)
    return await desk.book.get(order.account_id, found) if found else None


async def left(desk: Desk, order: Order) -> frozenset[str]:
    """Return the numbers that may be tried again, by what became of them when they were tried last.

    Raises NotPossibleNow where none may.
    """
    retries.require_retryable(order)
    tried = await desk.book.get(order.account_id, order.retried_by) if order.retried_by else None
    last = tried or order
    return retries.left(last, await reading.outcomes(desk.store, last, last.telephone_numbers))
