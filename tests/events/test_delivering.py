"""An event is brought until it is taken: signed, with one id, later and later; who fails holds up nobody else."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest
from event_steps import bring, deliveries, door, later, listen, listening, ping, seen
from rig import until

from service.errors import StoreUnavailable
from service.events import courier as couriers
from service.events import ladder
from service.store import keys
from service.store.events import deliveries as kept

HOUR, DAY = 3_600, 86_400
#: milliseconds within which a rotation is taken for the one before, repeated
REPEATED_MS = 600_000
#: longer than the wait after a first failure
SOON = 10


@pytest.fixture
async def endpoint(world, receiver):
    return await listen(world, receiver)


async def only(world, endpoint):
    (found,) = await deliveries(world, endpoint)
    return found


async def test_an_order_is_told_of_thinly_and_signed(world, receiver, endpoint):
    order = await world.submit(metadata={"whose": "a secret of the client"})
    await world.ended(order["id"])
    await bring(world)

    ended = await world.order(order["id"])
    (first, *_, last) = sorted(receiver.of(order["id"]), key=lambda each: each.version)
    assert all(each.verified == (receiver.secrets[0],) for each in receiver.told)
    assert (first.type, first.version, last.type) == ("order.accepted", 1, "order.completed")
    assert last.body == {
        "type": "order.completed",
        "id": f"evt_{order['id']}_{ended['version']}",
        "timestamp": last.body["timestamp"],
        "data": {
            "order_id": order["id"],
            "account_id": world.account,
            "kind": "tn-options",
            "state": "complete",
            "version": ended["version"],
        },
    }
    assert last.body["timestamp"][:19] == ended["completed_at"][:19]
    assert b"2015551234" not in b"".join(each.raw for each in receiver.told)
    assert {each["status"] for each in await deliveries(world, endpoint)} <= {"delivered", "replaced"}


async def test_a_ping_is_delivered_as_all_others(world, receiver, endpoint):
    pinged = await ping(world, endpoint)
    assert (pinged["type"], pinged["status"], pinged["attempts"]) == ("ping", "waiting", [])
    assert pinged["next_attempt_at"] == pinged["made_at"]
    await bring(world)
    (told,) = receiver.told
    assert (told.type, told.id, len(told.verified)) == ("ping", pinged["event_id"], 1)
    shown = await only(world, endpoint)
    assert (shown["status"], shown["attempts"][0]["status"], shown["next_attempt_at"]) == ("delivered", 200, None)


async def test_what_is_refused_is_attempted_eleven_times_with_one_id_and_then_given_up(world, receiver, endpoint):
    receiver.answer = lambda _told: 500
    await ping(world, endpoint)
    for made, longest in enumerate([*ladder.WAITS, DAY], 1):
        await bring(world)
        assert len(receiver.told) == made
        shown = await only(world, endpoint)
        assert shown["status"] == ("waiting" if made < 11 else "given_up")
        later(world, longest * 0.8)
        await bring(world)
        assert len(receiver.told) == made
        later(world, longest * 0.3 + 1)
    await bring(world)

    assert len(receiver.told) == len(shown["attempts"]) == 11
    assert {each.id for each in receiver.told} == {shown["event_id"]}
    assert {each["status"] for each in shown["attempts"]} == {500}
    assert (await seen(world, endpoint))["failing_since"] is not None


async def test_every_attempt_is_signed_with_its_own_time(world, receiver, endpoint):
    """A receiver refuses what was signed long ago."""
    receiver.answer = lambda _told: 500 if len(receiver.told) == 1 else 200
    await ping(world, endpoint)
    await bring(world)
    await until(lambda: asyncio.sleep(0.05, time.time() >= int(receiver.told[0].timestamp) + 1))
    later(world, SOON)
    await bring(world)
    first, second = receiver.told
    assert first.id == second.id
    assert int(second.timestamp) > int(first.timestamp)
    assert second.verified


async def test_as_long_as_the_receiver_asks_nothing_is_sent(world, receiver, endpoint):
    receiver.answer = lambda _told: (503, {"Retry-After": "120"})
    await ping(world, endpoint)
    await bring(world)
    receiver.answer = lambda _told: 200
    await ping(world, endpoint)
    later(world, 110)
    await bring(world)
    assert len(receiver.told) == 1
    later(world, 15)
    await bring(world)
    assert len(receiver.told) == 3
    assert {each["status"] for each in await deliveries(world, endpoint)} == {"delivered"}


async def test_410_switches_off_and_the_others_are_told(world, receiver, other, endpoint):
    listener = await listen(world, other, types=["endpoint.disabled"])
    receiver.answer = lambda _told: 410
    await ping(world, endpoint)
    await bring(world)

    shown = await seen(world, endpoint)
    assert (shown["enabled"], shown["switched_off"]["why"]) == (False, "gone")
    assert (await only(world, endpoint))["status"] == "given_up"
    (told,) = other.told
    assert told.type == "endpoint.disabled"
    assert told.body["data"] == {"endpoint_id": endpoint["id"], "account_id": world.account, "why": "gone"}
    assert (await seen(world, listener))["enabled"]
    assert (await world.api.post(door(world, endpoint, "ping"))).json()["type"] == "/problems/endpoint-off"


async def test_what_an_attempt_makes_due_while_its_courier_looks_is_brought_in_the_same_round(
    world, receiver, other, endpoint, monkeypatch
):
    await listen(world, other, types=["endpoint.disabled"])
    courier, looked = world.desk.events.courier, threading.Event()
    fan_out = courier.fan_out

    async def and_then_the_attempt_ends(*arguments):
        made = await fan_out(*arguments)
        if receiver.told and not looked.is_set():
            looked.set()
            await until(lambda: is_off(world, endpoint))
        return made

    receiver.answer = lambda _told: 410 if looked.wait(10) else 500
    monkeypatch.setattr(courier, "fan_out", and_then_the_attempt_ends)
    await ping(world, endpoint)
    await bring(world)
    assert [each.type for each in other.told] == ["endpoint.disabled"]


async def is_off(world, endpoint):
    return not (await seen(world, endpoint))["enabled"]


async def test_who_fails_for_days_is_switched_off_and_the_others_are_told(valkey, receiver, other):
    async with listening(valkey, delivery_factor=0.01) as world:
        endpoint = await listen(world, receiver)
        await listen(world, other, types=["endpoint.disabled"])
        receiver.answer = lambda _told: 500
        await ping(world, endpoint)
        await bring(world)
        later(world, 4.9 * DAY * 0.01)
        await bring(world)
        assert (await seen(world, endpoint))["enabled"]
        later(world, 0.2 * DAY * 0.01)
        await bring(world)
        assert (await seen(world, endpoint))["switched_off"]["why"] == "failing"
        assert [(each.type, each.body["data"]["why"]) for each in other.told] == [("endpoint.disabled", "failing")]


async def test_what_waited_goes_on_once_the_endpoint_is_switched_on(world, receiver, endpoint):
    receiver.answer = lambda _told: 500
    await ping(world, endpoint)
    await bring(world)
    await world.api.patch(door(world, endpoint), json={"enabled": False})
    later(world, SOON)
    receiver.answer = lambda _told: 200
    await bring(world)
    assert len(receiver.told) == 1

    shown = (await world.api.patch(door(world, endpoint), json={"enabled": True})).json()
    assert (shown["switched_off"], shown["failing_since"]) == (None, None)
    await bring(world)
    assert [each.id for each in receiver.told] == [receiver.told[0].id] * 2
    assert (await only(world, endpoint))["status"] == "delivered"


async def test_what_has_waited_for_a_week_is_sent_to_nobody(world, receiver, endpoint):
    await ping(world, endpoint)
    await world.api.patch(door(world, endpoint), json={"enabled": False})
    later(world, 8 * DAY)
    await world.api.patch(door(world, endpoint), json={"enabled": True})
    await bring(world)
    assert receiver.told == []
    assert (await only(world, endpoint))["status"] == "given_up"


async def test_one_that_hangs_holds_up_no_other_and_gets_few_at_once(world, receiver, other, endpoint):
    release, at_once = threading.Event(), []

    def hang(_told):
        at_once.append(1)
        release.wait(10)
        return 200

    receiver.answer = hang
    quick = await listen(world, other)
    for _ in range(8):
        await ping(world, endpoint)
        await ping(world, quick)
    round_ = asyncio.create_task(bring(world))

    async def others_are_done():
        return len(other.told) == 8 and len(at_once) == 5

    try:
        await until(others_are_done, 2)
        await ping(world, quick)
        await until(lambda: asyncio.sleep(0.01, len(other.told) == 9), 2)
        assert (len(at_once), round_.done()) == (5, False)
    finally:
        release.set()
        await round_
    assert len(receiver.told) == 8


async def test_while_one_fails_a_single_event_tries_it_and_its_success_frees_the_rest(world, receiver, endpoint):
    receiver.answer = lambda _told: 500
    for _ in range(20):
        await ping(world, endpoint)
    given = await world.desk.events.courier.take(world.account, 60)
    assert len(given) == 5
    # an endpoint that has all it may have is not looked at again and again
    assert not await world.desk.events.courier.are_pending(world.account)
    await asyncio.gather(*(world.desk.events.courier.bring(world.account, each) for each in given))
    assert await world.desk.events.courier.take(world.account, 60) == []

    later(world, SOON)
    (single,) = await world.desk.events.courier.take(world.account, 60)
    receiver.answer = lambda _told: 200
    await world.desk.events.courier.bring(world.account, single)
    assert (await seen(world, endpoint))["failing_since"] is None
    await bring(world)
    assert (await seen(world, endpoint))["waiting"] == 0
    assert len(receiver.told) == 5 + 20


async def test_a_delivery_whose_sender_died_is_another_ones_after_the_lease(world, receiver, endpoint):
    await ping(world, endpoint)
    (lost,) = await world.desk.events.courier.take(world.account, 9)
    await bring(world)
    assert receiver.told == []

    later(world, 4)
    assert await world.desk.events.courier.are_pending(world.account)
    await bring(world)
    assert [each.id for each in receiver.told] == [lost.event.id]
    assert (await world.desk.events.courier.bring(world.account, lost)).outcome == "stale"
    assert {each.id for each in receiver.told} == {lost.event.id}
    assert len((await only(world, endpoint))["attempts"]) == 1


async def test_a_late_success_ends_a_delivery_that_another_holds_and_a_late_failure_changes_nothing(
    world, receiver, endpoint
):
    await ping(world, endpoint)
    (slow,) = await world.desk.events.courier.take(world.account, 9)
    later(world, 4)
    (second,) = await world.desk.events.courier.take(world.account, 9)
    assert second.fence > slow.fence

    receiver.answer = lambda _told: 500
    assert (await world.desk.events.courier.bring(world.account, slow)).outcome == "stale"
    assert (await only(world, endpoint))["attempts"] == []
    receiver.answer = lambda _told: 200
    assert (await world.desk.events.courier.bring(world.account, slow)).status == "delivered"
    assert (await world.desk.events.courier.bring(world.account, second)).outcome == "stale"


async def test_an_attempt_that_is_recorded_twice_counts_once(world, receiver, endpoint, monkeypatch):
    receiver.answer = lambda _told: 500
    report, outcomes = kept.report, []

    async def twice(*given):
        done = [await report(*given), await report(*given)]
        outcomes.extend(each.outcome for each in done)
        return done[0]

    monkeypatch.setattr(kept, "report", twice)
    await ping(world, endpoint)
    await bring(world)
    assert outcomes == ["recorded", "repeated"]
    assert len((await only(world, endpoint))["attempts"]) == 1


@pytest.mark.parametrize("away", [2, 1_000])
async def test_an_attempt_is_recorded_when_the_store_is_back_within_the_lease(valkey, receiver, monkeypatch, away):
    report, tries = kept.report, []

    async def absent(*given):
        tries.append(given)
        if len(tries) <= away:
            raise StoreUnavailable
        return await report(*given)

    monkeypatch.setattr(kept, "report", absent)
    monkeypatch.setattr(couriers, "_PAUSE", 0.01)
    async with listening(valkey, lease_seconds=1, exchange_seconds=0.5) as world:
        endpoint = await listen(world, receiver)
        await ping(world, endpoint)
        (given,) = await world.desk.events.courier.take(world.account, 9)
        done = await world.desk.events.courier.bring(world.account, given)
        assert (done is None) == (away == 1_000)
        assert len(receiver.told) == 1


async def test_both_secrets_sign_for_a_day_after_a_rotation(world, receiver, endpoint):
    answer = await world.api.post(door(world, endpoint, "rotate"))
    receiver.secrets.append(answer.json()["secret"])
    before, now = receiver.secrets
    await ping(world, endpoint)
    await bring(world)
    later(world, DAY + 1)
    await ping(world, endpoint)
    await bring(world)
    assert [each.verified for each in receiver.told] == [(before, now), (now,)]


async def age(world, endpoint, ms):
    """Let an endpoint's last rotation be older."""
    await world.desk.store.client.hincrby(keys.endpoint(world.account, endpoint["id"]), "rotated_at", -ms)


async def test_a_rotation_whose_answer_was_lost_is_repeated_and_the_secret_in_use_signs_on(world, receiver, endpoint):
    lost = (await world.api.post(door(world, endpoint, "rotate"))).json()["secret"]
    await age(world, endpoint, REPEATED_MS - 60_000)
    answer = (await world.api.post(door(world, endpoint, "rotate"))).json()
    in_use = receiver.secrets[0]
    receiver.secrets += [lost, answer["secret"]]
    await ping(world, endpoint)
    await bring(world)

    await age(world, endpoint, REPEATED_MS)
    third = (await world.api.post(door(world, endpoint, "rotate"))).json()["secret"]
    receiver.secrets.append(third)
    await ping(world, endpoint)
    await bring(world)

    assert [each.verified for each in receiver.told] == [(in_use, answer["secret"]), (answer["secret"], third)]


async def test_a_secret_of_another_key_is_told_as_what_it_is(valkey, receiver):
    async with listening(valkey) as world:
        endpoint = await listen(world, receiver)
        await world.desk.store.client.hset(
            f"{{{world.account}}}:endpoint:{endpoint['id']}",
            "secret",
            world.desk.requests._sealer.seal("whsec_x", "another endpoint"),
        )
        await ping(world, endpoint)
        await bring(world)
        (attempt,) = (await only(world, endpoint))["attempts"]
        assert attempt["error"] == "its secret is sealed with another TRACKER_SECRET_KEY"
        assert receiver.told == []


async def test_an_endpoint_that_is_nowhere_is_told_as_such(world, receiver, endpoint):
    await world.api.patch(door(world, endpoint), json={"url": "http://127.0.0.1:9/none"})
    await ping(world, endpoint)
    await bring(world)
    (attempt,) = (await only(world, endpoint))["attempts"]
    assert (attempt["status"], bool(attempt["error"])) == (None, True)


async def test_a_removed_endpoint_leaves_nothing_whatever_is_under_way(world, receiver, endpoint):
    for _ in range(3):
        await ping(world, endpoint)
    given = await world.desk.events.courier.take(world.account, 1)
    assert (await world.api.delete(door(world, endpoint))).status_code == 204
    assert [(await world.desk.events.courier.bring(world.account, each)).outcome for each in given] == ["gone"]
    left = [each async for each in world.desk.store.client.scan_iter(f"{{{world.account}}}:*")]
    # who removed it is remembered
    assert [each for each in left if not each.endswith((":counters", ":audit"))] == []


async def test_of_an_endpoint_a_thousand_ended_deliveries_are_kept(world, receiver, endpoint):
    base = f"{{{world.account}}}:"
    client = world.desk.store.client
    old = {f"old{at:04d}": at for at in range(1_000)}
    await client.zadd(f"{base}endpoint:{endpoint['id']}:ended", old)
    await client.hset(f"{base}delivery:old0000", "status", "delivered")
    await ping(world, endpoint)
    await bring(world)
    assert await client.zcard(f"{base}endpoint:{endpoint['id']}:ended") == 1_000
    assert not await client.exists(f"{base}delivery:old0000")


def test_the_ladder_has_eleven_attempts_in_75_hours():
    waits = [ladder.wait(made, None, 1.0) for made in range(1, 11)]
    assert ladder.wait(11, None, 1.0) is None
    for own, made in zip(ladder.WAITS, waits, strict=True):
        assert 0.9 * own <= made <= 1.1 * own
    assert 75 * HOUR < sum(ladder.WAITS) < 76 * HOUR
    assert len({ladder.wait(3, None, 1.0) for _ in range(9)}) > 1


@pytest.mark.parametrize(("asked", "at_least", "at_most"), [(0, 4.5, 5.5), (60, 60, 60), (10 * DAY, DAY, DAY)])
def test_what_a_receiver_asks_for_is_obeyed_within_bounds(asked, at_least, at_most):
    assert at_least <= ladder.wait(1, asked, 1.0) <= at_most


async def test_a_bug_in_one_attempt_holds_up_nobody(world, receiver, endpoint, monkeypatch):
    first = await ping(world, endpoint)
    bring_one = couriers.Courier.bring

    async def breaks(self, account_id, given):
        if given.event.id == first["event_id"]:
            raise ZeroDivisionError
        return await bring_one(self, account_id, given)

    monkeypatch.setattr(couriers.Courier, "bring", breaks)
    second = await ping(world, endpoint)
    await bring(world)
    assert [each.id for each in receiver.told] == [second["event_id"]]
    assert json.loads(receiver.told[0].raw)["type"] == "ping"
