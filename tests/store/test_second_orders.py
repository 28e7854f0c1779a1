"""Bandwidth holds two orders for one of ours: whatever is under way, a person hears of it and it is looked at."""

from __future__ import annotations

import pytest
from store_steps import FIRST, SECOND, claim, later, report, sent, submit
from test_adopting import adopt, due_at, events, found, hear

from service.lifecycle import Source, State
from service.order import Attention
from service.report import Report
from service.store import keys, searching
from service.store.wanted import Wanted

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


async def test_callbacks_of_a_second_order_no_longer_wait_for_it(world):
    order, slow = await found_beside_a_slow_post(world, "2015559104")
    await hear(world, bandwidth_order_id=SECOND)

    await report(world, slow, sent(SECOND))

    assert (await events(world, order))[-2:] == ["doubled", "callback"]
    assert await waiting(world, SECOND) == []


async def waiting(world, bandwidth_order_id=FIRST):
    """What waits for an order of Bandwidth's to be known."""
    orphan = await world.desk.store.client.exists(f"{keys.prefix(world.account)}orphan:{bandwidth_order_id}")
    due = await due_at(world, f"tn-options/{bandwidth_order_id}")
    return [each for each in (orphan, due) if each]


async def sent_twice(world, number, **more):
    """An order of ours that was sent again in spite of its first POST's arrival, and knows its second id."""
    order = await world.submit([{"telephone_numbers": [number, "2015559199"], "sms": "on"}], **more)
    await report(world, await claim(world, order), Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN))
    later(world, 1)
    await report(world, await claim(world, order), Report(Source.FIND, "not_found", state=State.ACCEPTED))
    later(world, 400)
    await report(world, await claim(world, order), sent(SECOND))
    later(world, 10)
    return order


async def only_ours(world):
    page = await searching.search(world.desk.store, [world.account], Wanted(), 10)
    return {each.origin for each in page.orders} == {"api"}


async def test_the_first_order_is_not_taken_for_one_placed_elsewhere_when_it_shows_up_later(world):
    order = await sent_twice(world, "2015559105")
    looking = await claim(world, order, "check")
    await hear(world, "COMPLETE")

    done = await adopt(world, found("2015559105", "2015559199", reference=order["id"]))

    assert (done.verdict, done.order_id, done.due) == ("doubled", order["id"], "check")
    assert await only_ours(world)
    doubled = await world.order(order["id"])
    assert (doubled["state"], doubled["attention"]["why"]) == ("needs_attention", "duplicate_at_carrier")
    assert doubled["bandwidth_order_id"] == SECOND
    told = next(each for each in await world.timeline(order["id"]) if each["event"] == "doubled")
    assert (told["source"], told["detail"]) == ("adopt", f"Bandwidth also holds {FIRST}.")
    assert await waiting(world) == []
    assert (await hear(world, "COMPLETE")).outcome == "duplicate"
    assert (await report(world, looking, COMPLETE)).outcome == "stale"
    assert await claim(world, order, "check")
    assert (await adopt(world, found("2015559105", reference=order["id"]))).verdict == "known"


async def test_a_clients_own_reference_tells_it_with_the_same_numbers_of_an_order_that_was_sent_again(world):
    order = await sent_twice(world, "2015559106", customer_order_id="ours")

    done = await adopt(world, found("2015559199", "2015559106", "2015559106", reference="ours"))

    assert (done.verdict, done.order_id) == ("doubled", order["id"])


@pytest.mark.parametrize("numbers", [("2015559107",), ("2015559107", "2015559199", "2015559198"), ("2015559198",)])
async def test_other_numbers_of_that_reference_are_another_order(world, numbers):
    order = await sent_twice(world, "2015559107", customer_order_id="ours")

    assert (await adopt(world, found(*numbers, reference="ours"))).verdict == "adopted"
    assert (await world.order(order["id"]))["attention"] is None


async def test_an_order_that_was_sent_once_has_no_second_by_a_clients_own_reference(world):
    order = await world.submit([{"telephone_numbers": ["2015559108"], "sms": "on"}], customer_order_id="ours")
    await report(world, await claim(world, order), sent(SECOND))

    assert (await adopt(world, found("2015559108", reference="ours"))).verdict == "adopted"


async def test_the_id_of_an_order_that_bears_another_reference_is_a_word_like_any_other(world):
    order = await world.submit([{"telephone_numbers": ["2015559109"], "sms": "on"}], customer_order_id="ours")
    await report(world, await claim(world, order), sent(SECOND))

    for reference, each in ((order["id"], FIRST), (f"{order['id']}:timeline", FIRST[::-1])):
        done = await adopt(world, found("2015559109", reference=reference, bandwidth_order_id=each))
        assert done.verdict == "adopted"


async def test_an_order_that_has_ended_stays_so_and_tells_of_its_second(world):
    order = await sent_twice(world, "2015559110")
    await report(world, await claim(world, order, "check"), COMPLETE)

    done = await adopt(world, found("2015559110", reference=order["id"]))

    assert (done.verdict, done.due) == ("doubled", None)
    ended = await world.order(order["id"])
    assert (ended["state"], ended["attention"]["why"]) == ("complete", "duplicate_at_carrier")
    assert (await events(world, order))[-1] == "doubled"
