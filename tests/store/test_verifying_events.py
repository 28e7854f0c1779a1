"""What `verify` finds of endpoints and deliveries: each kind of damage is found, named, and mended by a repair."""

from __future__ import annotations

import pytest
import receiver as receivers
from event_steps import bring, door, listen, listening, ping

from service.maintenance import Maintenance

FAR = 4_000_000_000_000


class Damaged:
    """An account with an endpoint that has a delivery of each sort, and a hand in the store."""

    def __init__(self, world, endpoint):
        self.world, self.endpoint = world, endpoint["id"]
        self.client = world.desk.store.client
        self.maintenance = Maintenance(world.desk.store, world.settings)

    def key(self, name):
        return f"{{{self.world.account}}}:{name}"

    def own(self, part=""):
        return self.key(f"endpoint:{self.endpoint}" + (f":{part}" if part else ""))

    async def delivery(self, part):
        (found,) = await self.client.zrange(self.own(part), 0, 0)
        return self.key(f"delivery:{found}")

    async def differences(self):
        walk = await self.maintenance.verify(self.world.account)
        return [(each.key.removeprefix(self.key("")), each.wrong) for each in walk.findings]


@pytest.fixture
async def damaged(valkey):
    async with listening(valkey) as world:
        with receivers.receiver() as receiver:
            endpoint = await listen(world, receiver)
            await ping(world, endpoint)
            await bring(world)
            await world.submit()
            await world.desk.events.courier.fan_out(world.account)
            await world.desk.events.courier.take(world.account, 1)
            await world.submit([{"telephone_numbers": ["2015551235"], "sms": "on"}])
            await world.desk.events.courier.fan_out(world.account)
            made = Damaged(world, endpoint)
            assert await made.differences() == []
            yield made


async def _end(a, part):
    await a.client.hset(await a.delivery(part), "status", "delivered")


async def _wait_at_its_end(a):
    (waiting,) = await a.client.zrange(a.own("due"), 0, 0)
    await a.client.zadd(a.own("ended"), {waiting: 1})


#: what is done, what the finding is of, and a part of what it says
DAMAGE = {
    "due and no endpoint": (lambda a: a.client.zadd(a.key("due:deliver"), {"x": 1}), "due:deliver", "no endpoint"),
    "listed and no endpoint": (lambda a: a.client.zadd(a.key("endpoints"), {"x": 0}), "endpoints", "no endpoint"),
    "not listed": (lambda a: a.client.zrem(a.key("endpoints"), a.endpoint), "endpoint:", "not listed"),
    "not due": (lambda a: a.client.delete(a.key("due:deliver")), "due:deliver", "it is not due"),
    "due too late": (
        lambda a: a.client.zadd(a.key("due:deliver"), {a.endpoint: FAR}),
        "due:deliver",
        "later than its next delivery",
    ),
    "due although off": (lambda a: a.client.hset(a.own(), "enabled", "0"), "due:deliver", "nothing is to be sent"),
    "a delivery that waits nowhere": (lambda a: a.client.delete(a.own("due")), "delivery:", "is not due"),
    "a delivery of which nobody sees since when it waits": (
        lambda a: a.client.delete(a.key("undelivered")),
        "delivery:",
        "nobody sees since when",
    ),
    "seen to wait, and gone": (
        lambda a: a.client.zadd(a.key("undelivered"), {"x": 1}),
        "undelivered",
        "a delivery that is gone",
    ),
    "no delivery": (lambda a: a.client.zadd(a.own("due"), {"x": 1}), "endpoint:", "a delivery that is gone"),
    "a lease of none": (lambda a: a.client.zadd(a.own("sending"), {"x": FAR}), "endpoint:", "a delivery that is gone"),
    "due after its end": (lambda a: _end(a, "due"), "endpoint:", "a delivery that is delivered"),
    "ended while it waits": (_wait_at_its_end, "endpoint:", "a delivery that waits"),
    "no update": (lambda a: a.client.hset(a.own("updates"), "order", "x"), "endpoint:", "of which no update waits"),
    "kept for ever": (
        lambda a: a.delivery("ended"),
        "delivery:",
        "never expires",
    ),
    "a replay of none": (lambda a: a.client.zadd(a.key("replays"), {"x": 0}), "replays", "gets no old events"),
    "a replay that nobody goes on with": (
        lambda a: a.client.hset(a.own(), "replay_at", "0-0"),
        "replays",
        "which gets old events",
    ),
    "a request that is known for ever": (
        lambda a: a.client.hset(a.key("endpoint-idempotency:c:k"), "endpoint", "x"),
        "endpoint-idempotency:c:k",
        "never expires",
    ),
    "of no endpoint": (
        lambda a: a.client.hset(a.key("delivery:x"), mapping={"status": "waiting", "endpoint": "x"}),
        "delivery:x",
        "endpoint is gone",
    ),
    "a part of no endpoint": (
        lambda a: a.client.zadd(a.key("endpoint:x:due"), {"y": 1}),
        "endpoint:x:due",
        "endpoint is gone",
    ),
}


@pytest.mark.parametrize("case", DAMAGE, ids=str)
async def test_damage_is_found_and_mended(damaged, case):
    damage, key, wrong = DAMAGE[case]
    found = await damage(damaged)
    if case == "kept for ever":
        await damaged.client.persist(found)

    differences = await damaged.differences()
    assert [each for each in differences if each[0].startswith(key) and wrong in each[1]], differences

    await damaged.maintenance.repair(damaged.world.account)
    assert await damaged.differences() == []


async def test_a_repair_loses_no_delivery(damaged):
    await damaged.client.delete(damaged.own("due"), damaged.key("due:deliver"), damaged.own("sending"))
    await damaged.maintenance.repair(damaged.world.account)
    assert await damaged.client.zcard(damaged.own("due")) == 2
    assert await damaged.client.zscore(damaged.key("due:deliver"), damaged.endpoint) is not None


async def test_a_removal_that_was_broken_off_is_no_damage_and_goes_on(damaged, monkeypatch):
    from service.store.events import endpoints  # noqa: PLC0415

    monkeypatch.setattr(endpoints, "_CHUNK", 1)
    store, account = damaged.world.desk.store, damaged.world.account
    key = damaged.own()
    assert await store.run(endpoints.REMOVE_ENDPOINT, account, key, damaged.endpoint, 1) == "more"
    assert await damaged.differences() == []
    assert not (await damaged.world.api.get(door(damaged.world, {"id": damaged.endpoint}))).json()["enabled"]
    assert await endpoints.remove(store, account, damaged.endpoint)
    assert await damaged.differences() == []
    assert not await damaged.client.exists(key)
