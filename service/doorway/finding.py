"""Finding the order or the batch that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import NotFound, Purged
from service.store import purging
from service.store.bulk import reading
from service.times import iso

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.order import Order
    from service.store.bulk.batch import Batch
    from service.wiring import Desk


def require_whole(request: Request) -> None:
    """Raise NotFound for an address that a line feed follows: Starlette's patterns end in `$`, which passes it."""
    if request.scope["path"].endswith("\n"):
        raise NotFound


async def order(desk: Desk, account_id: str, order_id: str) -> Order:
    """Return an order; raises NotFound, or Purged for one that was purged of late."""
    found = await desk.book.get(account_id, order_id)
    if found is None:
        raise await _gone(desk, account_id, order_id)
    return found


async def batch(desk: Desk, account_id: str, batch_id: str) -> Batch:
    """Return a batch; raises NotFound."""
    (found,) = await reading.get(desk.store, account_id, [batch_id])
    if found is None:
        raise NotFound(
            f"There is no batch {batch_id} in account {account_id}: it is purged with the last of its orders."
        )
    return found


async def _gone(desk: Desk, account_id: str, order_id: str) -> NotFound | Purged:
    was = await purging.tombstone(desk.store, account_id, order_id)
    if was is None:
        return NotFound(f"There is no order {order_id} in account {account_id}.")
    ended, purged = iso(was.completed_at), iso(was.purged_at)
    return Purged(f"Order {order_id} ({was.kind}) ended on {ended}, state {was.state}, and was purged on {purged}.")
