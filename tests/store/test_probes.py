"""While the credentials are refused, one order a minute is sent to see whether they work again; no more, no less."""

from __future__ import annotations

import pytest
from store_steps import claim, later, report, sent, submit

from service.governor import UNAUTHORIZED, Effect
from service.lifecycle import Source, State
from service.report import Report

REFUSED = Report(Source.SUBMIT, "unauthorized", state=State.ACCEPTED, look_in=0.0)
PAUSE, SOUND = Effect("pause", UNAUTHORIZED), Effect("sound")


@pytest.fixture
async def order(world):
    """An order whose refusal has paused its account."""
    order = await submit(world, "2015559001")
    await report(world, await claim(world, order), REFUSED, PAUSE)
    later(world, 1)
    return order


async def probes(world):
    return await world.desk.book.take(world.account, "submit", 10, probe=True)


async def test_a_probe_that_is_refused_again_waits_for_its_next_turn(world, order):
    assert await probes(world) == [order["id"]]
    done = await report(world, await claim(world, order), REFUSED, PAUSE)
    assert done.due == "submit"

    assert await claim(world, order) is None

    later(world, 1)
    assert await probes(world) == [order["id"]]
    await report(world, await claim(world, order), sent(), SOUND)
    assert (await world.order(order["id"]))["waiting"] is None


async def test_an_order_that_is_held_does_not_take_the_probes_turn(world):
    first = await submit(world, "2015559002")
    for _ in range(3):
        await submit(world, "2015559002")
    later(world, 1000)
    await report(world, await claim(world, first), REFUSED, PAUSE)
    later(world, 1)

    assert await probes(world) == [first["id"]]


async def test_a_held_order_whose_turn_has_come_may_be_the_probe(world, order):
    held = await submit(world, "2015559001")
    assert await probes(world) == [order["id"]]
    rejected = Report(Source.SUBMIT, "refused", state=State.REJECTED)
    await report(world, await claim(world, order), rejected, PAUSE)
    later(world, 1)

    assert await probes(world) == [held["id"]]
    assert await claim(world, held)
