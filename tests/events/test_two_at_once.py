"""Beside each other: long backlogs and new events, one account and another, secrets of an old key and of the new."""

from __future__ import annotations

import threading

import pytest
import rig
from event_steps import bring, deliveries, door, later, listen, listening, ping
from test_fan_out import fan_out, tell

from service.store import keys
from service.store.events import deliveries as kept
from service.store.events import endpoints
from workers import deliver

DAY = 86_400


async def calls(world, work):
    """How many single-key calls a script makes."""
    client = world.desk.store.client
    uncounted = ("eval", "info", "config", "script")
    await client.config_resetstat()
    await work
    stats = await client.info("commandstats")
    return sum(each["calls"] for name, each in stats.items() if not any(no in name for no in uncounted))


async def test_the_heaviest_fan_out_makes_no_more_than_a_thousand_calls(world, receiver):
    """Every endpoint has an older update whose sender died, as many ended deliveries as are kept, and no room."""
    made = [await listen(world, receiver) for _ in range(endpoints.MOST)]
    client = world.desk.store.client
    await tell(world, ("order.updated", "a", 2))
    await fan_out(world)
    await world.desk.events.courier.take(world.account, 250)
    later(world, 60)
    for each in made:
        await client.zadd(
            keys.endpoint(world.account, each["id"], "ended"), {f"old{at:04d}": at for at in range(1_000)}
        )
        await client.zadd(
            keys.endpoint(world.account, each["id"], "sending"), {f"on-its-way-{at}": 9e15 for at in range(5)}
        )
    await tell(world, ("order.updated", "a", 3))

    assert await calls(world, kept.fan_out(world.desk.store, world.account)) < 1_000
    assert (await deliveries(world, made[0]))[0]["data"]["version"] == 3


@pytest.fixture
async def week_old(world, receiver):
    """Every endpoint has deliveries that have waited for too long."""
    made = [await listen(world, receiver) for _ in range(endpoints.MOST)]
    for at in range(6):
        await tell(world, ("order.accepted", f"o{at}", 1))
    await fan_out(world)
    later(world, 8 * DAY)
    return made


@pytest.mark.usefixtures("week_old")
async def test_what_has_waited_for_too_long_ends_in_scripts_of_a_thousand_calls(world):
    store = world.desk.store
    run, most = store.run, []

    async def counted(*arguments):
        done = []

        async def one():
            done.append(await run(*arguments))

        most.append(await calls(world, one()))
        return done[0]

    store.run = counted
    assert await world.desk.events.courier.take(world.account, 250) == []
    assert max(most) < 1_000


async def test_what_has_waited_for_too_long_keeps_nothing_new_back(world, receiver, week_old):
    await world.desk.events.endpoints.ping(world.account, week_old[0]["id"])
    await bring(world)
    assert [each.type for each in receiver.told] == ["ping"]
    assert not await world.desk.store.client.exists(keys.due_deliver(world.account))


async def test_after_a_rotation_a_secret_of_another_key_signs_no_longer_and_keeps_nothing_back(world, receiver):
    endpoint = await listen(world, receiver)
    await world.desk.store.client.hset(
        keys.endpoint(world.account, endpoint["id"]), "secret", world.desk.requests._sealer.seal("whsec_x", "another")
    )
    receiver.secrets[:] = [(await world.api.post(door(world, endpoint, "rotate"))).json()["secret"]]
    await ping(world, endpoint)
    await bring(world)
    assert [each.verified for each in receiver.told] == [tuple(receiver.secrets)]


async def test_endpoints_of_one_account_that_are_slow_hold_up_no_other_account(valkey, receiver, other, monkeypatch):
    monkeypatch.setattr(deliver, "SLOTS", 5)
    mine, theirs = rig.new_account(), rig.new_account()
    release, heard = threading.Event(), threading.Event()
    receiver.answer = lambda _told: release.wait(10) and 200
    other.answer = lambda _told: heard.set() or 200
    async with listening(valkey, accounts=(mine, theirs), lease_seconds=20, exchange_seconds=10) as world:
        slow = await listen(world, receiver)
        for _ in range(20):
            await ping(world, slow)
        world.account = theirs
        quick = await listen(world, other)
        await ping(world, quick)
        threading.Thread(target=lambda: (heard.wait(3), release.set())).start()
        await deliver.Deliveries(world.desk, mine, release.is_set).run()
    assert heard.is_set()


async def test_a_round_that_is_told_to_stop_leaves_events_to_the_next(world, receiver):
    endpoint = await listen(world, receiver)
    await tell(world, *(("order.accepted", f"o{at:03d}", 1) for at in range(200)))
    stopping = iter([False, False, *[True] * 100])
    await deliver.Deliveries(world.desk, world.account, lambda: next(stopping)).run()
    made = await deliveries(world, endpoint)
    assert 0 < len(made) < 200
