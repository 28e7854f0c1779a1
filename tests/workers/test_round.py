"""A round does work beside its orders: neither waits for the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import SimpleNamespace

import pytest
import rig

from service.errors import StoreUnavailable
from workers.round import Round
from workers.slots import Slots


async def test_orders_that_become_due_do_not_wait_for_work_beside_them(world):
    ended = asyncio.Event()

    async def slow():
        await ended.wait()

    round_ = asyncio.create_task(Round(world.errands, "submit", world.account, lambda: False).run((), slow()))
    order = await world.submit()
    while (await world.order(order["id"]))["state"] == "accepted":
        assert not round_.done()
        await asyncio.sleep(0.005)

    assert not round_.done(), "the work beside it is under way still"
    ended.set()
    await round_


async def test_a_round_ends_when_its_work_fails(world):
    async def broken():
        raise RuntimeError("no")

    await Round(world.errands, "submit", world.account, lambda: False).run((), broken())


async def test_a_worker_that_is_told_to_stop_takes_no_order_and_finishes_the_work(world):
    done = []

    async def work():
        await asyncio.sleep(0)
        done.append(True)

    order = await world.submit()
    await Round(world.errands, "submit", world.account, lambda: True).run((), work())

    assert done == [True]
    assert (await world.order(order["id"]))["state"] == "accepted"


async def test_what_was_handed_out_to_a_worker_that_is_told_to_stop_is_rung_for_anew(world):
    rung = []
    world.desk.bells.ring = lambda *given: rung.append([*map(list, given[2:])])
    await Round(world.errands, "submit", world.account, lambda: True).run(["one", "two"])
    assert rung == [[["one", "two"]]]


@pytest.mark.parametrize("why", ["stop", "store away"])
async def test_what_was_handed_out_and_not_claimed_is_rung_for_anew(valkey, why):
    async with rig.world(valkey.url, exchanges=8) as world:
        claim, claimed, rung, stopping = world.desk.book.claim, [], [], []

        async def once(account_id, ids, step):
            claimed.append([*ids])
            if len(claimed) == 2 and why == "store away":
                raise StoreUnavailable
            stopping.extend([True] * (len(claimed) == 2))
            return await claim(account_id, ids, step)

        numbers = [f"20155514{n:02}" for n in range(30)]
        orders = [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in numbers]
        world.desk.book.claim = once
        world.desk.bells.ring = lambda bell, account, ids: rung.append((bell, account, [*ids]))
        ids = [each["id"] for each in orders]
        await Round(world.errands, "submit", world.account, lambda: bool(stopping)).run(ids)

        at_hand = [each for some in claimed for each in some]
        assert at_hand == ids[: len(at_hand)]
        assert len(at_hand) <= 16
        assert ("submit", world.account, ids[len(at_hand) :]) in rung


async def test_a_group_whose_list_was_not_asked_is_rung_for_anew(world):
    rung, slots = [], Slots(1)
    round_ = Round(world.errands, "check", world.account, lambda: True)
    world.desk.bells.ring = lambda bell, account, ids: rung.append((bell, account, [*ids]))
    orders = [SimpleNamespace(id="due", early=False), SimpleNamespace(id="early", early=True)]
    slots.take()
    slot = slots.take()
    slots.dismiss()
    await round_._ask_list(SimpleNamespace(account_id="1", orders=orders), slot)
    assert rung == [("check", "1", ["due"])]


async def test_a_server_that_hangs_is_asked_for_one_of_its_accounts_alone(valkey):
    account, others = rig.new_account(), [rig.new_account() for _ in range(3)]
    async with rig.world(valkey.url, account=account, accounts=(account, *others)) as world:
        take, asked = world.desk.book.take, []

        async def refused(account_id, *given, **named):
            if account_id in others:
                asked.append(account_id)
                raise StoreUnavailable
            return await take(account_id, *given, **named)

        world.desk.book.take = refused
        await Round(world.errands, "submit", account, lambda: False).run([])
        assert len(asked) == 1


async def test_a_round_stays_while_the_meter_alone_keeps_an_order_and_asks_no_oftener_than_need_be(valkey):
    async with rig.world(valkey.url, rate=5, burst=1) as world:
        orders = [await world.submit([{"telephone_numbers": [f"201555130{n}"], "sms": "on"}]) for n in range(3)]
        asked, run = [], world.desk.store.run

        async def counted(script, *arguments):
            asked.append(script.name)
            return await run(script, *arguments)

        world.desk.store.run = counted
        await Round(world.errands, "submit", world.account, lambda: False).run([])
        states = [(await world.order(each["id"]))["state"] for each in orders]

    assert "accepted" not in states
    assert asked.count("take") <= 25


async def test_a_round_ends_when_the_next_turn_is_far_off(valkey):
    async with rig.world(valkey.url, rate=0.5, burst=1) as world:
        for number in ("2015551301", "2015551302"):
            await world.submit([{"telephone_numbers": [number], "sms": "on"}])
        await asyncio.wait_for(Round(world.errands, "submit", world.account, lambda: False).run([]), 15)
        assert len(await world.ledger()) == 1


async def test_a_worker_that_is_told_to_stop_waits_for_no_turn(valkey):
    async with rig.world(valkey.url, rate=2, burst=1) as world:
        for number in ("2015551301", "2015551302"):
            await world.submit([{"telephone_numbers": [number], "sms": "on"}])
        stopping = []
        round_ = asyncio.create_task(Round(world.errands, "submit", world.account, lambda: bool(stopping)).run([]))
        await rig.until(world.ledger)
        stopping.append(True)
        await round_
        assert len(await world.ledger()) == 1


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_claimed_ahead(valkey):
    async with rig.world(valkey.url, exchanges=2) as world:
        await world.faults(latency_ms=700)
        numbers = [f"201555130{n}" for n in range(4)]
        orders = [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in numbers]
        stopping = []
        round_ = asyncio.create_task(Round(world.errands, "submit", world.account, lambda: bool(stopping)).run([]))

        async def states():
            return Counter([(await world.order(each["id"]))["state"] for each in orders])

        async def all_claimed():
            return (await states())["submitting"] == len(orders)

        await rig.until(all_claimed)
        stopping.append(True)
        await round_
        assert await states() == {"accepted": 2, "received": 2}
        assert len(await world.ledger()) == 2
