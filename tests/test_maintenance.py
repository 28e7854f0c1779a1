"""An account is verified while it lives: whatever moves under the reader is never told as a difference."""

from __future__ import annotations

import asyncio
import random

import rig

from service.kinds import shelf
from service.maintenance import Maintenance
from service.store import keys, purging
from service.store.accepting import SAFETY_MS

NUMBERS = [f"20155502{at:02d}" for at in range(8)]


def told(walk):
    return [(each.key, each.wrong) for each in walk.findings]


async def submit_any(world, chance):
    """Submit an order of any kind; most of them meet others on their numbers."""
    kind = chance.choice(["tn-options", "tn-options", *shelf()])
    body = dict(shelf()[kind].example)
    if kind == "tn-options":
        body = {"groups": [{"telephone_numbers": chance.sample(NUMBERS, chance.randint(1, 4)), "sms": "on"}]}
    headers = {"Idempotency-Key": f"key-{chance.random()}"} if chance.random() < 0.5 else {}
    answer = await world.api.post(f"{world.orders}/{kind}", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def live(world, chance, orders=30):
    """A busy life: orders come while others are sent, cancelled, called back about and checked."""
    made = []
    for _ in range(orders):
        made.append(await submit_any(world, chance))
        if chance.random() < 0.3:
            await world.api.post(f"{world.orders}/{chance.choice(made)}/cancel", json={})
        if chance.random() < 0.5:
            await world.turn()
    return made


async def end_all(world, order_ids):
    for each in order_ids:
        await world.ended(each, seconds=60)


async def verified(world):
    return await Maintenance(world.desk.store, world.settings).verify(world.account)


async def test_an_account_verifies_clean_in_the_midst_of_a_busy_life_and_at_its_end(world):
    await world.subscribe()
    chance = random.Random(3)
    made = await live(world, chance)
    assert told(await verified(world)) == []
    await end_all(world, made)
    walk = await verified(world)
    assert told(walk) == []
    assert walk.keys > 100


async def test_a_reader_beside_the_running_service_tells_nothing(world):
    await world.subscribe()
    walks = []

    async def life(seed):
        chance, made = random.Random(seed), []
        while len(walks) < 5:
            made += await live(world, chance, orders=3)
        await end_all(world, made)

    living = asyncio.gather(life(5), life(6))
    while not living.done():
        walks.append(told(await verified(world)))
    await living
    assert [walk for walk in walks if walk] == []


async def test_a_repair_beside_the_running_service_mends_and_breaks_nothing(world):
    client, maintenance = world.desk.store.client, Maintenance(world.desk.store, world.settings)
    living = asyncio.create_task(live(world, random.Random(7), orders=20))
    while not living.done():
        for each in ("line:options", "due:submit", "orders:held", "line:options:waiting"):
            await client.delete(f"{keys.prefix(world.account)}{each}")
        await maintenance.repair(world.account)
    made = await living
    done = await maintenance.repair(world.account)
    assert told(done.remaining) == []
    # whose turn came while its line was damaged is called by nobody: its safety look finds it
    world.desk.store.offset += SAFETY_MS
    await end_all(world, made)
    assert told(await verified(world)) == []


async def test_orders_that_are_purged_beside_the_running_service_leave_no_difference(world):
    await world.subscribe()
    store, walks = world.desk.store, []
    living = asyncio.create_task(live(world, random.Random(11), orders=25))
    while not living.done():
        await purging.sweep(store, world.account, 0)
        walks.append(told(await verified(world)))
    await living

    async def all_are_gone():
        await world.turn()
        await purging.sweep(store, world.account, 0)
        return not await store.client.exists(keys.index(world.account))

    await rig.until(all_are_gone, 60)
    assert [walk for walk in [*walks, told(await verified(world))] if walk] == []
    left = {key.split(":")[1] for key in await store.client.keys(f"{keys.prefix(world.account)}*")}
    assert not left & {
        "order",
        "orders",
        "tn",
        "reference",
        "bandwidth",
        "idempotency",
        "line",
        "due",
        "ended",
        "purging",
    }


async def test_progress_is_told_page_by_page(world):
    await submit_any(world, random.Random(1))
    seen = []
    walk = await Maintenance(world.desk.store, world.settings).verify(
        world.account, lambda *how_far: seen.append(how_far)
    )
    assert seen[-1] == (walk.keys, 0)


async def test_nothing_of_another_account_is_looked_at(world):
    await submit_any(world, random.Random(1))
    walk = await Maintenance(world.desk.store, world.settings).verify(world.account[:-1])
    assert walk.keys == 0
