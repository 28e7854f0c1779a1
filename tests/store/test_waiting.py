"""What keeps a due order from going is told when it is read, and only of orders that nothing else keeps."""

from __future__ import annotations

import pytest
import rig
from many_orders import due, go
from store_steps import claim, later, report, submit

from service.governor import THROTTLED, UNAUTHORIZED, Effect
from service.lifecycle import Source, State
from service.order import Waiting
from service.report import Report
from service.store import reading
from service.store.waiting import RATE

OWN = Waiting("not_sent: no route")
BACKING_OFF = Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, waiting=OWN, look_in=60.0)


async def told(world, *ids):
    orders = await reading.get(world.desk.store, world.account, ids)
    return [order and order.waiting for order in orders]


async def paused(world, pause_ms=0):
    refused = Report(Source.SUBMIT, "refused", state=State.ACCEPTED, look_in=0.0)
    order = await submit(world, "2015559800")
    effect = Effect("pause", THROTTLED if pause_ms else UNAUTHORIZED, pause_ms)
    await report(world, await claim(world, order), refused, effect)
    return order["id"]


async def test_a_pause_is_told_of_what_is_due_and_hides_no_other_reason(world):
    waits, leased, backs_off, gone = [await submit(world, f"201555980{n}") for n in (1, 2, 3, 4)]
    held = await submit(world, "2015559801")
    await report(world, await claim(world, backs_off), BACKING_OFF)
    await report(world, await claim(world, gone), Report(Source.SUBMIT, "refused", state=State.REJECTED))
    assert await claim(world, leased)
    await paused(world)

    ids = [each["id"] for each in (waits, leased, backs_off, gone, held)]
    assert await told(world, *ids, "no-such-order") == [Waiting(UNAUTHORIZED), None, OWN, None, None, None]
    later(world, 61)
    assert await told(world, backs_off["id"]) == [Waiting(UNAUTHORIZED)]


async def test_a_pause_that_ends_says_when(world):
    order_id = await paused(world, 30_000)
    ((why, until),) = [(each.why, each.until) for each in await told(world, order_id)]
    assert why == THROTTLED
    assert until == int(await world.desk.store.client.hget(f"{{{world.account}}}:pause", "until"))


async def test_the_end_of_a_turn_is_told_by_the_orders_that_are_before_it(valkey):
    async with rig.world(valkey.url, rate=0.1, burst=20) as world:
        ids = await due(world, "submit", 60)
        assert await told(world, *ids) == [None] * 60, "nothing was sent yet"
        await go(world, "submit")
        first, second, last = await told(world, ids[20], ids[21], ids[59])
        assert {each.why for each in (first, second, last)} == {RATE}
        assert second.until - first.until == pytest.approx(10_000, abs=2_000)
        assert last.until - first.until == pytest.approx(390_000, abs=2_000)

        await due(world, "check", 1)
        slower = (await told(world, ids[59]))[0].until
        assert slower - first.until == pytest.approx(400_000 / 0.8, abs=150_000), "submits have four fifths now"


async def test_reading_many_asks_for_their_turns_once_and_not_at_all_when_none_is_due(world, monkeypatch):
    orders = [await submit(world, f"201555981{n}") for n in range(3)]
    asked, run = [], world.desk.store.run

    async def counted(script, *arguments):
        asked.append(script.name)
        return await run(script, *arguments)

    monkeypatch.setattr(world.desk.store, "run", counted)
    await told(world, *(each["id"] for each in orders))
    assert asked == ["waits"]

    monkeypatch.undo()
    for each in orders:
        await report(world, await claim(world, each), BACKING_OFF)
    monkeypatch.setattr(world.desk.store, "run", counted)
    asked.clear()
    await told(world, *(each["id"] for each in orders))
    assert asked == []
