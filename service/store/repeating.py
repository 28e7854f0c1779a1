"""Orders that were asked for before: by one client, under one reference, with the same body; and who asked for orders.

Nothing here writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.store import keys, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.server.connection import Store

#: orders of one reference that are looked at, and how many of them at once
MOST: Final = 1_000
_AT_ONCE: Final = 200


async def latest(store: Store, account_id: str, reference: str, client_id: str, key: str) -> str | None:
    """Return the newest order with a reference whose Idempotency-Key is this one of the client's, or begins with it."""
    for start in range(0, MOST, _AT_ONCE):
        async with store.asked(account_id) as client:
            index = keys.reference(account_id, reference.strip())
            ids = await client.zrange(index, "+", "-", desc=True, bylex=True, offset=start, num=_AT_ONCE)
        newest = await newest_of(store, account_id, ids, client_id, key)
        if newest or len(ids) < _AT_ONCE:
            return newest
    return None


async def newest_of(store: Store, account_id: str, order_ids: Sequence[str], client_id: str, key: str) -> str | None:
    """Return the first of these orders that was made under this Idempotency-Key of the client's, or one begun so."""
    wanted = record.idempotency(client_id, key)
    named = await _fields(store, account_id, order_ids, "idempotency")
    found = (each for each, name in zip(order_ids, named, strict=True) if f"{name}:".startswith(f"{wanted}:"))
    return next(found, None)


async def clients(store: Store, account_id: str, order_ids: Sequence[str]) -> list[str | None]:
    """Return who asked for each order; None for one that was placed elsewhere, or is gone."""
    return await _fields(store, account_id, order_ids, "client")


async def _fields(store: Store, account_id: str, order_ids: Sequence[str], name: str) -> list[str | None]:
    if not order_ids:
        return []
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in order_ids:
            pipeline.hget(keys.order(account_id, each), name)
        found: list[str | None] = await pipeline.execute()
    return found
