"""After a restore: what was thought unsent is uncertain, keeps its place in line, and is sent only if it is nowhere."""

from __future__ import annotations

import pytest
from store_steps import claim, report, submit

from service.lifecycle import Source, State
from service.maintenance import Maintenance
from service.order import Attention
from service.report import Report

NUMBER, OTHER = "2015551234", "2015551235"


@pytest.fixture
def restored(world):
    """Run what `order-tracker after-restore` does; returns what it has changed, without zeros."""

    async def run():
        counts = await Maintenance(world.desk.store, world.settings).after_restore(world.account)
        return {state: count for state, count in counts.items() if count}

    return run


async def state(world, order):
    return (await world.order(order["id"]))["state"]


def forbidden():
    return Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=Attention("forbidden", "ask"))


async def test_what_was_thought_unsent_is_uncertain_and_nothing_else_changes(world, restored):
    done = await submit(world, "2015551237")
    await world.ended(done["id"])
    accepted, submitting = [await submit(world, each) for each in (NUMBER, OTHER)]
    held, refused = await submit(world, NUMBER), await submit(world, "2015551236")
    await report(world, await claim(world, refused), forbidden())
    busy = await claim(world, submitting)
    before = await world.order(done["id"])

    counts = await restored()

    assert counts == {"accepted": 1, "held": 1, "submitting": 1, "needs_attention": 1}
    assert await world.order(done["id"]) == before
    for each in (accepted, held, submitting):
        order = await world.order(each["id"])
        assert (order["state"], order["waiting"]["why"][:8]) == ("uncertain", "restored")
        assert (await world.timeline(each["id"]))[-1]["event"] == "restored"
        assert order["version"] > each["version"]
    assert (await world.order(refused["id"]))["attention"]["why"] == "maybe_sent"
    # whoever claimed it before comes too late
    assert (await report(world, busy, Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED))).outcome == "stale"


async def test_a_second_time_changes_nothing(world, restored):
    orders = [await submit(world, each) for each in (NUMBER, NUMBER, OTHER)]
    assert await restored() == {"accepted": 2, "held": 1}
    before = [await world.order(each["id"]) for each in orders]

    assert await restored() == {}

    assert [await world.order(each["id"]) for each in orders] == before


async def test_an_order_that_is_nowhere_is_sent_after_all_searches(world, restored):
    order = await submit(world, NUMBER)
    await restored()

    assert (await world.ended(order["id"]))["state"] == "complete"

    events = [each["event"] for each in await world.timeline(order["id"])]
    assert events[:7] == ["accepted", "restored", *["not_found"] * 4, "sent"]
    assert len(await world.ledger()) == 1


async def test_a_held_order_is_looked_for_and_sent_only_once_nobody_stands_before_it(world, restored):
    first, second = [await submit(world, NUMBER) for _ in range(2)]
    await restored()

    assert await claim(world, second) is None
    ended = await world.ended(first["id"])
    assert (await world.ended(second["id"]))["state"] == "complete"

    looked = [each for each in await world.timeline(second["id"]) if each["event"] == "not_found"]
    assert len(looked) == 4
    assert min(each["at"] for each in looked) >= ended["completed_at"]
    assert len(await world.ledger()) == 2


async def test_its_turn_comes_at_once_when_the_one_before_it_ends(world, restored):
    first, second = [await submit(world, NUMBER) for _ in range(2)]
    await restored()
    # a bell for it has pushed its safety look far on
    assert await claim(world, second) is None
    refused = Report(Source.FIND, "found", state=State.COMPLETE, bandwidth_status="COMPLETE")
    await report(world, await claim(world, first), refused)

    assert (await claim(world, second)).order.state == State.UNCERTAIN


async def test_a_retry_of_what_bandwidth_had_refused_looks_for_it_first(world, restored):
    order = await submit(world, NUMBER)
    await report(world, await claim(world, order), forbidden())
    await restored()

    await world.api.post(f"{world.orders}/{order['id']}/retry")

    assert await state(world, order) == "uncertain"
    assert (await world.ended(order["id"]))["state"] == "complete"
    assert [each["event"] for each in await world.timeline(order["id"])].count("not_found") == 4


async def test_what_may_have_been_sent_is_not_cancelled(world, restored):
    orders = [await submit(world, NUMBER) for _ in range(2)]
    await restored()
    answers = [await world.api.post(f"{world.orders}/{each['id']}/cancel") for each in orders]
    assert {each.status_code for each in answers} == {409}


async def test_nothing_that_is_marked_seems_broken(world, restored):
    orders = [await submit(world, each) for each in (NUMBER, NUMBER, OTHER)]
    await restored()
    maintenance = Maintenance(world.desk.store, world.settings)
    assert (await maintenance.verify(world.account)).findings == ()
    assert await claim(world, orders[1]) is None
    assert (await maintenance.verify(world.account)).findings == ()
