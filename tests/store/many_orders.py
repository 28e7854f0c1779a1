"""Many orders that are due, made of one: only what claims and due-sets need is copied."""

from __future__ import annotations

import time

from store_steps import submit

from service.identifiers import new_id
from service.store import keys


async def due(world, step, count):
    """Make so many orders that are due for a step; returns their ids, the one first that is due first."""
    client, record = world.desk.store.client, await _pattern(world, step)
    at = now(world) - 10_000_000
    ids = [new_id() for _ in range(count)]
    pipeline = client.pipeline(transaction=False)
    for place, each in enumerate(ids):
        pipeline.hset(keys.order(world.account, each), mapping={**record, "next_look_at": at + place})
        pipeline.zadd(keys.due(world.account, step), {each: at + place})
    await pipeline.execute()
    return ids


async def _pattern(world, step):
    order, client = await submit(world, "2015559700"), world.desk.store.client
    record = await client.hgetall(keys.order(world.account, order["id"]))
    await client.zrem(keys.due(world.account, "submit"), order["id"])
    return {**record, "state": {"submit": "accepted", "check": "received"}[step]}


def now(world):
    return round(time.time() * 1000) + world.desk.store.offset


async def go(world, step, most=1_000):
    """Take and claim whatever may go; returns the claims."""
    book = world.desk.book
    return await book.claim(world.account, await book.take(world.account, step, most), step)


async def run(world, turns, unit, *steps):
    """Let workers of the steps go for so many turns, of `unit` seconds by the store's clock each.

    Returns how many each has claimed.
    """
    counts = dict.fromkeys(steps, 0)
    for _ in range(2 * turns):
        for step in steps:
            counts[step] += len(await go(world, step))
        world.desk.store.offset += unit * 500
    return counts
