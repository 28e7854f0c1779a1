"""Orders that are claimed ahead of their slots: what becomes of them when something happens while they wait in line."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import rig

from service.errors import StoreUnavailable
from service.governor import NONE, THROTTLED, Effect
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Attention
from service.report import Report
from service.store import keys
from workers import lease
from workers.round import Round

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from test_callbacks_are_hints import notification

KIND = shelf()["tn-options"]
GONE = Attention("place_gone", "look")


async def several(world, count):
    numbers = [f"20155513{n:02}" for n in range(count)]
    return [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in numbers]


async def states(world, orders):
    return Counter([(await world.order(each["id"]))["state"] for each in orders])


async def record(world, order, *names):
    return await world.desk.store.client.hmget(keys.order(world.account, order["id"]), *names)


@asynccontextmanager
async def in_line(world, step, orders, stopping=lambda: False):
    """A round that has claimed all of the orders: those with a slot are about to be sent, the others wait in line."""
    send, go, held = world.desk.connection._send, asyncio.Event(), []

    async def gated(exchange, wire):
        if len(held) < min(world.settings.exchanges, len(orders)):
            held.append(exchange)
            await go.wait()
        return await send(exchange, wire)

    async def claimed():
        return all([(await record(world, each, "lease_until"))[0] for each in orders])

    world.desk.connection._send = gated
    task = asyncio.create_task(Round(world.errands, step, world.account, stopping).run([each["id"] for each in orders]))
    await rig.until(claimed)
    yield
    go.set()
    await task


async def announced(world, orders):
    """Let Bandwidth have the orders, say that they have ended, and make a look at them due."""
    await world.look_once("submit")
    found = [await world.order(each["id"]) for each in orders]
    for each in found:
        assert (await world.callback(notification(each["bandwidth_order_id"], "COMPLETE"))).status_code == 200
    return found


async def is_due(world, order):
    (at,) = await record(world, order, "next_look_at")
    return int(at) <= time.time() * 1000 + world.desk.store.offset


async def test_what_a_worker_that_ends_gives_back_is_due_at_once_as_if_it_had_never_been_claimed(valkey):
    async with rig.world(valkey.url, exchanges=2) as world:
        orders, stopping = await several(world, 4), []
        async with in_line(world, "submit", orders, lambda: bool(stopping)):
            stopping.append(True)

        assert await states(world, orders) == {"accepted": 2, "received": 2}
        assert len(await world.ledger()) == 2
        back = [each for each in orders if (await world.order(each["id"]))["state"] == "accepted"]
        assert [await is_due(world, each) for each in back] == [True, True]
        assert [await record(world, each, "attempts", "first_sent_at", "failures") for each in back] == [[None] * 3] * 2


@pytest.mark.parametrize("attention", [None, GONE], ids=["received", "needs attention"])
async def test_a_look_that_was_never_begun_is_none_and_an_announced_end_waits_for_no_ladder(valkey, attention):
    async with rig.world(valkey.url, exchanges=1, look_factor=1, sandbox={"pace": 50}) as world:
        first, second = await announced(world, await several(world, 2))
        if attention:
            (claim,) = await world.desk.book.claim(world.account, [second["id"]], "check")
            said = Report(Source.CHECK, "checked", state=State.NEEDS_ATTENTION, attention=attention)
            await world.desk.book.report(claim, said, KIND, NONE)
            await world.callback(
                notification(second["bandwidth_order_id"], "COMPLETE", modified="2026-01-02T00:00:00Z")
            )
        before, stopping = await record(world, second, "state", "looks", "failures", "checked_at"), []
        async with in_line(world, "check", [first, second], lambda: bool(stopping)):
            stopping.append(True)

        assert await is_due(world, second)
        assert await record(world, second, "state", "looks", "failures", "checked_at") == before


async def test_a_late_201_keeps_an_order_in_line_from_being_sent_again(valkey):
    async with rig.world(valkey.url, exchanges=1, searches="0", lease_seconds=30, exchange_seconds=20) as world:
        (again,) = await several(world, 1)
        (first,) = await world.desk.book.claim(world.account, [again["id"]], "submit")
        world.desk.store.offset += 31_000
        await world.look_once("submit")
        world.desk.store.offset += 31_000
        assert (await world.order(again["id"]))["state"] == "accepted"
        other = await world.submit([{"telephone_numbers": ["2015551399"], "sms": "on"}])
        async with in_line(world, "submit", [other, again]):
            said = Report(
                Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id="11111111-2222-3333-4444-555555555555"
            )
            done = await world.desk.book.report(first, said, KIND, NONE)

        assert done.outcome == "stale"
        assert [each["customer_order_id"] for each in await world.ledger()] == [other["id"]]
        # it is looked for by its id instead
        assert (await world.order(again["id"]))["state"] == "uncertain"


async def test_an_account_that_is_paused_sends_nothing_more_from_the_line(valkey, monkeypatch):
    monkeypatch.setattr(lease, "LINE_SECONDS", 0.0)
    async with rig.world(valkey.url, exchanges=2, lease_seconds=30, exchange_seconds=20) as world:
        refused, *orders = await several(world, 5)
        (claim,) = await world.desk.book.claim(world.account, [refused["id"]], "submit")
        async with in_line(world, "submit", orders):
            said = Report(Source.SUBMIT, "throttled", "429", State.ACCEPTED, look_in=60.0)
            done = await world.desk.book.report(claim, said, KIND, Effect("pause", THROTTLED, 60_000))

        assert done.paused
        assert await states(world, orders) == {"accepted": 2, "received": 2}
        assert len(await world.ledger()) == 2


async def test_a_probe_goes_although_its_account_is_paused(valkey):
    async with rig.world(valkey.url) as world:
        (order,) = await several(world, 1)
        (claim,) = await world.desk.book.claim(world.account, [order["id"]], "submit")
        await world.desk.store.client.hset(keys.pause(world.account), mapping={"why": "down", "probing": order["id"]})
        assert await world.desk.book.renew(claim, begins=True) == "renewed"
        await world.desk.store.client.hset(keys.pause(world.account), "probing", "another")
        assert await world.desk.book.renew(claim, begins=True) == "paused"
        assert await world.desk.book.renew(claim) == "renewed"


async def test_a_record_that_cannot_be_read_keeps_no_other_order_from_its_worker(world, logs):
    bad, *others = await several(world, 4)
    await world.desk.store.client.hset(keys.order(world.account, bad["id"]), "waiting", "no JSON")
    await Round(world.errands, "submit", world.account, lambda: False).run([each["id"] for each in (bad, *others)])

    (told,) = [each for each in logs if each["event"] == "order.unreadable"]
    assert told["order"] == bad["id"]
    assert await states(world, others) == {"received": 3}


async def test_an_account_whose_server_is_away_holds_up_no_other(valkey):
    account, away = rig.new_account(), rig.new_account()
    async with rig.world(valkey.url, account=account, accounts=(account, away)) as world:
        take, asked = world.desk.book.take, asyncio.Event()

        async def refused(account_id, *given, **named):
            if account_id == away:
                asked.set()
                raise StoreUnavailable
            return await take(account_id, *given, **named)

        world.desk.book.take = refused
        (slow,) = await several(world, 1)
        async with in_line(world, "submit", [slow]):
            await asked.wait()
            quick = await world.submit([{"telephone_numbers": ["2015551399"], "sms": "on"}])

            async def is_sent():
                return (await world.order(quick["id"]))["state"] != "accepted"

            await rig.until(is_sent)
            assert (await world.order(slow["id"]))["state"] == "submitting"


async def test_a_round_that_ends_because_the_store_is_away_hears_the_wish_to_stop(valkey, logs, monkeypatch):
    async with rig.world(valkey.url, exchanges=2, lease_seconds=30, exchange_seconds=20) as world:
        orders, stopping, away = await several(world, 4), [], []

        async def may_take(_):
            if away:
                raise StoreUnavailable
            return True

        monkeypatch.setattr(Round, "_may_take", may_take)
        async with in_line(world, "submit", orders, lambda: bool(stopping)):
            away.append(True)
            await rig.until(lambda: _interrupted(logs))
            stopping.append(True)

        assert await states(world, orders) == {"accepted": 2, "received": 2}


async def _interrupted(logs):
    return any(each["event"] == "round.interrupted" for each in logs)


async def test_an_amendment_whose_first_question_the_store_does_not_answer_was_not_sent(world):
    listing = dict(shelf()["dlda"].example)
    order = await world.submit(listing["groups"], kind="dlda")
    await world.look_once("submit")
    amendment = (await world.api.put(f"{world.orders}/{order['id']}", json=listing)).json()
    get = world.desk.book.get

    async def refused(*_):
        raise StoreUnavailable

    world.desk.book.get = refused
    await world.look_once("submit")
    world.desk.book.get = get

    assert (await world.order(amendment["id"]))["state"] == "accepted"
    assert await is_due(world, amendment)
