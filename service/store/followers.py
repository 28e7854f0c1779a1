"""Followers: the orders that stand directly behind others in their lines, and how many. Nothing here writes."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from service.kinds import shelf
from service.store import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.order import Order
    from service.store.server.connection import Store


async def followers(store: Store, orders: Sequence[Order]) -> dict[str, int]:
    """Return, by an order's id, how many stand directly behind it: not all of them need wait for it."""
    account = attrgetter("account_id")
    found: dict[str, int] = {}
    for account_id, those in groupby(sorted(orders, key=account), key=account):
        found |= await _followers(store, account_id, list(those))
    return found


async def behind(store: Store, order: Order) -> list[str]:
    """Return the ids of the orders that stand directly behind one in its lines, oldest first."""
    async with store.asked(order.account_id) as client:
        found = await client.hvals(keys.order(order.account_id, order.id, "behind"))
    return sorted(set(found))


async def last_in_line(store: Store, account_id: str, family: str, subject: str) -> str | None:
    """Return the id of the open order that stands last in a line: the next one would wait for it."""
    async with store.asked(account_id) as client:
        found: str | None = await client.hget(keys.line(account_id, family), subject)
    return found


async def _followers(store: Store, account_id: str, orders: Sequence[Order]) -> dict[str, int]:
    lines = groupby(sorted(orders, key=_line), key=_line)
    asked = [(line, [each.id for each in those]) for line, those in lines]
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for line, ids in asked:
            pipeline.hmget(line, ids)
        counted = await pipeline.execute()
    return {
        order_id: int(count or 0)
        for (_, ids), counts in zip(asked, counted, strict=True)
        for order_id, count in zip(ids, counts, strict=True)
    }


def _line(order: Order) -> str:
    return keys.followers(order.account_id, shelf()[order.kind].family)
