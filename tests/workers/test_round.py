"""A round does work beside its orders: neither waits for the other."""

from __future__ import annotations

import asyncio

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
