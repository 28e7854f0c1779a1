"""Stepping aside: a person lets those behind an order go first; what becomes of it when it is to be sent after all."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from store_steps import FIRST, KIND
from verified_account import FOREIGN, account

from service import decisions
from service.errors import NotPossibleNow, TooManyConflicts
from service.governor import NONE
from service.lifecycle import Source, State
from service.maintenance import Maintenance
from service.order import Attention, Found, Outcome, Outcomes
from service.report import Report
from service.store import keys

FORBIDDEN = Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=Attention("forbidden", "Ask."))
NO_ANSWER = Report(Source.SUBMIT, "no_answer", state=State.UNCERTAIN)
NOT_FOUND = Report(Source.FIND, "not_found", searched=True)
COMPLETE = Outcomes(Outcome("complete"))
DAY_MS = 86_400_000
_numbers = itertools.count(2015553000)


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as opened:
        opened.number = str(next(_numbers))
        yield opened
        # whatever was done, nothing is left half done
        assert (await opened.verify()).findings == ()


async def read(made, order_id):
    return await made.book.get(made.account, order_id)


async def in_line(made, most=3):
    return [await made.accept(made.number) for _ in range(most)]


async def aside(made, order_id):
    order = await read(made, order_id)
    return await made.book.decide(order, replace(decisions.step_aside(order), by="ann"))


async def retry(made, order_id):
    order = await read(made, order_id)
    return await made.book.decide(order, decisions.retry(order))


async def may_go(made, order_id):
    """Whether it is given out to be sent, or looked for, now."""
    return bool(await made.book.claim(made.account, [order_id], "submit"))


async def last_entry(made, order_id):
    entries = await made.client.lrange(keys.order(made.account, order_id, "timeline"), -1, -1)
    return entries[0]


async def uncertain(made):
    """An order that may be at Bandwidth, and one that waits for it."""
    first, second = await in_line(made, 2)
    await made.look(first, NO_ANSWER)
    return first, second


async def search_in_vain(made, order_id):
    """Look for it until the last search has found no trace."""
    for _ in range(10):
        made.store.offset += 60_000
        if (await read(made, order_id)).state != State.UNCERTAIN:
            return
        await made.look(order_id, NOT_FOUND)


async def test_what_is_not_sent_goes_to_the_end_and_waits_there(made):
    first, second, third = await in_line(made)

    now = await aside(made, first)

    assert (now.state, now.held_by, now.aside_since, now.version) == (State.HELD, third, None, 2)
    assert '"event":"stepped_aside"' in await last_entry(made, first)
    assert not await may_go(made, first)
    assert await may_go(made, second)
    assert (await read(made, third)).held_by == second


async def test_a_held_order_lets_go_those_behind_it_alone(made):
    first, second, third = await in_line(made)

    now = await aside(made, second)

    assert (now.state, now.held_by, now.version) == (State.HELD, third, 2)
    assert (await read(made, third)).held_by == first
    with pytest.raises(NotPossibleNow, match=r"No order waits"):
        await aside(made, second)


async def test_an_order_for_later_lets_todays_go_and_keeps_its_time(made):
    soon = await made.accept(made.number)
    at = (await read(made, soon)).created_at + DAY_MS
    await made.cancel(soon)
    later = await made.accept(made.number, not_before=at)
    today = await made.accept(made.number)

    now = await aside(made, later)

    assert (now.state, now.next_look_at) == (State.HELD, at)
    assert await may_go(made, today)


@pytest.mark.parametrize("bandwidth_order_id", [FIRST, None], ids=["order", "setting"])
async def test_what_bandwidth_works_on_leaves_its_lines_and_is_looked_at_as_before(made, bandwidth_order_id):
    first, second, third = await in_line(made)
    await made.send(first, bandwidth_order_id)
    before = await read(made, first)

    now = await aside(made, first)

    assert (now.state, now.version, now.next_look_at) == (before.state, before.version + 1, before.next_look_at)
    assert now.aside_since == now.updated_at
    assert await may_go(made, second)
    assert not await may_go(made, third)
    later = await made.accept(made.number)
    assert (await read(made, later)).held_by == third
    with pytest.raises(NotPossibleNow, match="already"):
        await aside(made, first)
    made.store.offset += 60_000
    await made.look(first, Report(Source.CHECK, "checked", state=State.COMPLETE, outcomes=COMPLETE), "check")
    assert (await read(made, first)).aside_since is None


async def test_an_event_tells_of_it_and_the_timeline_says_who(made):
    first, _ = await in_line(made, 2)
    await made.send(first, FIRST)
    await aside(made, first)
    assert '"by":"ann"' in await last_entry(made, first)
    events = [fields for _, fields in await made.client.xrange(keys.events(made.account)) if fields["id"] == first]
    assert [(each["type"], each["version"]) for each in events[-1:]] == [("order.updated", "3")]


async def test_an_order_that_is_retried_after_it_stepped_aside_joins_the_end(made):
    first, second = await in_line(made, 2)
    await made.look(first, FORBIDDEN)
    assert (await aside(made, first)).state == State.NEEDS_ATTENTION

    again = await retry(made, first)

    assert (again.state, again.held_by, again.aside_since, again.attention) == (State.HELD, second, None, None)
    assert not await may_go(made, first)
    await made.cancel(second)
    assert await may_go(made, first)


async def test_an_order_that_is_retried_and_meets_nobody_is_sent_at_once(made):
    first, second = await in_line(made, 2)
    await made.look(first, FORBIDDEN)
    await aside(made, first)
    await made.cancel(second)

    assert (await retry(made, first)).state == State.ACCEPTED

    behind = await made.accept(made.number)
    assert (await read(made, behind)).held_by == first
    assert await may_go(made, first)


async def test_a_retry_finds_no_room_in_crowded_lines_and_changes_nothing(made):
    made.book._settings = made.book._settings.model_copy(update={"max_conflicts": 2})
    numbers = [str(next(_numbers)) for _ in range(3)]
    first = await made.accept(*numbers)
    await made.look(first, FORBIDDEN)
    behind = await made.accept(numbers[0])
    await aside(made, first)
    others = [await made.accept(each) for each in numbers[1:]]
    before = await made.dump()

    with pytest.raises(TooManyConflicts, match=r"no room.*"):
        await retry(made, first)

    assert await made.dump() == before
    await made.cancel(others[0])
    assert (await retry(made, first)).state == State.HELD
    assert behind


async def test_an_order_that_is_sent_again_after_searches_joins_the_end(made):
    first, second = await uncertain(made)
    searches = (await aside(made, first)).searches
    assert await may_go(made, second)

    await search_in_vain(made, first)

    again = await read(made, first)
    assert (again.state, again.held_by, again.resends, searches) == (State.HELD, second, 1, 0)
    assert again.next_look_at > again.updated_at + 14 * 60_000
    assert not await may_go(made, first)


async def test_while_its_lines_are_crowded_it_is_looked_for_and_not_sent_again(made):
    made.book._settings = made.book._settings.model_copy(update={"max_conflicts": 1})
    first, second = await made.accept(made.number, "2015552999"), await made.accept(made.number)
    await made.look(first, NO_ANSWER)
    await aside(made, first)
    other = await made.accept("2015552999")
    for _ in range(6):
        made.store.offset += 1_000_000
        await made.look(first, NOT_FOUND)

    waits = await read(made, first)
    assert (waits.state, waits.resends) == (State.UNCERTAIN, 0)
    assert waits.aside_since
    assert waits.waiting.why.startswith("not sent again: it had stepped aside")
    assert "not sent again" in await last_entry(made, first)
    assert waits.next_look_at > waits.updated_at + 14 * 60_000
    await made.cancel(other)
    made.store.offset += 1_000_000
    await made.look(first, NOT_FOUND)
    assert ((await read(made, first)).state, (await read(made, first)).held_by) == (State.HELD, second)


async def test_a_worker_that_comes_back_late_does_not_undo_it(made):
    first, second = await in_line(made, 2)
    await made.look(first, NO_ANSWER)
    made.store.offset += 60_000
    (late,) = await made.book.claim(made.account, [first], "submit")
    with pytest.raises(NotPossibleNow, match="read it again"):
        await aside(made, first)
    made.store.offset += 60_000
    await aside(made, first)

    again = Report(Source.FIND, "not_found", state=State.ACCEPTED)
    assert (await made.book.report(late, again, KIND, NONE)).outcome == "stale"
    assert (await read(made, first)).state == State.UNCERTAIN
    assert await may_go(made, second)


async def sent_again(made):
    """An order that is to be sent again, and the report of its first sending, which brings its id late."""
    order_id = await made.accept(made.number)
    (late,) = await made.book.claim(made.account, [order_id], "submit")
    made.store.offset += 60_000
    await made.look(order_id, Report(Source.FIND, "not_found", state=State.ACCEPTED))
    arrives = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=FIRST)
    return order_id, lambda: made.book.report(late, arrives, KIND, NONE)


async def test_what_a_late_answer_shows_to_be_at_bandwidth_waits_in_no_line(made):
    order_id, answer = await sent_again(made)
    await made.accept(made.number)
    assert (await aside(made, order_id)).state == State.HELD

    assert (await answer()).due == "submit"

    (claim,) = await made.book.claim(made.account, [order_id], "submit")
    assert (claim.order.state, claim.order.bandwidth_order_id) == (State.UNCERTAIN, FIRST)


async def test_what_a_late_answer_shows_to_be_at_bandwidth_is_not_withdrawn_by_one_who_has_not_seen_it(made):
    order_id, answer = await sent_again(made)
    seen = await read(made, order_id)
    await answer()

    with pytest.raises(NotPossibleNow, match="read it again"):
        await made.book.decide(seen, decisions.cancel(seen))

    assert (await read(made, order_id)).state == State.ACCEPTED


async def test_it_keeps_its_place_where_one_script_would_make_more_than_a_thousand_calls_to_change_it(valkey):
    async with account(valkey.url) as made:
        numbers = [str(next(_numbers)) for _ in range(500)]
        for each in numbers[:250]:
            await made.accept(each)
        order_id = await made.accept(*numbers)
        for each in numbers[250:]:
            await made.accept(each)
        with pytest.raises(TooManyConflicts, match="no room"):
            await aside(made, order_id)


async def test_what_was_seen_before_somebody_else_decided_is_not_decided(made):
    first, *_ = await in_line(made)
    seen = await read(made, first)
    await aside(made, first)
    with pytest.raises(NotPossibleNow, match="read it again"):
        await made.book.decide(seen, decisions.step_aside(seen))


async def test_an_order_for_which_nobody_waits_does_not_step_aside(made):
    await made.hear(FOREIGN)
    alone = await made.accept(made.number)
    with pytest.raises(NotPossibleNow, match=r"No order waits"):
        await aside(made, alone)
    # nor does one behind which only an order stands that was placed elsewhere
    await made.book.adopt(made.account, Found(FOREIGN, "theirs", "PROCESSING", (made.number,), {}), KIND, NONE)
    with pytest.raises(NotPossibleNow, match=r"No order waits"):
        await aside(made, alone)


async def test_an_order_placed_elsewhere_steps_aside_before_its_time(made):
    await made.hear(FOREIGN)
    found = Found(FOREIGN, "theirs", "PROCESSING", (made.number,), {})
    theirs = (await made.book.adopt(made.account, found, KIND, NONE)).order_id
    behind = await made.accept(made.number)

    assert (await aside(made, theirs)).aside_since

    assert await may_go(made, behind)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": State.SUBMITTING}, "being sent just now"),
        ({"state": State.COMPLETE}, r"has ended \(complete\)"),
        ({"bandwidth_order_id": FIRST}, "Bandwidth has this order"),
    ],
)
async def test_an_order_that_is_under_way_or_has_ended_does_not_step_aside(made, changes, why):
    first, _ = await in_line(made, 2)
    with pytest.raises(NotPossibleNow, match=why):
        decisions.step_aside(replace(await read(made, first), **changes))


async def test_a_change_steps_aside_once_it_is_sent_and_then_its_order_may(made):
    order = await made.accept(made.number)
    await made.send(order, FIRST)
    change = await made.accept(made.number, amends=order)
    behind = await made.accept(made.number)
    with pytest.raises(NotPossibleNow, match=f"changes order {order}"):
        await aside(made, change)
    with pytest.raises(NotPossibleNow, match=f"Order {change} changes this one"):
        await aside(made, order)
    await made.look(change, NO_ANSWER)

    await aside(made, change)
    assert (await read(made, behind)).held_by == order
    await aside(made, order)

    assert await may_go(made, behind)
    with pytest.raises(NotPossibleNow, match=r"Others may go past the order to change"):
        await made.accept(made.number, amends=order)
    # sent again it joins the end, and goes at once as it did before
    await search_in_vain(made, change)
    assert (await read(made, change)).state == State.ACCEPTED
    assert (await read(made, await made.accept(made.number))).held_by == change


async def test_after_a_restore_it_is_looked_for_at_once_when_it_steps_aside(made):
    first, second, third = await in_line(made)
    await made.send(first, FIRST)
    await Maintenance(made.store, made.book._settings).after_restore(made.account)
    assert not await may_go(made, second)

    now = await aside(made, second)

    assert now.state == State.UNCERTAIN
    assert await may_go(made, second)
    assert third


async def test_what_stepped_aside_is_not_taken_for_an_order_placed_elsewhere(made):
    """A name or listing tells no reference: every order of ours on its numbers may be it, also one in no line."""
    first, _ = await uncertain(made)
    await aside(made, first)
    await made.hear(FOREIGN)
    found = Found(FOREIGN, None, "PROCESSING", (made.number,), {})
    assert (await made.book.adopt(made.account, found, KIND, NONE)).verdict == "postponed"
