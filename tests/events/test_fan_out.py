"""Events become deliveries: once for each endpoint that wants them; newer updates take the place of older ones."""

from __future__ import annotations

import pytest
from event_steps import bring, deliveries, door, later, listen, stream

from service.store import keys
from service.store.events import deliveries as kept


async def tell(world, *events):
    """Put events on the stream as the scripts do: (type, order, version), kind and state if they matter."""
    for type_, order, version, *more in events:
        kind, state = more or ("tn-options", "processing")
        fields = {"type": type_, "id": order, "kind": kind, "state": state, "version": version}
        await world.desk.store.client.xadd(keys.events(world.account), fields)


async def fan_out(world):
    return await world.desk.events.courier.fan_out(world.account)


async def shown(world, endpoint):
    """(type, order, version, status) of an endpoint's deliveries."""
    found = [(each["type"], each["data"], each["status"]) for each in await deliveries(world, endpoint)]
    return sorted((type_, data.get("order_id"), data.get("version"), status) for type_, data, status in found)


async def test_an_endpoint_hears_what_it_wants(world, receiver):
    wants = [{}, {"types": ["order.completed"]}, {"kinds": ["lidb", "dlda"]}, {"enabled": False}]
    everything, ends, names, nothing = [await listen(world, receiver, **each) for each in wants]
    await tell(world, ("order.accepted", "a", 1), ("order.completed", "b", 4, "lidb", "complete"))

    assert await fan_out(world) == 4
    assert await shown(world, everything) == [
        ("order.accepted", "a", 1, "waiting"),
        ("order.completed", "b", 4, "waiting"),
    ]
    assert await shown(world, ends) == await shown(world, names) == [("order.completed", "b", 4, "waiting")]
    assert await shown(world, nothing) == []


async def test_an_endpoint_hears_of_what_happens_after_it_was_made(world, receiver):
    await tell(world, ("order.accepted", "before", 1))
    first = await listen(world, receiver)
    await tell(world, ("order.accepted", "between", 1))
    second = await listen(world, receiver)
    await tell(world, ("order.accepted", "after", 1))

    assert await fan_out(world) == 3
    assert [order for _, order, _, _ in await shown(world, first)] == ["after", "between"]
    assert [order for _, order, _, _ in await shown(world, second)] == ["after"]


async def test_a_fan_out_that_is_repeated_makes_nothing_twice(world, receiver):
    endpoint = await listen(world, receiver)
    start = await world.desk.store.client.get(keys.events(world.account) + ":cursor")
    await tell(world, ("order.accepted", "a", 1), ("order.updated", "a", 2), ("order.updated", "b", 3))
    assert await fan_out(world) == 3
    await bring(world)

    await world.desk.store.client.set(keys.events(world.account) + ":cursor", start)
    assert await fan_out(world) == 0
    await bring(world)
    assert len(receiver.told) == len(await shown(world, endpoint)) == 3


async def test_an_older_event_never_replaces_a_newer_one(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, ("order.updated", "a", 5))
    await fan_out(world)
    await tell(world, ("order.updated", "a", 4))
    assert await fan_out(world) == 0
    assert await shown(world, endpoint) == [("order.updated", "a", 5, "waiting")]


async def test_a_newer_update_replaces_one_that_was_not_delivered(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, ("order.accepted", "a", 1), ("order.updated", "a", 2), ("order.updated", "b", 2))
    await fan_out(world)
    await tell(world, ("order.updated", "a", 3), ("order.completed", "a", 4))
    await fan_out(world)

    assert await shown(world, endpoint) == [
        ("order.accepted", "a", 1, "waiting"),
        ("order.completed", "a", 4, "waiting"),
        ("order.updated", "a", 2, "replaced"),
        ("order.updated", "a", 3, "waiting"),
        ("order.updated", "b", 2, "waiting"),
    ]
    await bring(world)
    assert sorted(each.version for each in receiver.of("a")) == [1, 3, 4]


async def test_of_updates_that_come_together_the_newest_is_made(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, *(("order.updated", "a", version) for version in range(2, 9)))
    assert await fan_out(world) == 1
    assert await shown(world, endpoint) == [("order.updated", "a", 8, "waiting")]


async def test_one_that_is_on_its_way_gets_no_other_attempt_once_a_newer_one_is_there(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, ("order.updated", "a", 2))
    await fan_out(world)
    (given,) = await world.desk.events.courier.take(world.account, 9)
    await tell(world, ("order.updated", "a", 3))
    await fan_out(world)
    assert ("order.updated", "a", 2, "waiting") in await shown(world, endpoint)

    receiver.answer = lambda _told: 500
    assert (await world.desk.events.courier.bring(world.account, given)).status == "replaced"
    assert await shown(world, endpoint) == [
        ("order.updated", "a", 2, "replaced"),
        ("order.updated", "a", 3, "waiting"),
    ]


async def test_one_whose_sender_died_is_not_sent_again_once_a_newer_one_is_there(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, ("order.updated", "a", 2))
    await fan_out(world)
    assert len(await world.desk.events.courier.take(world.account, 9)) == 1
    await tell(world, ("order.updated", "a", 3))
    await fan_out(world)

    later(world, 60)
    await bring(world)
    assert [each.version for each in receiver.told] == [3]
    assert ("order.updated", "a", 2, "replaced") in await shown(world, endpoint)


async def test_more_events_than_one_script_takes_are_all_made(world, receiver):
    endpoints = [await listen(world, receiver) for _ in range(3)]
    await tell(world, *(("order.accepted", f"o{at:03d}", 1) for at in range(240)))

    made, more = await kept.fan_out(world.desk.store, world.account)
    assert (made, more) == (48, True)
    assert await fan_out(world) == 3 * 240 - 48
    assert await world.desk.store.client.zcard(keys.endpoint(world.account, endpoints[0]["id"], "due")) == 240
    assert await kept.fan_out(world.desk.store, world.account) == (0, False)


async def test_without_endpoints_nothing_is_made_and_nothing_waits(world, receiver):
    await tell(world, ("order.accepted", "a", 1))
    assert await fan_out(world) == 0
    assert not await world.desk.events.courier.are_pending(world.account)
    endpoint = await listen(world, receiver)
    assert (await world.api.delete(door(world, endpoint))).status_code == 204
    assert not await world.desk.events.courier.are_pending(world.account)


async def test_events_that_only_endpoints_that_are_off_would_hear_are_passed_over(world, receiver):
    await listen(world, receiver, enabled=False)
    await tell(world, ("order.accepted", "a", 1))
    assert await world.desk.events.courier.are_pending(world.account)
    assert await fan_out(world) == 0
    assert not await world.desk.events.courier.are_pending(world.account)


@pytest.mark.parametrize("endpoints", [50])
async def test_no_script_makes_more_than_a_thousand_calls(world, receiver, endpoints):
    """The heaviest: as many endpoints as there may be, and an older update to replace at each."""
    for _ in range(endpoints):
        await listen(world, receiver)
    client = world.desk.store.client

    async def calls(work):
        before = await client.info("commandstats")
        await work
        after = await client.info("commandstats")
        return sum(each["calls"] for each in after.values()) - sum(each["calls"] for each in before.values())

    await tell(world, ("order.updated", "a", 2))
    assert await calls(kept.fan_out(world.desk.store, world.account)) < 1_000
    await tell(world, ("order.updated", "a", 3))
    assert await calls(kept.fan_out(world.desk.store, world.account)) < 1_000
    assert await calls(world.desk.events.courier.take(world.account, 250)) < 1_000
    assert len(await stream(world)) == 2
