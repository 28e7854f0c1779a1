"""What was delivered, given up or never made is delivered again: one event, or all since a time; with the same ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import receiver as receivers
from event_steps import bring, deliveries, door, later, listen, ping, seen, stream
from test_fan_out import fan_out, shown, tell

from service.store import keys
from service.store.events import replays
from service.store.server.connecting import connect_blocking


@pytest.fixture
async def endpoint(world, receiver):
    return await listen(world, receiver)


def ago(**time):
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


async def replay(world, endpoint, delivery):
    return await world.api.post(door(world, endpoint, f"deliveries/{delivery['id']}/replay"))


async def replay_since(world, endpoint, **body):
    return await world.api.post(door(world, endpoint, "replay"), json={"since": ago(minutes=1), **body})


async def ended(world, endpoint):
    """One delivery that has ended."""
    await ping(world, endpoint)
    await bring(world)
    (found,) = await deliveries(world, endpoint)
    return found


@pytest.mark.parametrize("status", ["delivered", "given_up"])
async def test_what_has_ended_is_sent_again_with_its_id(world, receiver, endpoint, status):
    receiver.answer = lambda _told: 200 if status == "delivered" else 410
    first = await ended(world, endpoint)
    assert first["status"] == status
    receiver.answer = lambda _told: 200
    await world.api.patch(door(world, endpoint), json={"enabled": True})
    # of longer ago than an event may wait
    await world.desk.store.client.hset(keys.delivery(world.account, first["id"]), "made_at", 5)

    answer = await replay(world, endpoint, first)
    again = answer.json()
    assert (answer.status_code, again["id"], again["status"], again["ended_at"]) == (202, first["id"], "waiting", None)
    assert again["replayed_at"] > again["made_at"]
    await bring(world)
    assert [each.id for each in receiver.told] == [first["event_id"]] * 2
    (last,) = await deliveries(world, endpoint)
    assert (last["status"], len(last["attempts"])) == ("delivered", 2)
    assert (await world.api.get(door(world, endpoint, f"deliveries/{first['id']}"))).json() == last


async def test_one_that_is_sent_again_has_the_whole_ladder_before_it(world, receiver, endpoint):
    first = await ended(world, endpoint)
    await world.desk.store.client.hset(keys.delivery(world.account, first["id"]), "attempts", 11)
    receiver.answer = lambda _told: 500
    await replay(world, endpoint, first)
    await bring(world)
    later(world, 7)
    await bring(world)
    (waiting,) = await deliveries(world, endpoint)
    assert (waiting["status"], [each["status"] for each in waiting["attempts"]]) == ("waiting", [200, 500, 500])


async def test_of_one_that_is_sent_again_and_again_the_newest_hundred_attempts_are_kept(world, receiver, endpoint):
    first = await ended(world, endpoint)
    key = keys.delivery(world.account, first["id"])
    tries = ",".join(f'{{"at":{at},"error":"\\"at\\": {at}","seconds":0.1}}' for at in range(150))
    await world.desk.store.client.hset(key, "tries", tries)
    kept = (await replay(world, endpoint, first)).json()["attempts"]
    assert len(kept) == 100
    assert kept[0]["at"] == "1970-01-01T00:00:00.050Z"


async def test_one_that_waits_is_not_sent_again_nor_is_one_of_an_endpoint_that_is_off(world, receiver, endpoint):
    first = await ended(world, endpoint)
    assert (await replay(world, endpoint, first)).status_code == 202
    again = await replay(world, endpoint, first)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/delivery-waits")
    await bring(world)
    await world.api.patch(door(world, endpoint), json={"enabled": False})
    off = await replay(world, endpoint, first)
    assert (off.status_code, off.json()["type"]) == (409, "/problems/endpoint-off")
    assert (await replay_since(world, endpoint)).json()["type"] == "/problems/endpoint-off"


async def test_an_update_that_is_sent_again_gives_way_to_a_newer_one(world, receiver, endpoint):
    await tell(world, ("order.updated", "a", 2))
    await bring(world)
    (first,) = await deliveries(world, endpoint)
    await replay(world, endpoint, first)
    await tell(world, ("order.updated", "a", 3))
    await fan_out(world)
    assert await shown(world, endpoint) == [
        ("order.updated", "a", 2, "replaced"),
        ("order.updated", "a", 3, "waiting"),
    ]
    # and when the newer one waits already, it is sent all the same: a person asked for it
    await replay(world, endpoint, first)
    await bring(world)
    assert sorted(each.version for each in receiver.told) == [2, 2, 3]
    assert not await world.desk.store.client.exists(keys.endpoint(world.account, endpoint["id"], "updates"))


async def test_every_event_since_then_is_delivered_again_with_the_same_ids(world, receiver, endpoint):
    await tell(world, ("order.accepted", "a", 1), ("order.updated", "a", 2), ("order.completed", "a", 3))
    await bring(world)
    first = {each.id for each in receiver.told}
    receiver.told.clear()

    answer = await replay_since(world, endpoint)
    begun = answer.json()
    assert (answer.status_code, begun["whole"], begun["ended_at"], begun["deliveries"]) == (202, True, None, 0)
    assert begun["starts_at"] >= begun["since"]
    assert await world.desk.events.courier.are_pending(world.account)
    await bring(world)
    assert {each.id for each in receiver.told} == first
    assert len(receiver.told) == 3
    done = (await seen(world, endpoint))["replay"]
    assert (done["deliveries"], done["ended_at"] is None, done["reached_at"] >= done["starts_at"]) == (3, False, True)
    assert not await world.desk.events.courier.are_pending(world.account)


async def test_a_new_endpoint_gets_what_happened_before_it_was_made(world, receiver, other, endpoint):
    await tell(world, ("order.accepted", "a", 1), ("order.completed", "b", 2, "lidb", "complete"))
    await bring(world)
    late = await listen(world, other, kinds=["lidb"])
    await replay_since(world, late)
    await bring(world)
    assert [each.order_id for each in other.told] == ["b"]
    assert len(receiver.told) == 2


async def test_a_replay_is_about_some_types_only_where_it_says_so(world, receiver, endpoint):
    await tell(world, ("order.accepted", "a", 1), ("order.completed", "a", 2))
    await bring(world)
    receiver.told.clear()
    assert (await replay_since(world, endpoint, types=["order.completed"])).json()["types"] == ["order.completed"]
    await bring(world)
    assert [each.type for each in receiver.told] == ["order.completed"]
    nothing = (await replay_since(world, endpoint, since=ago(seconds=0))).json()
    assert nothing["starts_at"] is None
    await bring(world)
    assert (await seen(world, endpoint))["replay"]["deliveries"] == 0


async def test_what_is_older_than_events_are_kept_is_said_to_be_gone(world, receiver, endpoint):
    await tell(world, ("order.accepted", "a", 1))
    await fan_out(world)
    begun = (await replay_since(world, endpoint, since=ago(days=30))).json()
    assert (begun["whole"], begun["starts_at"] > begun["since"]) == (False, True)
    assert (await replay_since(world, endpoint)).json()["type"] == "/problems/replay-under-way"


async def test_a_replay_makes_few_at_a_time_and_goes_on_when_they_are_delivered(world, receiver, endpoint):
    """A second process, or the next tick of the clock, goes on where it is."""
    receiver.answer = lambda _told: 500
    await tell(world, *(("order.accepted", f"o{at:04d}", 1) for at in range(350)))
    await world.desk.store.client.set(f"{{{world.account}}}:events:cursor", "9999999999999-0")
    await replay_since(world, endpoint)
    steps = [await replays.go_on(world.desk.store, world.account, endpoint["id"]) for _ in range(11)]
    assert steps == [(50, "more")] * 6 + [(0, "waits")] * 5
    assert not await world.desk.events.replays.go_on(world.account)
    assert (await seen(world, endpoint))["waiting"] == 300

    receiver.answer = lambda _told: 200
    await bring(world)
    assert len(receiver.told) == 350
    assert (await seen(world, endpoint))["replay"]["ended_at"] is not None


async def test_while_the_endpoint_is_off_a_replay_waits_and_with_it_it_goes(world, receiver, endpoint):
    await tell(world, ("order.accepted", "a", 1))
    await bring(world)
    await replay_since(world, endpoint)
    await world.api.patch(door(world, endpoint), json={"enabled": False})
    assert not await world.desk.events.courier.are_pending(world.account)
    assert await replays.go_on(world.desk.store, world.account, endpoint["id"]) == (0, "waits")
    await world.api.patch(door(world, endpoint), json={"enabled": True})
    assert await world.desk.events.courier.are_pending(world.account)
    await world.api.delete(door(world, endpoint))
    assert not await world.desk.store.client.exists(keys.replays(world.account))
    assert await replays.go_on(world.desk.store, world.account, endpoint["id"]) == (0, "gone")


async def test_the_heaviest_step_makes_no_more_than_a_thousand_calls(world, receiver, endpoint):
    """Fifty updates that have ended are due again, each in the place of an older one whose sender died."""
    await tell(world, *(("order.updated", f"o{at:02d}", 3) for at in range(50)))
    await bring(world)
    client, cursor = world.desk.store.client, f"{{{world.account}}}:events:cursor"
    await tell(world, *(("order.updated", f"o{at:02d}", 2) for at in range(50)))
    await fan_out(world)
    await client.set(cursor, (await client.xrange(keys.events(world.account)))[49][0])
    await replay_since(world, endpoint)
    with connect_blocking(world.settings.redis_url) as asking:
        asking.config_resetstat()
        step = await replays.go_on(world.desk.store, world.account, endpoint["id"])
        stats = asking.info("commandstats")
    assert step == (50, "more")
    assert sum(each["calls"] for each in stats.values()) < 1_000
    assert len(await stream(world)) == 100


WRONG = {
    "no time": ({}, ["/since"]),
    "a time without its zone": ({"since": "2026-01-01T00:00:00"}, ["/since"]),
    "a time that is none": ({"since": "yesterday"}, ["/since"]),
    "a number": ({"since": 1700000000}, ["/since"]),
    "a time to come": ({"since": "2999-01-01T00:00:00Z"}, ["/since"]),
    "a type that is none": ({"since": "2026-01-01T00:00:00Z", "types": ["x"]}, ["/types/0"]),
    "more": ({"since": "2026-01-01T00:00:00Z", "until": "x"}, ["/until"]),
    "a list": ([], [""]),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
async def test_a_replay_of_nonsense_is_refused_with_every_wrong_field(world, endpoint, case):
    body, pointers = WRONG[case]
    answer = await world.api.post(door(world, endpoint, "replay"), json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-replay")
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers
    assert (await seen(world, endpoint))["replay"] is None


async def test_the_first_moment_of_all_is_a_time_too(world, endpoint):
    assert (await replay_since(world, endpoint, since="0001-01-01T00:00:00+23:00")).json()["whole"] is False


@pytest.mark.parametrize("made_up", ["evt_x", "%00", "a" * 3000, "..%2f..%2fx", "é"])
async def test_a_delivery_that_is_not_the_endpoints_is_404(world, receiver, endpoint, made_up):
    with receivers.receiver() as another:
        foreign = await listen(world, another)
    theirs = await ping(world, foreign)
    for delivery in (made_up, theirs["id"]):
        for method, part in (("GET", ""), ("POST", "/replay")):
            answer = await world.api.request(method, door(world, endpoint, f"deliveries/{delivery}{part}"))
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
