"""Bandwidth holds two orders for one of ours: whatever is under way, a person hears of it and it is looked at."""

from __future__ import annotations

from store_steps import FIRST, SECOND, claim, later, report, sent, submit

from service.lifecycle import Source, State
from service.order import Attention
from service.report import Report
from service.store import keys

COMPLETE = Report(Source.CHECK, "checked", state=State.COMPLETE, bandwidth_status="COMPLETE")
FOUND = Report(Source.FIND, "found", state=State.RECEIVED, bandwidth_order_id=FIRST)


async def found_beside_a_slow_post(world, number):
    """An order whose POST has not been answered yet, and that was found by its search meanwhile."""
    order = await submit(world, number)
    slow = await claim(world, order)
    later(world, 4)
    await report(world, await claim(world, order), FOUND)
    later(world, 100)
    return order, slow


async def test_a_check_under_way_does_not_hide_a_second_order(world):
    order, slow = await found_beside_a_slow_post(world, "2015559101")
    looking = await claim(world, order, "check")
    await report(world, slow, sent(SECOND))

    done = await report(world, looking, COMPLETE)

    assert done.outcome == "stale"
    doubled = await world.order(order["id"])
    assert (doubled["state"], doubled["attention"]["why"]) == ("needs_attention", "duplicate_at_carrier")


async def test_another_reason_for_attention_does_not_replace_that_of_a_second_order(world):
    order, slow = await found_beside_a_slow_post(world, "2015559102")
    await report(world, slow, sent(SECOND))
    unknown = Report(Source.CHECK, "checked", state=State.NEEDS_ATTENTION, attention=Attention("unknown", "Look."))

    await report(world, await claim(world, order, "check"), unknown)

    assert (await world.order(order["id"]))["attention"]["why"] == "duplicate_at_carrier"


async def test_a_second_order_is_looked_at_again_whatever_ours_was_waiting_for(world):
    order = await submit(world, "2015559103")
    slow = await claim(world, order)
    later(world, 4)
    await report(world, await claim(world, order), Report(Source.FIND, "not_found", state=State.ACCEPTED))
    again = await claim(world, order)
    later(world, 4)
    await report(world, slow, sent(FIRST))
    later(world, 1)
    await claim(world, order)

    done = await report(world, again, sent(SECOND))

    assert (done.state, done.due) == ("needs_attention", "check")
    client = world.desk.store.client
    assert await client.zscore(keys.due(world.account, "check"), order["id"])
    assert await client.zscore(keys.due(world.account, "submit"), order["id"]) is None
