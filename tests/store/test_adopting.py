"""Orders placed elsewhere get a record of ours, unless they are known or may be ours; they keep later ones waiting."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from store_steps import FIRST, KIND, SECOND, claim, indexed, later, report, sent, submit

from service.errors import NotPossibleNow
from service.exchange import Holders
from service.governor import NONE, Effect
from service.lifecycle import Source, State
from service.order import Attention, Found, NewOrder, Outcome, Outcomes
from service.report import CallbackNews, Report
from service.settlement import NOT_TAKEN
from service.store import accepting, adopting, indexing, keys, searching
from service.store.adopting import Adoption
from service.store.wanted import Wanted

DAY = 86_400
UNCERTAIN = Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN)
AGAIN = Report(Source.FIND, "not_found", state=State.ACCEPTED, look_in=300.0)
LOOKED = Report(Source.CHECK, "checked", state=State.PROCESSING, bandwidth_status="PROCESSING", look_in=30.0 * DAY)
COMPLETE = Report(
    Source.CHECK, "checked", state=State.COMPLETE, bandwidth_status="COMPLETE", outcomes=Outcomes(Outcome("complete"))
)
MEMBER = f"tn-options/{FIRST}"


def found(*numbers, reference=None, bandwidth_order_id=FIRST, status="PROCESSING"):
    groups = [{"telephone_numbers": list(numbers), "sms": "a word that we do not know"}]
    return Found(bandwidth_order_id, reference, status, numbers, {"groups": groups})


async def hear(world, status="PROCESSING", *, bandwidth_order_id=FIRST, order_type="TnOptions", note=None):
    news = CallbackNews(
        account_id=world.account,
        key=f"{bandwidth_order_id} {status} {note}",
        bandwidth_order_id=bandwidth_order_id,
        customer_order_id=None,
        order_type=order_type,
        status=status,
        message=None,
        note=note,
        subscription_id=None,
        last_modified=None,
    )
    return await world.desk.book.hear(news)


async def adopt(world, order):
    return await world.desk.book.adopt(world.account, order, KIND, NONE)


async def adopted(world, *numbers, **more):
    """An order placed elsewhere of which a callback has told, adopted; its record."""
    await hear(world, bandwidth_order_id=more.get("bandwidth_order_id", FIRST))
    done = await adopt(world, found(*numbers, **more))
    assert done.verdict == "adopted"
    return await world.order(done.order_id)


async def due_at(world, member=MEMBER):
    """Seconds from now, by the store's clock, until an order is fetched; None when it never is."""
    score = await world.desk.store.client.zscore(keys.due_adopt(world.account), member)
    seconds, microseconds = await world.desk.store.client.time()
    return score and score / 1000 - world.desk.store.offset / 1000 - seconds - microseconds / 1e6


async def events(world, order):
    return [each["event"] for each in await world.timeline(order["id"])]


async def test_an_order_placed_elsewhere_gets_a_record_that_is_due_to_be_checked(world):
    done = await adopt(world, found("2015558101", "2015558102", reference="theirs"))

    order = await world.order(done.order_id)
    assert (order["state"], order["origin"], order["version"]) == ("received", "external", 1)
    assert (order["bandwidth_order_id"], order["bandwidth_status"]) == (FIRST, "PROCESSING")
    assert (order["customer_order_id"], order["counts"]["pending"]) == ("theirs", 2)
    assert order["groups"] == [{"telephone_numbers": ["2015558101", "2015558102"], "sms": "a word that we do not know"}]
    assert order["received_at"]
    (entry,) = await world.timeline(order["id"])
    assert (entry["source"], entry["event"], entry["state"]) == ("adopt", "adopted", "received")
    client = world.desk.store.client
    for parts in ((), ("tn-options",), (None, "received"), ("tn-options", "received")):
        key = keys.index(world.account, *parts)
        assert await client.zscore(key, order["id"]) == 0
    assert await indexed(client, world.account, "2015558102") == [order["id"]]
    assert await client.zscore(f"{keys.prefix(world.account)}reference:theirs", order["id"]) == 0
    assert (await claim(world, order, "check")).order.origin == "external"


async def test_its_callbacks_are_applied_and_it_is_fetched_no_more(world):
    await hear(world, "PROCESSING")
    await hear(world, "COMPLETE")

    done = await adopt(world, found("2015558103"))

    order = await world.order(done.order_id)
    assert (order["state"], order["announced"]) == ("processing", "COMPLETE")
    assert await events(world, order) == ["adopted", "callback", "callback"]
    assert await due_at(world) is None
    assert (await hear(world, "COMPLETE")).outcome == "duplicate"
    assert (await hear(world, "FAILED")).order_id == order["id"]


async def test_an_id_that_a_record_holds_is_known(world):
    first = await adopted(world, "2015558104")
    await world.desk.store.client.zadd(keys.due_adopt(world.account), {MEMBER: 1})

    assert (await adopt(world, found("2015558104"))).verdict == "known"

    assert await due_at(world) is None
    page = await searching.search(world.desk.store, [world.account], Wanted(), 10)
    assert [each.id for each in page.orders] == [first["id"]]


@pytest.mark.parametrize("told", ["PROCESSING", None])
async def test_an_id_that_nobody_knows_is_due_shortly_and_what_follows_does_not_hasten_it(world, told):
    await hear(world, told, note="n")
    at = await due_at(world)
    assert 0 < at <= adopting.HEAD_START_MS / 1000 * world.settings.look_factor
    score = await world.desk.store.client.zscore(keys.due_adopt(world.account), MEMBER)

    later(world, 100)
    await hear(world, "COMPLETE")
    await hear(world, "COMPLETE")

    assert await world.desk.store.client.zscore(keys.due_adopt(world.account), MEMBER) == score


@pytest.mark.parametrize("order_type", ["portins", "", None])
async def test_what_no_kind_adopts_stays_an_orphan(world, order_type):
    assert (await hear(world, order_type=order_type)).outcome == "orphan"
    assert await world.desk.store.client.zcard(keys.due_adopt(world.account)) == 0


async def test_our_own_answer_takes_the_order_off_the_list(world):
    order = await submit(world, "2015558105")
    claimed = await claim(world, order)
    await hear(world)
    assert await due_at(world) is not None

    await report(world, claimed, sent())

    assert await due_at(world) is None
    assert await events(world, order) == ["accepted", "sent", "callback"]


async def test_what_is_taken_is_due_again_after_a_lease_and_nothing_of_a_paused_account_is(world):
    await hear(world)
    later(world, 10)
    assert await world.desk.book.unknown(world.account, 10) == [MEMBER]
    assert await world.desk.book.unknown(world.account, 10) == []
    later(world, world.settings.lease_seconds)
    refused = Effect("pause", "unauthorized")
    done = await world.desk.book.postpone(world.account, Adoption.named("tn-options/another"), refused)
    assert (done.again, done.paused) == (False, True)
    assert await world.desk.book.unknown(world.account, 10) == []


async def test_where_no_order_of_ours_probes_a_paused_account_one_of_theirs_does(world):
    refused = Effect("pause", "unauthorized")
    for each in (FIRST, SECOND):
        await hear(world, bandwidth_order_id=each)
        await world.desk.book.postpone(world.account, Adoption("tn-options", each), refused)
    later(world, 10)

    (probe,) = await world.desk.book.unknown(world.account, 10, probe=True)
    assert await world.desk.book.unknown(world.account, 10, probe=True) == []
    done = await world.desk.book.postpone(world.account, Adoption.named(probe), refused)
    assert not done.paused

    later(world, 10)
    (probe,) = await world.desk.book.unknown(world.account, 10, probe=True)
    theirs = found("2015558132", bandwidth_order_id=Adoption.named(probe).bandwidth_order_id)
    await world.desk.book.adopt(world.account, theirs, KIND, Effect("sound"))
    assert not await world.desk.store.client.exists(keys.pause(world.account))


async def test_every_try_in_vain_waits_longer_until_the_callbacks_are_gone(world):
    await hear(world)
    first, longest = (each / 1000 * world.settings.look_factor for each in adopting.BACK_OFF_MS)
    for wait in (first, 2 * first, 4 * first):
        done = await world.desk.book.postpone(world.account, Adoption.named(MEMBER), NONE)
        assert (done.again, done.paused) == (True, False)
        assert await due_at(world) == pytest.approx(wait, abs=0.05)
    for _ in range(60):
        await world.desk.book.postpone(world.account, Adoption.named(MEMBER), NONE)
    assert await due_at(world) == pytest.approx(longest, abs=0.05)

    await world.desk.store.client.delete(f"{keys.prefix(world.account)}orphan:{FIRST}")
    done = await world.desk.book.postpone(world.account, Adoption.named(MEMBER), NONE)

    assert not done.again
    assert await due_at(world) is None
    assert not await world.desk.store.client.exists(f"{keys.prefix(world.account)}adopt:tries")


async def in_state(world, order, state):
    """Bring an order of ours into a state in which Bandwidth may have it and we do not know its id."""
    claimed = await claim(world, order)
    if state == "submitting":
        return
    attention = Report(Source.SUBMIT, "lost", state=State.NEEDS_ATTENTION)
    await report(world, claimed, attention if state == "needs_attention" else UNCERTAIN)
    if state == "accepted":
        later(world, 10)
        await report(world, await claim(world, order), AGAIN)


@pytest.mark.parametrize("state", ["submitting", "uncertain", "accepted", "needs_attention"])
async def test_what_may_be_ours_by_its_reference_waits(world, state):
    ours = await world.submit([{"telephone_numbers": ["2015558106"], "sms": "on"}], customer_order_id=" ours ")
    await hear(world)
    # sent already or not: an order that Bandwidth cannot have does not count
    assert await world.desk.book.unknown(world.account, 10) == []
    await in_state(world, ours, state)
    assert (await world.order(ours["id"]))["state"] == state

    done = await adopt(world, found("2015558107", reference="ours"))

    assert (done.verdict, done.order_id) == ("postponed", None)
    assert await due_at(world) > 0
    assert (await adopt(world, found("2015558106", reference="another"))).verdict == "adopted"


def refused(why):
    return Report(Source.SUBMIT, why, state=State.NEEDS_ATTENTION, attention=Attention(why, "Look."))


NOT_SENT = Report(Source.SUBMIT, "unauthorized", state=State.ACCEPTED)


@pytest.mark.parametrize("what", [*map(refused, sorted(NOT_TAKEN)), NOT_SENT], ids=lambda each: each.event)
@pytest.mark.parametrize("reference", ["ours", None])
async def test_an_order_of_ours_that_was_surely_not_taken_is_not_it(world, what, reference):
    ours = await world.submit([{"telephone_numbers": ["2015558136"], "sms": "on"}], customer_order_id="ours")
    await report(world, await claim(world, ours), what)

    assert (await adopt(world, found("2015558136", reference=reference))).verdict == "adopted"


@pytest.mark.parametrize("what", [*map(refused, sorted(NOT_TAKEN)), NOT_SENT], ids=lambda each: each.event)
async def test_an_order_whose_earlier_request_was_uncertain_may_be_it_although_the_last_was_not_taken(world, what):
    ours = await submit(world, "2015558137")
    await in_state(world, ours, "accepted")
    later(world, 400)
    await report(world, await claim(world, ours), what)

    assert (await adopt(world, found("2015558137"))).verdict == "postponed"


async def test_another_reason_for_attention_leaves_it_open(world):
    ours = await submit(world, "2015558138")
    await report(world, await claim(world, ours), refused("maybe_sent"))

    assert (await adopt(world, found("2015558138"))).verdict == "postponed"


async def test_what_may_be_ours_by_our_own_id_waits(world):
    ours = await submit(world, "2015558108")
    await claim(world, ours)
    assert (await adopt(world, found("2015558108", reference=ours["id"]))).verdict == "postponed"


@pytest.mark.parametrize("state", ["submitting", "uncertain", "accepted", "needs_attention"])
async def test_what_tells_no_reference_waits_while_an_order_of_ours_on_its_numbers_may_be_it(world, state):
    ours = await submit(world, "2015558109")
    await submit(world, "2015558109")
    await submit(world, "2015558109")
    await in_state(world, ours, state)

    assert (await adopt(world, found("2015558110", "2015558109"))).verdict == "postponed"
    assert (await adopt(world, found("2015558110"))).verdict == "adopted"


async def test_orders_that_were_not_sent_or_know_their_id_are_not_it(world):
    known = await world.submit([{"telephone_numbers": ["2015558111"], "sms": "on"}], customer_order_id="both")
    await report(world, await claim(world, known), sent(SECOND))
    await world.submit([{"telephone_numbers": ["2015558112"], "sms": "on"}], customer_order_id="both")

    assert (await adopt(world, found("2015558111", "2015558112", reference="both"))).verdict == "adopted"


async def test_a_change_of_an_order_and_an_order_of_another_kind_are_not_it(world):
    known = await submit(world, "2015558133")
    await report(world, await claim(world, known), sent(SECOND))
    change = await amend(world, known["id"])
    await claim(world, {"id": change.id})
    other = replace(accepted_as(world, "other", "2015558134"), kind="number-options")
    await accepting.accept(world.desk.store, other, '"event":"accepted"}', 500)
    await claim(world, {"id": "other"})

    assert (await adopt(world, found("2015558133", "2015558134"))).verdict == "adopted"


async def test_while_more_orders_bear_its_reference_than_are_looked_at_it_waits(world):
    for each in range(201):
        new = replace(accepted_as(world, f"order {each}", f"201558{each:04d}"), customer_order_id="one for all")
        await accepting.accept(world.desk.store, new, '"event":"accepted"}', 500)

    assert (await adopt(world, found("2015558135", reference="one for all"))).verdict == "postponed"


async def test_behind_more_orders_than_are_looked_at_it_waits(world):
    for _ in range(201):
        new = accepted_as(world, f"order {_}", "2015558113")
        await accepting.accept(world.desk.store, new, '"event":"accepted"}', 500)

    assert (await adopt(world, found("2015558113"))).verdict == "postponed"
    assert (await adopt(world, found("2015558113", reference="theirs"))).verdict == "adopted"


def accepted_as(world, order_id, *numbers):
    return NewOrder(order_id, world.account, "tn-options", None, numbers, "options", numbers, {}, None, {})


async def test_orders_accepted_later_wait_for_it_and_those_before_do_not(world):
    before = await submit(world, "2015558114")
    order = await adopted(world, "2015558114", "2015558115")
    behind = await submit(world, "2015558115")

    assert before["state"] == "accepted"
    assert (behind["state"], behind["held_by"]) == ("held", order["id"])
    refused = Report(Source.SUBMIT, "refused", state=State.REJECTED)
    assert (await report(world, await claim(world, before), refused)).first == ()
    looking = await claim(world, order, "check")
    done = await report(world, looking, COMPLETE)

    assert (done.state, done.first) == ("complete", (behind["id"],))
    assert (await claim(world, behind)).order.state is State.SUBMITTING


async def test_it_leaves_its_lines_in_time_although_it_has_not_ended(world):
    order = await adopted(world, "2015558116")
    behind = await submit(world, "2015558116")
    await report(world, await claim(world, order, "check"), LOOKED)
    leaves = adopting.LINE_MS / 1000
    later(world, leaves - 10)
    assert await claim(world, order, "check") is None

    later(world, 10)
    done = await report(world, await claim(world, order, "check"), LOOKED)

    assert (done.state, done.first) == ("processing", (behind["id"],))
    assert (await events(world, order))[-1] == "left_line"
    assert (await claim(world, behind)).order.state is State.SUBMITTING
    later(world, 30 * DAY)
    done = await report(world, await claim(world, order, "check"), COMPLETE)
    assert (done.state, done.first) == ("complete", ())
    assert (await events(world, order)).count("left_line") == 1


async def test_a_look_in_vain_lets_the_next_order_go_in_time(world):
    order = await adopted(world, "2015558117")
    behind = await submit(world, "2015558117")
    later(world, adopting.LINE_MS / 1000)

    failed = Report(Source.CHECK, "check_failed", failed=True)
    done = await report(world, await claim(world, order, "check"), failed)

    assert done.first == (behind["id"],)
    assert (await world.order(order["id"]))["next_look_at"] is not None


async def test_where_too_many_orders_stand_it_joins_no_line(world):
    for number in range(2):
        await submit(world, f"201555812{number}")

    argument = {"most": 1, "factor": 1.0}
    theirs = found("2015558120", "2015558121", reference="theirs")
    done = await adopting.adopt(world.desk.store, world.account, theirs, KIND, NONE.argument(100), **argument)

    assert (done.verdict, done.lined) == ("adopted", False)
    with pytest.raises(NotPossibleNow, match="placed elsewhere"):
        await amend(world, done.order_id)
    assert (await report(world, await claim(world, {"id": done.order_id}, "check"), COMPLETE)).first == ()


async def amend(world, order_id):
    target = await world.desk.book.get(world.account, order_id)
    body = {"groups": [{"telephone_numbers": list(target.telephone_numbers), "sms": "off"}]}
    new = world.desk.requests.new_order(world.account, KIND, body, "default", None, target)
    return (await world.desk.book.accept(new)).order


async def test_it_takes_a_change_while_it_stands_in_its_lines(world):
    order = await adopted(world, "2015558122")

    change = await amend(world, order["id"])

    assert (change.state, change.amends) == (State.ACCEPTED, order["id"])
    assert (await claim(world, {"id": change.id})).order.state is State.SUBMITTING


async def taken_for_theirs(world, number, announced="COMPLETE"):
    """An order of ours that was adopted while nothing spoke for it, and a claim that is to learn its id."""
    ours = await world.submit([{"telephone_numbers": [number], "sms": "on"}])
    claimed = await claim(world, ours)
    theirs = await adopted(world, number, reference="as somebody else told it")
    await hear(world, announced)
    return ours, claimed, theirs


async def left_over(world, order):
    """Keys that still name an order, by themselves or in what they hold; but for the note that it was merged."""
    client, left = world.desk.store.client, []
    read = {"zset": "zrange {} 0 -1", "hash": "hgetall {}", "string": "get {}"}
    async for key in client.scan_iter(f"{keys.prefix(world.account)}*"):
        command = read.get(await client.type(key))
        held = await client.execute_command(*command.format(key).split()) if command else ""
        if isinstance(held, dict):
            held.pop("merged", None)
        if order["id"] in f"{key} {held}":
            left.append(key)
    return left


async def test_an_order_that_turns_out_to_be_ours_becomes_one_with_it(world):
    ours, claimed, theirs = await taken_for_theirs(world, "2015558123")
    behind = await submit(world, "2015558123")
    assert behind["held_by"] == theirs["id"]

    done = await report(world, claimed, sent())

    assert (done.state, done.due) == ("received", "check")
    order = await world.order(ours["id"])
    assert (order["bandwidth_order_id"], order["announced"]) == (FIRST, "COMPLETE")
    assert sorted(await events(world, ours)) == ["accepted", "callback", "callback", "merged", "sent"]
    merged = next(each for each in await world.timeline(ours["id"]) if each["event"] == "merged")
    assert merged["merged"] == theirs["id"]
    assert await left_over(world, theirs) == []
    assert (await world.api.get(f"{world.orders}/{theirs['id']}")).status_code == 404
    assert (await world.order(behind["id"]))["held_by"] == ours["id"]
    assert (await hear(world, "COMPLETE")).outcome == "duplicate"
    assert (await report(world, await claim(world, ours, "check"), COMPLETE)).first == (behind["id"],)


async def test_a_late_answer_makes_one_of_them_too(world):
    ours, claimed, theirs = await taken_for_theirs(world, "2015558124")
    later(world, 4)
    await claim(world, ours)

    done = await report(world, claimed, sent())

    assert (done.outcome, await left_over(world, theirs)) == ("stale", [])
    assert (await world.order(ours["id"]))["bandwidth_order_id"] == FIRST


async def test_a_look_under_way_at_what_is_gone_changes_nothing(world):
    ours, claimed, theirs = await taken_for_theirs(world, "2015558125")
    looking = await claim(world, theirs, "check")
    await report(world, claimed, sent())

    done = await report(world, looking, COMPLETE)

    assert done.outcome == "gone"
    assert (await world.order(ours["id"]))["state"] == "received"


async def test_a_search_does_not_take_it_for_somebody_elses(world):
    ours, _, theirs = await taken_for_theirs(world, "2015558126")
    another = await submit(world, "2015558127")
    await report(world, await claim(world, another), sent(SECOND))
    asking = await world.desk.book.get(world.account, ours["id"])

    held = await world.desk.book.answer(asking, Holders((FIRST, SECOND, "unknown")))

    assert held == {SECOND}
    later(world, 4)
    found_it = Report(Source.FIND, "found", state=State.COMPLETE, bandwidth_order_id=FIRST, outcomes=COMPLETE.outcomes)
    done = await report(world, await claim(world, ours), found_it)
    assert (done.state, await left_over(world, theirs)) == ("complete", [])


async def test_the_change_of_an_order_that_was_ours_is_a_change_of_ours(world):
    ours, claimed, theirs = await taken_for_theirs(world, "2015558128", announced="PROCESSING")
    change = await amend(world, theirs["id"])

    await report(world, claimed, sent())

    assert (await world.order(ours["id"]))["amended_by"] == change.id
    assert (await world.order(change.id))["amends"] == ours["id"]


async def changed_both(world, number):
    """An order of ours and the one that it turns out to be, a change of each, and the claim that is to learn it."""
    ours = await submit(world, number)
    claimed = await claim(world, ours)
    mine = await amend(world, ours["id"])
    theirs = await adopted(world, number, reference="as somebody else told it")
    return ours, claimed, mine, await amend(world, theirs["id"])


async def test_of_two_changes_both_are_of_ours_and_ours_is_the_one_that_is_told(world):
    ours, claimed, mine, change = await changed_both(world, "2015558139")

    await report(world, claimed, sent())

    assert (await world.order(ours["id"]))["amended_by"] == mine.id
    assert [(await world.order(each.id))["amends"] for each in (mine, change)] == [ours["id"]] * 2


async def test_of_two_changes_the_one_that_is_still_open_is_told(world):
    ours, claimed, mine, change = await changed_both(world, "2015558140")
    await report(world, await claim(world, {"id": mine.id}), Report(Source.SUBMIT, "refused", state=State.REJECTED))

    await report(world, claimed, sent())

    assert (await world.order(ours["id"]))["amended_by"] == change.id
    assert [(await world.order(each.id))["amends"] for each in (mine, change)] == [ours["id"]] * 2


async def test_an_order_of_ours_that_has_ended_takes_nothing_over(world):
    ours, claimed, theirs = await taken_for_theirs(world, "2015558129")
    later(world, 4)
    again = await claim(world, ours)
    await report(world, again, Report(Source.FIND, "lost", state=State.NEEDS_ATTENTION))
    target = await world.desk.book.get(world.account, ours["id"])
    await world.desk.book.decide(target, Report(Source.OPERATOR, "cancelled", state=State.CANCELLED))

    await report(world, claimed, sent())

    assert (await world.order(ours["id"]))["state"] == "cancelled"
    assert (await world.order(theirs["id"]))["bandwidth_order_id"] == FIRST


async def test_a_second_order_that_was_taken_for_theirs_is_for_a_person(world):
    ours = await submit(world, "2015558130")
    slow = await claim(world, ours)
    later(world, 4)
    await report(world, await claim(world, ours), Report(Source.FIND, "found", state=State.RECEIVED,
        bandwidth_order_id=SECOND))  # fmt: skip
    theirs = await adopted(world, "2015558130", reference="theirs")

    await report(world, slow, sent(FIRST))

    assert (await world.order(ours["id"]))["attention"]["why"] == "duplicate_at_carrier"
    assert await left_over(world, theirs) == []


@pytest.mark.parametrize(("reference", "met"), [(None, 190), ("theirs", 470)])
async def test_five_thousand_numbers_stay_within_the_bound_on_calls(world, monkeypatch, reference, met):
    numbers = [f"2{number:09d}" for number in range(5000)]
    random.Random(1).shuffle(numbers)
    for each in range(met):
        new = accepted_as(world, f"before {each}", *numbers[each * 10 : each * 10 + 10])
        await accepting.accept(world.desk.store, new, '"event":"accepted"}', 500)
    for status in ("RECEIVED", "PROCESSING", "COMPLETE"):
        await hear(world, status)
    monkeypatch.setattr(indexing, "CHUNK", 10_000)
    client = world.desk.store.client
    await client.config_resetstat()

    done = await adopt(world, found(*numbers, reference=reference))

    stats = await client.info("commandstats")
    indexed_afterwards = len(numbers) - 200
    calls = sum(each["calls"] for name, each in stats.items() if not name.startswith(("cmdstat_eval", "cmdstat_info")))
    assert (done.verdict, done.lined) == ("adopted", True)
    assert calls - indexed_afterwards < 1000


async def test_with_many_callbacks_it_meets_fewer_orders(world):
    await submit(world, "2015558131")
    for each in range(100):
        await hear(world, "PROCESSING", note=str(each))

    assert not (await adopt(world, found("2015558131"))).lined
