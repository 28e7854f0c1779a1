"""Steps that tests of events share: a world that may send to this machine, an endpoint, a courier's round."""

from __future__ import annotations

from contextlib import asynccontextmanager

import rig

from service.store import keys
from workers.deliver import Deliveries


@asynccontextmanager
async def listening(valkey, **changes):
    settings = {"outgoing_allow": ("127.0.0.0/8",), **changes}
    async with rig.world(valkey.url, **settings) as world:
        yield world


def door(world, endpoint=None, part=""):
    path = f"/v1/accounts/{world.account}/endpoints"
    return path + (f"/{endpoint['id']}" if endpoint else "") + (f"/{part}" if part else "")


async def listen(world, receiver, **fields):
    """Let a receiver be told; returns its endpoint."""
    answer = await world.api.post(door(world), json={"url": receiver.url, **fields})
    assert answer.status_code == 201, answer.text
    receiver.secrets.append(answer.json()["secret"])
    return answer.json()


async def seen(world, endpoint):
    return (await world.api.get(door(world, endpoint))).json()


async def deliveries(world, endpoint):
    answer = await world.api.get(door(world, endpoint, "deliveries"), params={"limit": 250})
    assert answer.status_code == 200, answer.text
    return answer.json()["deliveries"]


async def ping(world, endpoint):
    answer = await world.api.post(door(world, endpoint, "ping"))
    assert answer.status_code == 202, answer.text
    return answer.json()


async def bring(world):
    """Work as a courier's process does, until nothing is due."""
    await Deliveries(world.desk, world.account, lambda: False).run()


async def stream(world, order=None):
    """The events of the account, or of one of its orders, as they were written."""
    entries = await world.desk.store.client.xrange(keys.events(world.account))
    return [fields for _, fields in entries if order is None or fields["id"] == order["id"]]


def later(world, seconds):
    """Move the store's clock, for this test's desk."""
    world.desk.store.offset += int(seconds * 1000)
