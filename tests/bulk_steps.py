"""Steps that tests of batches share: send rows, let a worker accept them, read how they stand."""

from __future__ import annotations

import json

from workers.bulk import accept_due

NUMBERS = [f"20155512{at:02d}" for at in range(100)]


def ndjson(*rows):
    return b"".join(json.dumps(each).encode() + b"\n" for each in rows)


def rows(numbers, **settings):
    return ndjson(*({"telephone_number": each, **(settings or {"sms": "on"})} for each in numbers))


async def send(world, body, kind="tn-options", key="a-key", media="application/x-ndjson", **query):
    headers = {"Content-Type": media} | ({"Idempotency-Key": key} if key else {})
    return await world.api.post(f"{world.orders}/{kind}/bulk", content=body, headers=headers, params=query)


async def submit(world, body, kind="tn-options", **more):
    """Send rows; returns the batch, and fails the test when it was not accepted."""
    answer = await send(world, body, kind, **more)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def accept(world):
    """Let a worker make orders of all plans that are due."""
    await accept_due(world.desk, world.account)


async def batch(world, made):
    return (await world.api.get(made["links"]["self"])).json()


async def orders(world, made):
    """The orders of a batch, in the order of their places."""
    answer = await world.api.get(made["links"]["orders"], params={"batch_id": made["id"], "limit": 250})
    return answer.json()["orders"][::-1]


async def errors(world, made, limit=1000):
    """What is wrong with its rows, page by page."""
    found, following = [], f"{made['links']['errors']}?limit={limit}"
    while following:
        page = (await world.api.get(following)).json()
        found, following = found + page["errors"], page["next"]
    return found


async def ended(world, made):
    """Work until all orders of the batch have ended; returns it."""
    await accept(world)
    for each in await orders(world, made):
        await world.ended(each["id"])
    return await batch(world, made)
