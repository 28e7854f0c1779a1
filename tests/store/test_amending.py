"""Orders that change an open one: they stand directly behind it, do not wait for it, and hear what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_steps import FIRST, KIND, claim, later, report, sent, submit

from service.errors import NotPossibleNow
from service.lifecycle import Source, State
from service.order import Outcome, Outcomes
from service.report import CallbackNews, Report

CHECKED = Report(
    Source.CHECK,
    "checked",
    state=State.COMPLETE,
    bandwidth_status="COMPLETE",
    outcomes=Outcomes(Outcome("complete")),
)


async def amend(world, order, numbers=None, key=None):
    """Accept a change of an order, as the door does for a kind that Bandwidth lets be changed."""
    target = await world.desk.book.get(world.account, order["id"])
    body = {"groups": [{"telephone_numbers": numbers or list(target.telephone_numbers), "sms": "off"}]}
    new = world.desk.requests.new_order(world.account, KIND, body, "default", key, target)
    return (await world.desk.book.accept(new)).order


async def at_bandwidth(world, number):
    order = await submit(world, number)
    await report(world, await claim(world, order), sent())
    return order


def heard(world, status):
    return CallbackNews(
        account_id=world.account,
        key=f"{FIRST} {status}",
        bandwidth_order_id=FIRST,
        customer_order_id=None,
        order_type="dldas",
        status=status,
        message=None,
        note=None,
        subscription_id=None,
        last_modified=None,
    )


async def test_a_change_is_due_at_once_although_its_order_stands_before_it(world):
    order = await at_bandwidth(world, "2015559301")

    change = await amend(world, order)

    assert (change.state, change.amends, change.held_by) == (State.ACCEPTED, order["id"], None)
    assert (await claim(world, {"id": change.id})).order.state is State.SUBMITTING
    changed = await world.order(order["id"])
    assert changed["amended_by"] == change.id
    assert changed["version"] > order["version"]
    assert [each["event"] for each in await world.timeline(order["id"])][-1] == "amended"


async def test_a_second_change_of_an_order_waits_until_the_first_has_ended(world):
    order = await at_bandwidth(world, "2015559302")
    first = await amend(world, order)

    with pytest.raises(NotPossibleNow, match=first.id):
        await amend(world, order)

    claimed = await claim(world, {"id": first.id})
    await report(world, claimed, Report(Source.SUBMIT, "refused", state=State.REJECTED))
    assert (await amend(world, order)).amends == order["id"]


async def test_no_change_is_taken_behind_another_order_on_its_numbers(world):
    order = await at_bandwidth(world, "2015559303")
    behind = await submit(world, "2015559303")

    with pytest.raises(NotPossibleNow, match=behind["id"]):
        await amend(world, order)


async def test_an_order_that_has_ended_takes_no_change(world):
    order = await at_bandwidth(world, "2015559304")
    later(world, 10)
    await report(world, await claim(world, order, "check"), CHECKED)

    with pytest.raises(NotPossibleNow, match="complete"):
        await amend(world, order)


async def test_an_order_accepted_later_waits_for_both(world):
    order = await at_bandwidth(world, "2015559305")
    change = await amend(world, order)
    third = await submit(world, "2015559305")
    assert third["held_by"] == change.id

    later(world, 10)
    await report(world, await claim(world, order, "check"), CHECKED)
    assert await claim(world, third) is None

    await report(world, await claim(world, {"id": change.id}), sent(None))
    later(world, 10)
    await report(world, await claim(world, {"id": change.id}, "check"), CHECKED)
    assert (await claim(world, third)).order.state is State.SUBMITTING


async def test_a_change_that_ends_first_leaves_the_line_to_its_order(world):
    order = await at_bandwidth(world, "2015559306")
    change = await amend(world, order)
    third = await submit(world, "2015559306")
    await report(world, await claim(world, {"id": change.id}), Report(Source.SUBMIT, "refused", state=State.REJECTED))
    assert await claim(world, third) is None

    later(world, 10)
    await report(world, await claim(world, order, "check"), CHECKED)

    assert (await claim(world, third)).order.state is State.SUBMITTING


async def test_a_callback_about_the_order_brings_the_look_at_its_change_to_now(world):
    order = await at_bandwidth(world, "2015559307")
    change = await amend(world, order)
    later(world, 10)
    await report(world, await claim(world, {"id": change.id}), replace(sent(None), look_in=3600.0))
    assert await claim(world, {"id": change.id}, "check") is None

    await world.desk.book.hear(heard(world, "COMPLETE"))

    assert (await claim(world, {"id": change.id}, "check")).order.state is State.RECEIVED


async def test_a_callback_leaves_a_change_alone_that_was_not_sent(world):
    order = await at_bandwidth(world, "2015559308")
    change = await amend(world, order)
    waiting = Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, look_in=3600.0)
    await report(world, await claim(world, {"id": change.id}), waiting)

    await world.desk.book.hear(heard(world, "COMPLETE"))

    assert await claim(world, {"id": change.id}) is None


async def test_a_change_that_waits_for_its_order_to_be_sent_is_called_when_it_is(world):
    order = await submit(world, "2015559309")
    change = await amend(world, order)
    early = await claim(world, {"id": change.id})
    await report(world, early, Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, look_in=3600.0))
    assert await claim(world, {"id": change.id}) is None

    done = await report(world, await claim(world, order), sent())

    assert change.id in done.first
    assert (await claim(world, {"id": change.id})).order.state is State.SUBMITTING


async def test_a_change_sent_twice_with_one_idempotency_key_is_one_change(world):
    order = await at_bandwidth(world, "2015559310")

    first, again = await amend(world, order, key="k"), await amend(world, order, key="k")

    assert first.id == again.id
