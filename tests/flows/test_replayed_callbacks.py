"""An operator has kept callbacks heard again: what was given up on is fetched, what is known by now is told."""

from __future__ import annotations

import pytest
from test_callbacks_are_hints import notification
from test_orders_placed_elsewhere import place

from service.maintenance import Maintenance
from service.store import keys, purging
from workers.clock import Silence, tick

DAY_MS = 86_400_000


class Killed(BaseException):
    """Whoever swept is dead: nothing that it would have done afterwards is done."""


def orphans(world):
    return f"/v1/accounts/{world.account}/orphans"


async def replay(world, key):
    answer = await world.api.post(f"{orphans(world)}/{key}/replay")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def verified(world):
    walk = await Maintenance(world.desk.store, world.settings).verify(world.account)
    return [(each.key, each.wrong) for each in walk.findings]


async def test_an_order_placed_elsewhere_that_was_tried_long_enough_is_fetched_once_it_is_replayed(world):
    bandwidth_order_id = await place(world, "2015551901")
    await world.callback(notification(bandwidth_order_id, "PROCESSING"))
    member = f"tn-options/{bandwidth_order_id}"
    await world.desk.store.client.zadd(keys.due_adopt(world.account), {member: 9e12})
    await world.desk.store.client.hset(keys.adopt_tries(world.account), member, 20)
    await world.turn()
    (shown,) = (await world.api.get(orphans(world))).json()["orphans"]
    assert shown["adoption"]["tries"] == 20
    assert (await world.api.get(world.orders)).json()["orders"] == []

    told = await replay(world, shown["key"])
    await world.turn()

    assert (told["outcome"], told["adoption_due"]) == ("kept", True)
    (order,) = (await world.api.get(world.orders)).json()["orders"]
    assert (order["origin"], order["bandwidth_order_id"]) == ("external", bandwidth_order_id)
    assert (await world.api.get(orphans(world))).json()["orphans"] == []
    assert (await world.ended(order["id"]))["state"] == "complete"
    assert await verified(world) == []


@pytest.mark.parametrize("status", ["COMPLETE", "FAILED", "CANCELLED"])
async def test_a_replayed_end_ends_nothing_that_bandwidths_own_order_does_not_show(world, status):
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await world.until(order["id"], "processing")
    name = f"{keys.prefix(world.account)}orphan:{order['bandwidth_order_id']}"
    await world.callback(notification("another", status))
    await world.desk.store.client.rename(f"{keys.prefix(world.account)}orphan:another", name)
    await world.desk.store.client.zadd(keys.orphans(world.account), {f"orphan:{order['bandwidth_order_id']}": 1})

    told = await replay(world, f"order:{order['bandwidth_order_id']}")
    await world.turn()

    assert (told["outcome"], told["order_id"]) == ("applied", order["id"])
    assert [each["outcome"] for each in told["callbacks"]] == ["new"]
    after = await world.order(order["id"])
    assert (after["state"], after["announced"], after["counts"]["pending"]) == ("processing", status, 1)
    assert (await world.api.post(f"{orphans(world)}/order:{order['bandwidth_order_id']}/replay")).status_code == 404


async def test_an_uncertain_order_is_found_by_the_search_that_a_replay_brings_to_now(world):
    await world.faults(accept_then_reset=1.0)
    order = await world.submit([{"telephone_numbers": ["2015551902"], "sms": "on"}], customer_order_id="lost")
    await world.look_once("submit")
    await world.faults()
    await world.callback(notification(None, "COMPLETE", reference="lost"))
    client, due = world.desk.store.client, keys.due(world.account, "submit")
    await client.zadd(due, {order["id"]: 9e12})
    await client.hset(keys.order(world.account, order["id"]), "next_look_at", 9_000_000_000_000)
    await world.turn()
    assert (await world.order(order["id"]))["state"] == "uncertain"

    told = await replay(world, "reference:lost")

    assert told["orders_looked_at"] == [order["id"]]
    assert (await world.ended(order["id"]))["state"] == "complete"


async def test_the_clock_purges_what_ended_long_ago_and_two_clocks_do_no_harm(world):
    await world.subscribe()
    ids = [(await world.submit([{"telephone_numbers": [f"20155519{at:02d}"], "sms": "on"}]))["id"] for at in range(4)]
    ended = [await world.ended(each) for each in ids]
    left = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    world.desk.store.offset += world.settings.retention_days * DAY_MS - 60_000
    await tick(world.desk, Silence())
    assert (await world.api.get(f"{world.orders}/{ids[0]}")).status_code == 200

    world.desk.store.offset += 120_000
    for _ in range(2):
        await tick(world.desk, Silence())
        await tick(world.desk, Silence())

    assert [(await world.api.get(f"{world.orders}/{each}")).status_code for each in ids] == [410] * 4
    assert (await world.api.get(f"{world.orders}/{left['id']}")).status_code == 200
    assert await world.desk.store.client.hget(f"{keys.prefix(world.account)}counters", "purged") == "4"
    assert await verified(world) == []
    assert (
        await world.callback(notification(ended[0]["bandwidth_order_id"], "FAILED", note="late"))
    ).status_code == 200
    assert (await world.api.get(orphans(world))).json()["orphans"] == []


async def test_a_clock_that_dies_in_the_midst_of_a_purge_leaves_it_to_the_next(world, monkeypatch):
    numbers = [f"20155{at:05d}" for at in range(purging.CHUNK + 5)]
    order = await world.submit([{"telephone_numbers": numbers, "sms": "on"}])
    await world.ended(order["id"])
    world.desk.store.offset += world.settings.retention_days * DAY_MS
    purge = purging.purge

    async def dies(*given):
        await purge(*given)
        raise Killed

    monkeypatch.setattr(purging, "purge", dies)
    with pytest.raises(Killed):
        await purging.sweep(world.desk.store, world.account, world.settings.retention_days * DAY_MS)
    monkeypatch.setattr(purging, "purge", purge)
    assert (await world.api.get(f"{world.orders}/{order['id']}/numbers")).status_code == 200
    assert await verified(world) == []

    await tick(world.desk, Silence())

    assert (await world.api.get(f"{world.orders}/{order['id']}")).status_code == 410
    assert await verified(world) == []
