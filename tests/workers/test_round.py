"""A round does work beside its orders: neither waits for the other."""

from __future__ import annotations

import asyncio
from collections import Counter

import rig

from workers.round import Round


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
