"""A subscription that expires, is lost, or loses its credentials is whole again within one watch, without a person."""

from __future__ import annotations

import asyncio

import pytest
import rig
from subscriptions_at_bandwidth import calling, changed, deleted, document, held_by, made

from service import subscribing
from service.bandwidth.subscription_document import EXPIRY_SECONDS
from service.bandwidth.subscriptions import listed
from service.errors import BandwidthRefused, BandwidthUnavailable, StoreUnavailable
from service.store.subscribed import Memory, Subscribed
from service.subscription_health import FAILING_SECONDS, Need
from workers import watch


def told(logs, event):
    return [entry for entry in logs if entry["event"] == f"subscription.{event}"]


async def shown(world):
    return await listed(world.desk.connection, world.account)


async def whole(desk, world):
    """The account's one subscription of each type, and nothing wrong with it."""
    health = await held_by(desk).look(world.account)
    assert [each.problems for each in health.standings] == [() for _ in health.standings]
    return {each.need.order_type: each.kept.subscription for each in health.standings}


async def test_what_is_missing_is_created_for_every_kind_and_a_second_time_nothing_happens(world, logs):
    desk = calling(world)
    await watch.heal(desk, world.account)
    first = await whole(desk, world)
    await watch.heal(desk, world.account)

    second = await whole(desk, world)
    assert {name: each.id for name, each in second.items()} == {name: each.id for name, each in first.items()}
    assert {each.id for each in await shown(world)} == {each.id for each in first.values()}
    tn_options = first["tnoptions"]
    assert tn_options.url == desk.settings.callback_url(world.account)
    assert (tn_options.username, tn_options.expiry > EXPIRY_SECONDS - 60) == (rig.CALLBACK[0], True)
    assert {entry["order_type"] for entry in told(logs, "healed")} == set(first)
    assert {(entry["log_level"], *entry["problems"]) for entry in told(logs, "healed")} == {("info", "missing")}
    assert told(logs, "unhealthy") == []


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"expiry": 3600, "username": "bandwidth"}, "expiring"),
        ({"username": None}, "wrong_username"),
        ({"username": "somebody"}, "wrong_username"),
    ],
)
async def test_what_somebody_spoiled_is_written_anew_under_its_id(world, logs, what, problem):
    desk = calling(world)
    await watch.heal(desk, world.account)
    before = (await whole(desk, world))["tnoptions"]
    await changed(world, before.id, before.url, **what)

    await watch.heal(desk, world.account)

    after = (await whole(desk, world))["tnoptions"]
    assert (after.id, after.url, after.username) == (before.id, before.url, rig.CALLBACK[0])
    assert after.expiry > EXPIRY_SECONDS - 60
    assert [entry["problems"] for entry in told(logs, "healed") if entry["problems"] != ["missing"]] == [[problem]]


async def test_one_whose_address_was_changed_is_ours_by_its_id_and_called_back(world):
    desk = calling(world)
    await watch.heal(desk, world.account)
    before = (await whole(desk, world))["tnoptions"]
    await changed(world, before.id, "https://elsewhere.example/somewhere", username="bandwidth")

    await watch.heal(desk, world.account)

    assert (await whole(desk, world))["tnoptions"].id == before.id


async def test_one_that_calls_our_path_on_another_host_is_ours_and_moves_to_our_host(world):
    desk = calling(world)
    path = desk.settings.callback_url(world.account).partition("/callbacks/")[2]
    moved = await made(world, f"https://old.example/callbacks/{path}")

    await watch.heal(desk, world.account)

    assert (await whole(desk, world))["tnoptions"].id == moved


@pytest.mark.parametrize("how", ["deleted", "for one order", "another type"])
async def test_one_that_is_gone_or_tells_of_other_things_now_is_created_again(world, how):
    desk = calling(world)
    await watch.heal(desk, world.account)
    before = (await whole(desk, world))["tnoptions"]
    if how == "deleted":
        await deleted(world, before.id)
    elif how == "for one order":
        single = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"
        await changed(world, before.id, before.url, order_type="portins", order_id=single)
    else:
        await changed(world, before.id, before.url, order_type="portins", username="bandwidth")

    await watch.heal(desk, world.account)

    assert (await whole(desk, world))["tnoptions"].id != before.id


async def test_others_are_never_changed(world):
    others = [
        await made(world, "https://elsewhere.example/callbacks", expiry=1000, username="theirs"),
        await made(world, "https://elsewhere.example/callbacks", order_type="portins", expiry=1000, username=None),
        await made(world, f"https://here.example/callbacks/bandwidth/1/{rig.SEGMENT}", username=None),
    ]
    before = [await document(world, each) for each in others]

    await watch.heal(calling(world), world.account)

    assert [await document(world, each) for each in others] == before
    health = await held_by(calling(world)).look(world.account)
    assert [each.problems for each in health.examined if each.subscription.id in others] == [(), (), ()]


async def test_a_surplus_one_is_reported_and_left_alone(world, logs):
    desk = calling(world)
    await watch.heal(desk, world.account)
    path = desk.settings.callback_url(world.account).partition("/callbacks/")[2]
    second = await made(world, f"https://old.example/callbacks/{path}")
    before = await document(world, second)

    await watch.heal(desk, world.account)

    health = await held_by(desk).look(world.account)
    assert [each.subscription.id for each in health.examined if each.problems == ("surplus",)] == [second]
    assert await document(world, second) == before
    assert told(logs, "unhealthy") == []


async def test_another_password_of_ours_is_written_to_what_we_wrote(world, logs):
    desk = calling(world)
    await watch.heal(desk, world.account)
    rotated = calling(world)
    password = rig.settings_for("redis://h", "1", callback_password="another-long-password").callback_password
    object.__setattr__(rotated, "settings", rotated.settings.model_copy(update={"callback_password": password}))

    await watch.heal(rotated, world.account)
    await watch.heal(rotated, world.account)

    healed = [entry["problems"] for entry in told(logs, "healed") if entry["order_type"] == "tnoptions"]
    assert healed == [["missing"], ["old_password"]]


async def failing(world, desk, number):
    """Let a callback fail, and wait until Bandwidth shows it."""
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])
    await world.ended(order["id"])

    async def seen():
        health = await held_by(desk).look(world.account)
        return next((each for each in health.standings if each.problems == ("failing",)), None)

    return (await rig.until(seen)).kept.subscription


async def test_a_failing_one_is_written_once_an_hour_and_reported_until_a_callback_arrives(world, logs):
    desk = calling(world, f"http://127.0.0.1:{rig.free_port()}")
    await watch.heal(desk, world.account)
    logs.clear()
    await failing(world, desk, "2015551801")

    await watch.heal(desk, world.account)
    assert [entry["problems"] for entry in told(logs, "healed")] == [["failing"]]
    again = await failing(world, desk, "2015551802")
    await watch.heal(desk, world.account)

    assert len(told(logs, "healed")) == 1
    (unhealthy,) = told(logs, "unhealthy")
    assert (unhealthy["log_level"], unhealthy["problems"], unhealthy["subscription"]) == (
        "error",
        ["failing"],
        again.id,
    )
    assert "TRACKER_CALLBACK_BASE_URL" in unhealthy["do"]
    memory = Memory(desk.store)
    remembered = (await memory.read(world.account))["tnoptions"]
    assert remembered.status == again.status
    earlier = Subscribed(remembered.id, remembered.healed_at - FAILING_SECONDS * 1000, remembered.status)
    await memory.write(world.account, "tnoptions", earlier)
    await watch.heal(desk, world.account)
    assert len(told(logs, "healed")) == 2


@pytest.mark.parametrize("wiped", [True, False], ids=["credentials wiped", "expired"])
async def test_an_order_ends_by_callback_after_one_watch(valkey, wiped):
    async with rig.world(valkey.url, look_factor=1000) as world:
        desk = calling(world)
        await watch.heal(desk, world.account)
        ours = (await whole(desk, world))["tnoptions"]
        if wiped:
            await changed(world, ours.id, ours.url)
        else:
            await changed(world, ours.id, ours.url, expiry=1, username="bandwidth")

            async def gone():
                return ours.id not in {each.id for each in await shown(world)}

            await rig.until(gone)

        await watch.heal(desk, world.account)

        order = await world.submit()
        assert (await world.ended(order["id"]))["state"] == "complete"
        assert "callback" in {entry["source"] for entry in await world.timeline(order["id"])}


async def test_without_the_watch_that_order_would_wait_for_its_check(valkey):
    async with rig.world(valkey.url, look_factor=1000) as world:
        desk = calling(world)
        await watch.heal(desk, world.account)
        ours = (await whole(desk, world))["tnoptions"]
        await changed(world, ours.id, ours.url)

        order = await world.submit()
        await world.until(order["id"], "received")

        async def refused():
            status = [each.status for each in await shown(world) if each.id == ours.id]
            entries = await world.ledger()
            return status[0].startswith("401") and entries[0]["status"] == "COMPLETE"

        await rig.until(refused)
        await world.turn()
        assert (await world.order(order["id"]))["state"] == "received"


async def test_many_at_once_meet_in_one_subscription(world):
    desk = calling(world)
    await asyncio.gather(*(watch.heal(desk, world.account) for _ in range(4)))
    assert len(await shown(world)) == len(await whole(desk, world))


async def test_what_another_process_created_meanwhile_is_taken_as_ours(world, monkeypatch):
    desk = calling(world)
    theirs = []
    create = subscribing.subscriptions.create

    async def beaten(*asked):
        theirs.append(await create(*asked))
        return await create(*asked)

    monkeypatch.setattr(subscribing.subscriptions, "create", beaten)
    healing = await held_by(desk).heal(world.account)

    assert healing.refusal is None
    assert {each.kept.subscription.id for each in healing.health.standings} == set(theirs)
    assert {each.id for each in (await Memory(desk.store).read(world.account)).values()} == set(theirs)


async def test_a_duplicate_that_nobody_can_see_stays_a_refusal(world, monkeypatch):
    async def refused(*_):
        raise BandwidthRefused("Bandwidth refused: 16008", "16008")

    monkeypatch.setattr(subscribing.subscriptions, "create", refused)
    assert (await held_by(calling(world)).heal(world.account)).refusal.code == "16008"


async def test_one_that_bandwidth_neither_changes_nor_lets_us_create_is_a_refusal(world, monkeypatch, logs):
    desk = calling(world)
    ours = await made(world, desk.settings.callback_url(world.account), username=None)

    async def gone(*_):
        return False

    monkeypatch.setattr(subscribing.subscriptions, "replace", gone)
    healing = await held_by(desk).heal(world.account)

    assert healing.refusal.code == "16008"
    assert [entry["subscription"] for entry in told(logs, "unhealthy")] == [ours]


async def test_an_address_that_bandwidth_refuses_is_told_without_its_secret(world, logs):
    desk = calling(world, "http://127.0.0.1:81")

    healing = await held_by(desk).heal(world.account)

    assert healing.refusal.code == "14506"
    entries = told(logs, "unhealthy")
    assert {(entry["order_type"], *entry["problems"]) for entry in entries} >= {("tnoptions", "missing")}
    assert all("14506, Callback URL is invalid" in entry["error"] for entry in entries)


async def test_bandwidths_words_never_carry_the_secret_part_of_our_address(world, monkeypatch):
    async def repeats(_connection, _account_id, _spellings, receiver, _guard):
        raise BandwidthRefused(f"Bandwidth refused: 14506, {receiver.url} is invalid", "14506")

    monkeypatch.setattr(subscribing.subscriptions, "create", repeats)
    refusal = (await held_by(calling(world)).heal(world.account)).refusal
    assert rig.SEGMENT not in refusal.detail
    assert "********" in refusal.detail


async def test_one_type_that_is_refused_keeps_no_other_from_being_put_right(world, monkeypatch):
    needs = [Need(("nonsense",), ("a-kind",)), *subscribing.needs()]
    monkeypatch.setattr(subscribing, "needs", lambda: needs)

    healing = await held_by(calling(world)).heal(world.account)

    assert healing.refusal.code == "14500"
    assert healing.health.missing == ("nonsense",)


async def test_a_type_with_two_spellings_is_healed_in_the_one_that_bandwidth_takes(valkey, monkeypatch):
    monkeypatch.setattr(subscribing, "needs", lambda: [Need(("lidbs", "lidb"), ("lidb",))])
    async with rig.world(valkey.url, sandbox={"lidb_spelling": "lidb"}) as world:
        desk = calling(world)
        await watch.heal(desk, world.account)
        before = (await whole(desk, world))["lidbs"]
        await changed(world, before.id, before.url, order_type="lidb")

        await watch.heal(desk, world.account)

        after = (await whole(desk, world))["lidbs"]
        assert (after.id, after.order_type, len(await shown(world))) == (before.id, "lidb", 1)


async def test_what_was_found_whole_is_remembered_although_nothing_was_written(world):
    desk = calling(world)
    found = await made(world, desk.settings.callback_url(world.account))

    await watch.heal(desk, world.account)

    assert (await Memory(desk.store).read(world.account))["tnoptions"] == Subscribed(found)


async def test_a_paused_account_is_left_alone_until_its_credentials_work(world, logs):
    desk = calling(world)
    await desk.store.client.hset(f"{{{world.account}}}:pause", mapping={"why": "unauthorized", "until": ""})
    await watch.heal(desk, world.account)
    assert await shown(world) == []
    assert logs == []
    await desk.store.client.hset(f"{{{world.account}}}:pause", "until", "99999999999999")
    await watch.heal(desk, world.account)
    await whole(desk, world)


async def test_a_watch_never_raises_when_bandwidth_is_away_or_refuses_us(valkey, logs):
    async with rig.world(valkey.url, bandwidth_url=f"http://127.0.0.1:{rig.free_port()}") as world:
        await watch.heal(world.desk, world.account)
        with pytest.raises(BandwidthUnavailable):
            await held_by(world.desk).heal(world.account)
    async with rig.world(valkey.url, bandwidth_client_secret="wrong") as world:
        await watch.heal(world.desk, world.account)
    away, refused = told(logs, "watch_failed") + told(logs, "unhealthy")
    assert (away["log_level"], away["account"] != refused["account"]) == ("warning", True)
    assert (refused["log_level"], "TRACKER_BANDWIDTH_" in refused["do"]) == ("error", True)


async def test_a_watch_never_raises_when_the_store_is_away(logs):
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            server.kill()
            await watch.heal(world.desk, world.account)
            with pytest.raises(StoreUnavailable):
                await held_by(world.desk).heal(world.account)
            server.start_again()
    assert [entry["log_level"] for entry in told(logs, "watch_failed")] == ["warning"]
