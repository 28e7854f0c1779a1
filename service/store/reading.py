"""Reading: orders by their ids, and their parts. Nothing here writes."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from service.errors import NotFound
from service.lifecycle import State
from service.order import Order, Outcome
from service.store import keys, record, waiting
from service.store.document import DocumentHead, KeptDocument, head, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.server.connection import Store


async def get(store: Store, account_id: str, order_ids: Sequence[str]) -> list[Order | None]:
    """Return orders by id, in one round trip; one more when some of them are held, and one when some are due."""
    records = [("HGETALL", keys.order(account_id, each)) for each in order_ids]
    pause, clock, *found = await store.do(
        account_id, "read", [("HMGET", keys.pause(account_id), "why", "until"), ("TIME",), *records]
    )
    orders = [
        record.order_of(account_id, each, fields) if fields else None
        for each, fields in zip(order_ids, found, strict=True)
    ]
    now = clock[0] * 1000 + clock[1] // 1000 + store.offset
    due = [waiting.is_due(fields, now) for fields in found]
    return await _held(store, account_id, await waiting.told(store, account_id, orders, due, pause, now))


async def timeline(store: Store, account_id: str, order_id: str) -> list[dict[str, Any]]:
    """Return the timeline's entries, oldest first: at (ms), state, version, source, event, detail and more.

    Entries of Bandwidth's own history (source `history`) have its time, and neither state nor version.
    """
    async with store.asked(account_id) as client:
        kept = await client.lrange(keys.order(account_id, order_id, "timeline"), 0, -1)
    return sorted((orjson.loads(each) for each in kept), key=itemgetter("at"))


async def latest(store: Store, account_id: str, order_ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the entry of each order's timeline that was written last, empty for an order that is gone."""
    if not order_ids:
        return []
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in order_ids:
            pipeline.lindex(keys.order(account_id, each, "timeline"), -1)
        found = await pipeline.execute()
    return [orjson.loads(each or "{}") for each in found]


async def outcomes(store: Store, order: Order, numbers: Sequence[str]) -> list[Outcome]:
    """Return the outcome of some of an order's numbers; raises NotFound for one that was purged since it was read."""
    if not numbers:
        return []
    async with store.asked(order.account_id) as client:
        pipeline = client.pipeline(transaction=False)
        pipeline.hmget(keys.order(order.account_id, order.id, "outcomes"), numbers)
        pipeline.exists(keys.order(order.account_id, order.id))
        kept, still = await pipeline.execute()
    if not still:
        raise NotFound(f"Order {order.id} was purged just now.")
    return [record.outcome_of(each) if each else order.default_outcome for each in kept]


async def documents(store: Store, account_id: str, order_id: str, at: int | None = None) -> list[KeptDocument]:
    """Return the XML that was kept, oldest first; or only that of one moment (ms)."""
    kept = await _documents(store, account_id, order_id)
    return [unpack(each) for each in kept if at is None or head(each).at == at]


async def document_heads(store: Store, account_id: str, order_id: str) -> list[DocumentHead]:
    """Return what XML was kept, oldest first, without unpacking it."""
    return [head(each) for each in await _documents(store, account_id, order_id)]


async def _documents(store: Store, account_id: str, order_id: str) -> list[str]:
    async with store.asked(account_id) as client:
        kept: list[str] = await client.lrange(keys.order(account_id, order_id, "documents"), 0, -1)
    return kept


async def holders(store: Store, account_id: str, bandwidth_order_ids: Sequence[str], but: str) -> frozenset[str]:
    """Return which of Bandwidth's order ids records of ours other than `but` hold.

    An order that was placed elsewhere may turn out to be the one that is looked for.
    """
    if not bandwidth_order_ids:
        return frozenset()
    async with store.asked(account_id) as client:
        names = [keys.bandwidth(account_id, each) for each in bandwidth_order_ids]
        found = await client.mget(names)
        held = {
            each: holder for each, holder in zip(bandwidth_order_ids, found, strict=True) if holder not in (None, but)
        }
        pipeline = client.pipeline(transaction=False)
        for holder in held.values():
            pipeline.hget(keys.order(account_id, holder), "origin")
        origins = await pipeline.execute()
    return frozenset(each for each, origin in zip(held, origins, strict=True) if origin != "external")


async def holding(store: Store, account_id: str, order_ids: Sequence[str]) -> dict[str, str | None]:
    """Return whom held orders wait for: the oldest of those directly before them that a first look shows."""
    if not order_ids:
        return {}
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in order_ids:
            pipeline.hscan(keys.order(account_id, each, "ahead"), 0, count=20)
        found = await pipeline.execute()
    return {each: min(ahead.values(), default=None) for each, (_, ahead) in zip(order_ids, found, strict=True)}


async def _held(store: Store, account_id: str, orders: list[Order | None]) -> list[Order | None]:
    """Say whom held orders wait for."""
    before = await holding(store, account_id, [each.id for each in orders if each and each.state == State.HELD])
    return [replace(order, held_by=before[order.id]) if order and order.id in before else order for order in orders]
