"""Reading batches: one, a list, and what was wrong with their rows. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.store import keys, record
from service.store.bulk.batch import Batch, batch_of
from service.store.bulk.entry import Entry, unpack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Page:
    """Some batches, newest first, and the id after which the next page begins."""

    batches: tuple[Batch, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Some entries by line, and the place after which the next page begins."""

    entries: tuple[Entry, ...]
    after: str | None


async def get(store: Store, account_id: str, batch_ids: Sequence[str]) -> list[Batch | None]:
    """Return batches by id, in one round trip."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in batch_ids:
            pipeline.hgetall(keys.batch(account_id, each))
            pipeline.hgetall(keys.batch(account_id, each, "tally"))
        found = await pipeline.execute() if batch_ids else []
    pairs = zip(batch_ids, found[::2], found[1::2], strict=True)
    return [batch_of(account_id, each, fields, tally) if fields else None for each, fields, tally in pairs]


async def named(store: Store, account_id: str, client_id: str, idempotency_key: str) -> bool:
    """Tell whether an Idempotency-Key of a client has made something."""
    async with store.asked(account_id) as client:
        name = record.idempotency(client_id, idempotency_key)
        return bool(await client.exists(keys.idempotency(account_id, name)))


async def page(store: Store, account_id: str, after: str | None, most: int) -> Page:
    """Return batches, newest first: those made before the id `after`."""
    top = f"({after}" if after else "+"
    async with store.asked(account_id) as client:
        key = keys.batches(account_id)
        ids = await client.zrange(key, top, "-", desc=True, bylex=True, offset=0, num=most + 1)
    found = await get(store, account_id, ids[:most])
    return Page(tuple(each for each in found if each), ids[most - 1] if len(ids) > most else None)


async def errors(store: Store, account_id: str, batch_id: str, after: str | None, most: int) -> ErrorPage:
    """Return what was wrong with a batch's rows, by line: what stands behind the place `after`."""
    # a place is followed by a blank, and nothing of it sorts behind the next character
    bottom = f"({after}!" if after else "-"
    async with store.asked(account_id) as client:
        key = keys.batch(account_id, batch_id, "errors")
        found = await client.zrange(key, bottom, "+", bylex=True, offset=0, num=most + 1)
    entries = tuple(map(unpack, found[:most]))
    return ErrorPage(entries, entries[-1].place if len(found) > most else None)
