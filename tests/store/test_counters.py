"""What the scripts count and measure: each thing once, by who did it, however often it is repeated."""

from __future__ import annotations

import pytest
from kept_callbacks import hear
from store_steps import FIRST, KIND, SECOND, sent
from verified_account import FOREIGN, account

from service import decisions, vitals
from service.governor import DOWN, FAILURES, NONE, THROTTLED, Effect
from service.lifecycle import Source, State
from service.order import Attention, Found
from service.pace import Pace
from service.report import Report
from service.store import claiming, keys, metering
from service.times import iso

COMPLETE = Report(Source.CHECK, "checked", state=State.COMPLETE, bandwidth_status="COMPLETE")
REJECTED = Report(Source.SUBMIT, "rejected", state=State.REJECTED)
FOUND_ENDED = Report(Source.FIND, "found", state=State.COMPLETE, bandwidth_order_id=FIRST)
UNCERTAIN = Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN)


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        yield one


async def counted(made):
    return (await vitals.read(made.store, made.account)).counted


async def settled(made):
    """How orders have ended, and by whom."""
    ended = (await counted(made)).ended
    return {(str(each.state), each.settled_by): count for each, count in ended.items() if count}


async def check(made, order_id, report=COMPLETE):
    made.store.offset += 30_000
    await made.look(order_id, report, "check")


async def test_an_end_that_a_callback_announced_is_settled_by_it(made):
    order_id = await made.accept("2015550101")
    await made.send(order_id, FIRST)
    await made.hear(FIRST, "COMPLETE")
    await check(made, order_id)

    assert await settled(made) == {("complete", "callback"): 1}
    assert (await counted(made)).callbacks_missed["tn-options"] == 0


async def test_an_end_that_none_announced_is_a_callback_missed_though_others_came(made):
    order_id = await made.accept("2015550101")
    await made.send(order_id, FIRST)
    await made.hear(FIRST, "PROCESSING")
    await check(made, order_id)
    await made.hear(FIRST, "COMPLETE")

    assert await settled(made) == {("complete", "check"): 1}
    told = await counted(made)
    assert told.callbacks_missed == {"dlda": 0, "lidb": 0, "tn-options": 1}
    assert (told.callbacks["new"], told.callbacks["late"]) == (1, 1)


async def test_a_setting_has_no_callbacks_to_miss(made):
    order_id = await made.accept("2015550101", kind="number-options")
    await made.send(order_id)
    await check(made, order_id)

    assert await settled(made) == {("complete", "check"): 1}
    assert sum((await counted(made)).callbacks_missed.values()) == 0


async def test_what_bandwidth_refuses_is_settled_by_its_answer_and_what_is_withdrawn_by_a_person(made):
    await made.look(await made.accept("2015550101"), REJECTED)
    await made.cancel(await made.accept("2015550102"))

    assert await settled(made) == {("rejected", "answer"): 1, ("cancelled", "person"): 1}
    assert (await counted(made)).accepted["tn-options"] == 2


async def test_a_callback_about_an_order_announces_the_end_of_the_one_that_changes_it(made):
    target = await made.accept("2015550101", kind="lidb", family="lidb")
    await made.send(target, FIRST)
    change = await made.accept("2015550101", kind="lidb", family="lidb", amends=target)
    await made.send(change)
    await made.hear(FIRST, "COMPLETE")
    await check(made, target)
    await check(made, change)

    assert await settled(made) == {("complete", "callback"): 2}


@pytest.mark.parametrize(("status", "by"), [("COMPLETE", "callback"), ("PROCESSING", "check")])
async def test_a_callback_that_came_before_the_id_was_known_may_have_announced_the_end(made, status, by):
    order_id = await made.accept("2015550101")
    await made.look(order_id, UNCERTAIN)
    await made.hear(FIRST, status)
    made.store.offset += 30_000
    await made.look(order_id, FOUND_ENDED)

    assert await settled(made) == {("complete", by): 1}


async def test_an_order_placed_elsewhere_ends_and_is_not_measured(made):
    await made.hear(FOREIGN, "COMPLETE")
    found = Found(FOREIGN, "theirs", "PROCESSING", ("2015550401",), {})
    order_id = (await made.book.adopt(made.account, found, KIND, NONE)).order_id
    await check(made, order_id)

    told = await counted(made)
    assert await settled(made) == {("complete", "callback"): 1}
    assert (told.accepted["tn-options"], told.submit["tn-options"].count, told.order["tn-options"].count) == (0, 0, 0)


async def test_an_end_that_was_announced_to_what_was_taken_for_an_order_placed_elsewhere_is_ours_too(made):
    order_id = await made.accept("2015550101")
    await made.look(order_id, UNCERTAIN)
    await made.hear(FIRST)
    await made.book.adopt(made.account, Found(FIRST, "theirs", "PROCESSING", ("2015550101",), {}), KIND, NONE)
    await made.hear(FIRST, "COMPLETE")
    made.store.offset += 30_000
    await made.look(order_id, FOUND_ENDED)

    assert await settled(made) == {("complete", "callback"): 1}


async def test_whatever_is_repeated_counts_once(made):
    order_id = await made.accept("2015550101")
    throttled = Effect("pause", THROTTLED, 60_000)
    for step, what, effect in [("submit", sent(), throttled), ("check", COMPLETE, NONE)]:
        made.store.offset += 90_000
        (claim,) = await made.book.claim(made.account, [order_id], step)
        assert (await made.book.report(claim, what, KIND, effect)).outcome == "applied"
        before = await counted(made)
        assert (await made.book.report(claim, what, KIND, effect)).outcome == "repeated"
        await made.accept("2015550101", id=order_id)
        assert await counted(made) == before
    assert await settled(made) == {("complete", "check"): 1}
    assert (before.accepted["tn-options"], before.pauses["throttled"]) == (1, 1)
    assert before.submit["tn-options"].count == before.order["tn-options"].count == 1


async def test_a_pause_counts_once_by_its_why_until_it_has_ended(made):
    for number in ("2015550101", "2015550102"):
        order_id = await made.accept(number)
        claims = await made.book.claim(made.account, [order_id], "submit")
        for each in claims:
            await made.book.report(each, sent(number), KIND, Effect("pause", THROTTLED, 60_000))
            await made.book.report(each, sent(number), KIND, Effect("pause", THROTTLED, 60_000))
    assert (await counted(made)).pauses == {"unauthorized": 0, "forbidden": 0, "throttled": 1, "down": 0}


async def test_the_breaker_is_a_pause_that_is_down(made):
    ids = [await made.accept(f"20155501{at:02}") for at in range(FAILURES)]
    claims = await made.book.claim(made.account, ids, "submit")
    for each in claims:
        await made.book.report(each, UNCERTAIN, KIND, Effect("failure", DOWN, limit=FAILURES))
    assert (await counted(made)).pauses["down"] == 1


def seconds(histogram):
    """The sum of what was observed, and in which bucket (by its bound) the one of them is."""
    assert histogram.count == 1
    return round(histogram.sum_seconds), min(bound for bound, count in histogram.at_most.items() if count)


async def test_it_is_measured_how_long_an_order_took_to_be_sent_and_to_end(made):
    order_id = await made.accept("2015550101")
    made.store.offset += 4_000
    await made.send(order_id, FIRST)
    made.store.offset += 50_000
    await made.look(order_id, COMPLETE, "check")

    told = await counted(made)
    assert seconds(told.submit["tn-options"]) == (4, 5)
    assert seconds(told.order["tn-options"]) == (54, 60)
    assert told.submit["lidb"].count == told.order["lidb"].count == 0


async def test_one_that_was_held_is_measured_from_when_it_became_first(made):
    first = await made.accept("2015550101")
    await made.send(first, FIRST)
    held = await made.accept("2015550101")
    before = (await counted(made)).submit["tn-options"]
    made.store.offset += 600_000
    await made.look(first, COMPLETE, "check")
    made.store.offset += 7_000
    await made.send(held, SECOND)

    after = (await counted(made)).submit["tn-options"]
    assert (after.count, round(after.sum_seconds - before.sum_seconds)) == (2, 7)
    assert await made.client.exists(made.key("first")) == 0


async def test_one_that_was_held_and_withdrawn_leaves_nothing_behind(made):
    first = await made.accept("2015550101")
    await made.send(first, FIRST)
    held = await made.accept("2015550101")
    made.store.offset += 30_000
    await made.look(first, COMPLETE, "check")
    assert await made.client.hkeys(made.key("first")) == [held]

    await made.cancel(held)

    assert await made.client.exists(made.key("first")) == 0


async def test_one_for_later_is_measured_from_its_time_and_one_that_needed_a_person_from_the_retry(made):
    seconds_now, _ = await made.client.time()
    later = await made.accept("2015550101", not_before=(seconds_now + 3600) * 1000)
    made.store.offset += 3_603_000
    await made.send(later, FIRST)
    refused = await made.accept("2015550102")
    forbidden = Attention("forbidden", "do")
    await made.look(refused, Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=forbidden))
    made.store.offset += 86_400_000
    order = await made.book.get(made.account, refused)
    await made.book.decide(order, decisions.retry(order))
    made.store.offset += 4_000
    await made.send(refused, SECOND)

    submit = (await counted(made)).submit["tn-options"]
    assert (submit.count, submit.at_most[5]) == (2, 2)


async def test_what_took_longer_than_the_last_bucket_and_what_a_clock_set_back_are_counted(made):
    long, back = await made.accept("2015550101"), await made.accept("2015550102")
    (claim,) = await made.book.claim(made.account, [back], "submit")
    made.store.offset -= 60_000
    await made.book.report(claim, REJECTED, KIND, NONE)
    made.store.offset += 40 * 86_400_000
    await made.look(long, REJECTED)

    order = (await counted(made)).order["tn-options"]
    assert (order.count, max(order.at_most.values()), order.at_most[0.1]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("modified", "spooled", "observed"),
    [(-3_000, False, 1), (-3_000, True, 0), (60_000, False, 0), (None, False, 0)],
    ids=["late", "out of the spool", "ahead of our clock", "without a time"],
)
@pytest.mark.parametrize("known", [True, False])
async def test_the_lag_of_a_callback_is_by_bandwidths_clock(made, modified, spooled, observed, known):
    if known:
        await made.send(await made.accept("2015550101"), FIRST)
    now, _ = await made.client.time()
    told = None if modified is None else iso(now * 1000 + modified)
    for _ in range(2):
        await hear(made.book, made.account, FIRST, modified=told, spooled=spooled)

    counts = await counted(made)
    assert counts.callback_lag.count == observed
    assert 3 * observed <= counts.callback_lag.sum_seconds <= 6 * observed
    outcomes = {name: count for name, count in counts.callbacks.items() if count}
    first = "new" if known else "orphan"
    assert outcomes == {first: 1, "duplicate": 1} | ({"spooled": 2} if spooled else {})


async def test_a_callback_of_no_order_is_anonymous(made):
    await hear(made.book, made.account)
    assert (await counted(made)).callbacks["anonymous"] == 1


async def test_waits_for_a_turn_are_counted_by_share_with_their_seconds(made):
    slow = Pace(10_000, 1)
    assert await metering.turn(made.store, made.account, "other", slow, 50_000) == 0
    waited = await metering.turn(made.store, made.account, "other", slow, 50_000)
    assert await metering.turn(made.store, made.account, "other", slow, 1) is None
    order_id = await made.accept("2015550101")
    assert await claiming.claim(made.store, made.account, [order_id], "submit", slow, 3_000) == []

    told = await counted(made)
    assert told.waits == {"submit": 1, "check": 0, "other": 2}
    assert told.waited_seconds["other"] == waited / 1000
    assert told.waited_seconds["submit"] > 10


async def test_orders_in_flight_are_those_whose_lease_runs(made):
    async def in_flight():
        return (await vitals.read(made.store, made.account)).in_flight

    ids = [await made.accept(f"20155501{at:02}") for at in range(3)]
    first, second, third = await made.book.claim(made.account, ids, "submit")
    assert await in_flight() == 3

    await made.book.report(first, sent(), KIND, NONE)
    made.store.offset += 2_000
    assert await made.book.renew(second) == "renewed"
    made.store.offset += 2_000
    assert await in_flight() == 1
    await made.book.report(second, sent(SECOND), KIND, NONE)
    assert await in_flight() == 0

    (again,) = await made.book.claim(made.account, [third.order.id], "submit")
    assert await made.client.zcard(keys.in_flight(made.account)) == 1
    await made.book.report(again, UNCERTAIN, KIND, NONE)
    assert await made.client.exists(keys.in_flight(made.account)) == 0
