"""All workers of an account together keep its pace, hold still when Bandwidth says so, and go on by themselves."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import pytest
import rig
import road

from service.governor import DOWN
from service.numbers import Numbers
from service.store import keys
from service.store.waiting import RATE as RATE_TOLD
from workers import adopt, watch
from workers.errand import Errands
from workers.round import Round

RATE, BURST = 50, 10


def body(number):
    return [{"telephone_numbers": [number], "sms": "on"}]


async def submit_many(world, count):
    return [await world.submit(body(f"201555{6000 + each}")) for each in range(count)]


def throttled(*headers):
    head = "".join(f"{each}\r\n" for each in ("HTTP/1.1 429 Too Many Requests", "Content-Length: 0", *headers))
    return f"{head}\r\n".encode()


@pytest.mark.parametrize("unit", [1, 1000], ids=["seconds", "milliseconds"])
async def test_a_429_without_a_body_holds_the_whole_account_until_the_time_that_it_names(valkey, unit):
    async with road.world(valkey.url) as (world, way):
        reset = int(time.time()) + 30
        way.instead = [throttled(f"X-RateLimit-Reset: {reset * unit}")]
        first = await world.submit(body("2015556100"))
        await world.turn()
        second = await world.submit(body("2015556101"))
        await world.turn()

        told = [(await world.order(each["id"])) for each in (first, second)]

        assert len(way.passed) == 1
        assert {each["state"] for each in told} == {"accepted"}
        assert all("429" in each["waiting"]["why"] for each in told)
        until = [datetime.fromisoformat(each["waiting"]["until"]).timestamp() for each in told]
        assert all(abs(each - reset) < 1 for each in until)
        world.desk.store.offset += 31_000
        assert (await world.ended(first["id"]))["state"] == (await world.ended(second["id"]))["state"] == "complete"


async def test_a_429_that_names_no_time_holds_it_too_and_a_wait_changes_nothing_that_can_be_seen(valkey):
    async with road.world(valkey.url) as (world, way):
        way.instead = [throttled()]
        await world.submit(body("2015556102"))
        await world.turn()
        waiting = await world.submit(body("2015556103"))
        await world.turn()

        told = await world.order(waiting["id"])

        assert "429" in told["waiting"]["why"]
        assert {**told, "waiting": None} == waiting | {"waiting": None}
        assert [each["event"] for each in await world.timeline(waiting["id"])] == ["accepted"]


async def test_four_workers_of_one_account_keep_its_pace_together(valkey):
    async with road.world(valkey.url, rate=RATE, burst=BURST) as (world, way):
        some = await submit_many(world, 40)
        desks = [rig.wiring.build(world.settings) for _ in range(4)]
        began = time.monotonic()
        rounds = [Round(Errands(each, rig.NoTimer()), "submit", world.account, lambda: False) for each in desks]
        await asyncio.gather(*(each.run([order["id"] for order in some]) for each in rounds))
        took = time.monotonic() - began
        for each in desks:
            await each.close()

        sent = await world.ledger()
        assert len([each for each in sent if each["order_id"]]) == 40, "one worker stayed for each that was due"
        late = [n for n, at in enumerate(way.passed, 1) if n > RATE * (at - began) + BURST]
        assert late == []
        assert (40 - BURST) / RATE * 0.95 <= took <= 15


async def test_every_exchange_takes_a_turn_whoever_makes_it_and_whatever_for(valkey):
    # a pace so slow that nothing leaks: the meter shows the count
    async with road.world(valkey.url, rate=0.0001, burst=10_000) as (world, way):
        orders = [await world.submit(body("2015556104"))]
        for kind, asked in (
            ("number-options", {"telephone_number": "2018551050", "call_forward": "6042661720"}),
            ("location-failover", {"site_id": "2", "sip_peer_id": "500014", "final_destination_uri": "false"}),
        ):
            orders.append((await world.api.post(f"{world.orders}/{kind}", json=asked)).json())
        ended = [(await world.ended(each["id"]))["state"] for each in orders]
        await Numbers(world.desk.store, world.desk.connection, world.desk.turns).look(world.account, "2015556104", 5)
        await watch.heal(world.desk, world.account)
        await adopt.adopt_all(world.desk, world.account, ["tn-options/ddbdc72e-dc27-490c-904e-d0c11291b095"])

        meter = await world.desk.store.client.hgetall(keys.meter(world.account))

    assert ended == ["complete"] * 3
    assert len(way.passed) >= 15
    assert float(meter["all"]) == pytest.approx(len(way.passed), abs=0.1)
    assert float(meter["other"]) >= 3


async def test_a_change_that_takes_several_exchanges_goes_at_the_slowest_pace_too(valkey):
    async with road.world(valkey.url, rate=0.01, burst=1, exchange_seconds=0.3) as (world, way):
        asked = {"telephone_number": "2018551051", "call_forward": "6042661720"}
        order = (await world.api.post(f"{world.orders}/number-options", json=asked)).json()
        other = await world.submit(body("2015556105"))
        await world.look_once("submit")
        sent = await world.order(order["id"])
        made = len(way.passed)
        world.desk.store.offset += 100_000 * (made - 1)
        await world.look_once("submit")
        early = await world.order(other["id"])
        world.desk.store.offset += 100_000
        await world.look_once("submit")
        late = await world.order(other["id"])

    assert sent["state"] == "received"
    assert made >= 2
    assert (early["state"], late["state"]) == ("accepted", "received"), "whoever comes next waits for what was ahead"


async def test_what_an_order_waits_for_is_told_while_others_go_first(valkey):
    async with road.world(valkey.url, rate=0.5, burst=1, look_factor=100) as (world, way):
        orders = await submit_many(world, 3)
        await world.look_once("submit")
        await world.look_once("submit")

        told = {each["id"]: each for each in (await world.api.get(world.orders)).json()["orders"]}
        alone = await world.order(orders[2]["id"])
        timelines = [await world.timeline(each["id"]) for each in orders[1:]]

    now = time.time()
    sent, second, third = (told[each["id"]] for each in orders)
    assert len(way.passed) == 1
    assert sent["waiting"] is None
    waits = [datetime.fromisoformat(each["waiting"]["until"]).timestamp() - now for each in (second, third)]
    assert all(each["waiting"]["why"] == RATE_TOLD for each in (second, third, alone))
    assert 0 < waits[0] <= 2
    assert 1.9 <= waits[1] - waits[0] <= 2.1
    assert [(each["state"], each["version"]) for each in (second, third)] == [("accepted", 1)] * 2
    assert [[each["event"] for each in timeline] for timeline in timelines] == [["accepted"]] * 2


async def test_a_person_who_asks_for_a_number_does_not_wait_behind_the_orders(valkey):
    async with road.world(valkey.url, rate=2, burst=1) as (world, way):
        await submit_many(world, 30)
        await world.look_once("submit")
        numbers = Numbers(world.desk.store, world.desk.connection, world.desk.turns)
        began = time.monotonic()
        first = await numbers.look(world.account, "2015556000", 5)
        others = await asyncio.gather(*(numbers.look(world.account, f"201555600{each}", 5) for each in range(1, 8)))
        took = time.monotonic() - began

    assert first.details, "30 orders at 2 a second take 15 s"
    assert len(way.passed) <= 2 + 2 * took
    assert next(each.absent for each in others if each.absent).startswith("the governor: ")


@pytest.mark.parametrize("why", ["away", "broken"])
async def test_an_outage_pauses_the_account_and_its_end_lets_all_orders_go_soon(valkey, logs, why):
    async with road.world(valkey.url, probe_seconds=0.3, exchanges=4) as (world, way):
        await (way.close() if why == "away" else world.faults(outage=1.0))
        orders = await submit_many(world, 20)
        await world.turn()
        (said,) = [each for each in logs if each["event"] == "account.paused"]
        assert (said["log_level"], said["why"]) == ("warning", DOWN)
        told = [(await world.order(each["id"]))["waiting"] for each in orders]
        assert any(each == {"why": DOWN, "until": None} for each in told)
        looked, seconds = await looks(world, logs, 0.7)
        assert 1 <= looked <= 1 + seconds / 0.3, "one order at a time"

        back = time.monotonic()
        await (way.open() if why == "away" else world.faults())
        await rig.until(lambda: all_sent(world))
        took = time.monotonic() - back
        made = [each for each in await world.ledger() if each["order_id"]]

    assert took < 15
    assert len(made) == 20


async def looks(world, logs, seconds):
    """Let a clock and workers go for some seconds; returns at how many orders they have looked, and the seconds."""
    logs.clear()
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        await world.turn()
        await asyncio.sleep(0.02)
    return len([each for each in logs if each["event"] == "order.reported"]), time.monotonic() - began


async def all_sent(world):
    await world.turn()
    return not await world.desk.store.client.zcard(keys.index(world.account, None, "accepted"))
