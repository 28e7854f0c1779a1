"""Orders that ended long ago leave with all their keys, whatever dies on the way; a tombstone stays for a while."""

from __future__ import annotations

import asyncio

import pytest
from kept_callbacks import hear
from store_steps import FIRST, KIND, SECOND, indexed
from verified_account import FOREIGN, THIRD, UNKNOWN, account

from service import decisions
from service.errors import NotFound
from service.governor import NONE
from service.lifecycle import Source, State
from service.order import Attention, Found, Outcome, Outcomes
from service.report import Report
from service.store import keys, naming, orphans, purging, reading, searching
from service.store.purging import CHUNK, MOST, TOMBSTONE_MS
from service.store.replaying import replay
from service.store.wanted import Wanted

DAY_MS = 86_400_000
KEEP_MS = 400 * DAY_MS
COMPLETE = Report(
    Source.CHECK, "checked", state=State.COMPLETE, bandwidth_status="COMPLETE", outcomes=Outcomes(Outcome("complete"))
)


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        yield one


def numbers_of(count):
    return tuple(f"2{number:09d}" for number in range(count))


async def sweep(made, keep_ms=KEEP_MS):
    return await purging.sweep(made.store, made.account, keep_ms)


async def ended(made, *numbers, bandwidth_order_id=None, **more):
    """An order that has been sent and is complete."""
    order_id = await made.accept(*numbers, **more)
    await made.send(order_id, bandwidth_order_id)
    made.store.offset += 30_000
    await made.look(order_id, COMPLETE, "check")
    return order_id


async def later(made, days):
    made.store.offset += days * DAY_MS


async def mentions(made, order_id):
    """Keys that name an order, by themselves or in what they hold; but for the events of its life."""
    kept = await made.dump()
    return sorted(
        key.removeprefix(keys.prefix(made.account))
        for key, held in kept.items()
        if order_id in f"{key} {held}" and not key.endswith("events")
    )


async def counter(made, name):
    return int(await made.client.hget(made.key("counters"), name) or 0)


async def clean(made):
    return [(each.key, each.wrong) for each in (await made.verify()).findings] == []


async def test_an_order_is_purged_with_all_its_keys_once_it_has_ended_long_enough_ago(made):
    order_id = await ended(
        made, "2015550101", "2015550102", bandwidth_order_id=FIRST, idempotency_key="k", fingerprint="f",
        customer_order_id=" a reference ",
    )  # fmt: skip
    await hear(made.book, made.account, FIRST, "COMPLETE")
    assert await made.client.zscore(keys.ended(made.account), order_id)
    await later(made, 399)
    assert (await sweep(made), await clean(made)) == (0, True)

    await later(made, 1)
    assert await sweep(made) == 1

    assert await mentions(made, order_id) == [f"tombstone-bandwidth:{FIRST}", f"tombstone:{order_id}"]
    left = {key.removeprefix(keys.prefix(made.account)) for key in await made.dump()} - {"events", "meter"}
    assert left == {"counters", "histograms", f"tombstone-bandwidth:{FIRST}", f"tombstone:{order_id}"}
    assert (await counter(made, "purged"), await clean(made)) == (1, True)
    assert await sweep(made) == 0


async def test_the_tombstone_tells_what_it_was_for_thirty_days(made):
    order_id = await ended(made, "2015550101", bandwidth_order_id=FIRST)
    completed_at = (await made.book.get(made.account, order_id)).completed_at
    await later(made, 400)
    await sweep(made)

    told = await purging.tombstone(made.store, made.account, order_id)

    assert (told.kind, told.state, told.completed_at) == ("tn-options", State.COMPLETE, completed_at)
    assert told.purged_at - completed_at >= KEEP_MS
    for key in (keys.tombstone(made.account, order_id), made.key(f"tombstone-bandwidth:{FIRST}")):
        assert TOMBSTONE_MS - 10_000 < await made.client.pttl(key) <= TOMBSTONE_MS
    assert await purging.tombstone(made.store, made.account, UNKNOWN) is None


async def test_every_sort_of_order_leaves_nothing_behind(made):
    """All that `verify` is tried on, ended one after the other and purged in any sequence."""
    await made.fill()
    all_ids = await made.client.zrange(keys.index(made.account), 0, -1)
    await later(made, 4)
    for _ in range(10):
        for state, step in (("received", "check"), ("processing", "check"), ("accepted", "submit"), ("held", "submit")):
            for order_id in await made.client.zrange(keys.index(made.account, state=state), 0, -1):
                await later(made, 1)
                for claim in await made.book.claim(made.account, [order_id], step):
                    report = COMPLETE
                    if step == "submit":
                        report = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=f"b-{order_id}")
                    await made.book.report(claim, report, KIND, NONE)
    assert await made.client.zcard(keys.ended(made.account)) == len(all_ids)
    assert await clean(made)
    await later(made, 500)
    purged = 0
    while count := await sweep(made):
        purged += count
        assert await clean(made)
    assert purged == len(all_ids)
    for each in all_ids:
        kept = [key for key in await mentions(made, each) if not key.startswith("tombstone")]
        assert kept == [], each


async def test_an_open_order_is_never_purged_however_old(made):
    await made.fill()
    states = {state: await made.client.zcard(keys.index(made.account, state=state)) for state in State}
    await later(made, 5_000)
    await made.client.zadd(keys.ended(made.account), {made.sent: 5})
    assert await sweep(made) == states["partial"] + states["cancelled"]
    left = [made.sent, made.held, made.last, made.changed, made.change, made.foreign, made.behind_foreign]
    assert all(await reading.get(made.store, made.account, left))


async def test_a_record_of_unknown_state_is_left_to_a_person(made):
    order_id = await ended(made, "2015550101")
    await made.client.hset(made.record(order_id), "state", "lost")
    await later(made, 400)
    assert await sweep(made) == 0
    assert await made.client.exists(made.record(order_id))


async def changed(made, number="2015550301", bandwidth_order_id=THIRD):
    """An order at Bandwidth and the one that changes it."""
    target = await made.accept(number)
    await made.send(target, bandwidth_order_id)
    change = await made.accept(number, amends=target)
    return target, change


async def end(made, order_id, step="check"):
    made.store.offset += 30_000_000
    if step == "submit":
        await made.send(order_id)
        made.store.offset += 30_000_000
    await made.look(order_id, COMPLETE, "check")


async def test_an_order_that_an_open_one_changes_waits_for_its_end(made):
    target, change = await changed(made)
    await end(made, target)
    await later(made, 401)
    assert await sweep(made) == 0

    await end(made, change, "submit")

    assert await sweep(made) == 1
    assert await made.client.exists(made.record(change))
    assert await clean(made)
    await later(made, 400)
    assert (await sweep(made), await clean(made)) == (1, True)


async def test_an_order_that_changes_an_open_one_waits_for_its_end(made):
    target, change = await changed(made)
    await end(made, change, "submit")
    await later(made, 401)
    assert await sweep(made) == 0

    await end(made, target)

    assert await sweep(made) == 1
    assert (await made.book.get(made.account, target)).amended_by is None
    assert await clean(made)


async def test_those_that_wait_for_others_keep_nobody_else_back(made):
    target, _ = await changed(made)
    await end(made, target)
    behind = [await ended(made, f"20155504{at:02d}") for at in range(3)]
    await later(made, 401)
    assert await sweep(made) == 3
    assert await reading.get(made.store, made.account, behind) == [None] * 3


@pytest.mark.parametrize("link", ["amends", "retries"])
async def test_however_many_wait_for_others_what_is_behind_them_goes(made, link):
    """More than one script looks at: each changes an order that is open for years, or retries one that stands."""
    target, _ = await changed(made)
    old = {f"kept-{at:03d}": at + 1 for at in range(120)}
    for each, at in old.items():
        fields = {"state": "complete", "kind": "tn-options", "completed_at": at, link: target}
        await made.client.hset(made.record(each), mapping=fields)
    await made.client.zadd(keys.ended(made.account), old)
    behind = await ended(made, "2015550401")
    await later(made, 401)

    for _ in range(4):
        await sweep(made)
        made.store.offset += 1_000

    assert await reading.get(made.store, made.account, [behind]) == [None]
    assert await made.client.zcard(keys.ended(made.account)) == len(old)


async def test_an_id_that_a_search_could_take_for_its_own_is_kept_until_it_cannot(made):
    """Bandwidth still has the old order: with no record that holds its id, it would pass for the one that is sought."""
    old = await ended(made, "2015550101", bandwidth_order_id=FIRST, customer_order_id="again")
    other = await ended(made, "2015550102", bandwidth_order_id=SECOND, customer_order_id="again")
    sought = await made.accept("2015550101", customer_order_id="again")
    attention = Attention("maybe_sent", "Look.")
    await made.look(sought, Report(Source.SUBMIT, "lost", state=State.NEEDS_ATTENTION, attention=attention))
    await later(made, 401)

    assert await sweep(made) == 1

    assert await reading.get(made.store, made.account, [other]) == [None]
    assert await reading.holders(made.store, made.account, [FIRST], sought) == {FIRST}
    await made.cancel(sought)
    assert await sweep(made) == 1
    assert await reading.get(made.store, made.account, [old]) == [None]


async def of_numbers(made):
    """The keys of the index of numbers."""
    names = [key.removeprefix(keys.prefix(made.account)) for key in await made.dump()]
    return [each for each in names if each.partition(":")[0] == "tn"]


async def test_a_large_order_goes_in_chunks_and_a_process_that_dies_between_them_leaves_what_verify_knows(made):
    numbers = numbers_of(2 * CHUNK + 10)
    order_id = await ended(made, *numbers, bandwidth_order_id=FIRST)
    await later(made, 400)

    async def step():
        return await purging.purge(made.store, made.account, order_id, KEEP_MS)

    assert (await step(), await clean(made)) == ("more", True)
    assert await made.client.hget(made.key("purging"), order_id) == str(CHUNK)
    assert await indexed(made.client, made.account, numbers[0]) == []
    # the order is there until all of it is gone
    assert (await made.book.get(made.account, order_id)).total == len(numbers)
    assert (await hear(made.book, made.account, FIRST, "FAILED")).outcome == "late"
    # whoever restarts with a longer retention goes on all the same
    assert await purging.sweep(made.store, made.account, 10 * KEEP_MS) == 1

    assert await mentions(made, order_id) == [f"tombstone-bandwidth:{FIRST}", f"tombstone:{order_id}"]
    assert await of_numbers(made) == []
    assert await clean(made)
    assert await step() == "gone"
    assert await counter(made, "purged") == 1


async def test_a_repair_does_not_index_anew_what_is_half_purged(made):
    numbers = numbers_of(CHUNK + 10)
    order_id = await ended(made, *numbers)
    await later(made, 400)
    await purging.purge(made.store, made.account, order_id, KEEP_MS)
    await made.client.hdel(keys.numbers(made.account), numbers[-1])

    done = await made.maintenance.repair(made.account)

    assert [each.key for each in done.found.findings] == [keys.number(made.account, numbers[-1])]
    assert await indexed(made.client, made.account, numbers[0]) == []
    assert (await sweep(made), await clean(made)) == (1, True)
    assert await of_numbers(made) == []


async def test_numbers_that_were_never_indexed_are_not_indexed_by_the_purge(made):
    order_id = await ended(made, *numbers_of(CHUNK + 10))
    await made.client.hset(keys.unindexed(made.account), order_id, 3)
    await later(made, 400)
    await purging.purge(made.store, made.account, order_id, KEEP_MS)
    assert not await made.client.exists(keys.unindexed(made.account))


async def test_any_number_of_clocks_purge_at_once_and_each_order_is_purged_once(made):
    ids = [await ended(made, *numbers_of(CHUNK + 1 if at % 3 == 0 else 2)) for at in range(9)]
    await later(made, 400)

    counts = await asyncio.gather(*(sweep(made) for _ in range(4)))

    assert (sum(counts), await counter(made, "purged")) == (len(ids), len(ids))
    assert await reading.get(made.store, made.account, ids) == [None] * len(ids)
    assert await clean(made)


async def test_one_sweep_runs_no_more_scripts_than_it_may_and_the_next_goes_on(made, monkeypatch):
    monkeypatch.setattr(purging, "MOST", 5)
    for _ in range(7):
        await ended(made, "2015550101")
    await later(made, 400)
    assert [await sweep(made) for _ in range(3)] == [5, 2, 0]
    large = await ended(made, *numbers_of(6 * CHUNK))
    await later(made, 400)
    assert await sweep(made) == 0
    assert await clean(made)
    assert (await sweep(made), await reading.get(made.store, made.account, [large])) == (1, [None])


async def test_no_script_makes_more_than_a_thousand_calls(made):
    for at in range(MOST):
        target, _ = await changed(made, f"20155505{at:02d}", f"id-{at}")
        await end(made, target)
    order_id = await ended(made, *numbers_of(5_000), bandwidth_order_id=FIRST, idempotency_key="k", fingerprint="f")
    await ended(made, "2015550101", customer_order_id="shared", bandwidth_order_id=SECOND)
    await later(made, 400)
    run_many, calls = made.store.run_many, []

    async def counted(*arguments):
        await made.client.config_resetstat()
        done = await run_many(*arguments)
        stats = await made.client.info("commandstats")
        uncounted = ("eval", "info", "config", "script")
        calls.append(sum(each["calls"] for name, each in stats.items() if not any(no in name for no in uncounted)))
        return done

    made.store.run_many = counted
    while await sweep(made):
        pass
    assert await reading.get(made.store, made.account, [order_id]) == [None]
    assert len(calls) > 10
    assert max(calls) < 1_000


async def test_an_idempotency_key_never_names_a_purged_order(made):
    order_id = await ended(made, "2015550101", idempotency_key="k", fingerprint="f")
    await later(made, 30)
    assert await sweep(made, 30 * DAY_MS) == 1
    again = await made.accept("2015550101", idempotency_key="k", fingerprint="f")
    assert again != order_id
    assert await clean(made)


async def test_a_key_that_was_used_anew_stays_with_the_order_that_has_it(made):
    order_id = await ended(made, "2015550101", idempotency_key="k", fingerprint="f")
    await made.client.delete(made.key("idempotency:c:k"))
    again = await made.accept("2015550101", idempotency_key="k", fingerprint="f")
    await later(made, 400)
    await sweep(made)
    assert await reading.get(made.store, made.account, [order_id]) == [None]
    assert await made.client.hget(made.key("idempotency:c:k"), "order") == again


async def test_a_late_callback_of_a_purged_order_is_late_kept_nowhere_and_adopts_nothing(made):
    order_id = await ended(made, "2015550101", bandwidth_order_id=FIRST)
    await later(made, 400)
    await sweep(made)
    before = await counter(made, "callback.late")

    by_id = await hear(made.book, made.account, FIRST, "FAILED")
    by_reference = await hear(made.book, made.account, reference=order_id)

    assert [(each.outcome, each.order_id, each.due) for each in (by_id, by_reference)] == [("late", order_id, None)] * 2
    assert await counter(made, "callback.late") == before + 2
    assert not await made.client.exists(keys.due_adopt(made.account), keys.orphans(made.account))
    assert await clean(made)

    await made.client.delete(keys.tombstone(made.account, order_id), made.key(f"tombstone-bandwidth:{FIRST}"))
    assert (await hear(made.book, made.account, FIRST, "FAILED")).outcome == "orphan"
    assert await made.client.zcard(keys.due_adopt(made.account)) == 1


async def test_a_reference_that_another_order_has_as_well_is_not_that_of_the_purged_one(made):
    order_id = await ended(made, "2015550101", bandwidth_order_id=FIRST)
    await made.accept("2015550102", customer_order_id=order_id)
    await later(made, 400)
    await sweep(made)
    assert (await hear(made.book, made.account, reference=order_id)).outcome == "orphan"


async def test_a_purged_order_is_not_adopted_as_one_placed_elsewhere(made):
    await ended(made, "2015550101", bandwidth_order_id=FIRST)
    await later(made, 400)
    await sweep(made)
    await made.client.zadd(keys.due_adopt(made.account), {f"tn-options/{FIRST}": 1})
    found = Found(FIRST, None, "COMPLETE", ("2015550101",), {})
    assert (await made.book.adopt(made.account, found, KIND, NONE)).verdict == "known"
    assert not await made.client.exists(keys.due_adopt(made.account))


async def test_what_was_kept_of_a_purged_order_goes_when_it_is_replayed(made):
    await hear(made.book, made.account, FIRST, "FAILED")
    await made.client.rename(made.key(f"orphan:{FIRST}"), made.key("aside"))
    order_id = await ended(made, "2015550101", bandwidth_order_id=FIRST)
    await later(made, 400)
    await sweep(made)
    await made.client.rename(made.key("aside"), made.key(f"orphan:{FIRST}"))

    done = await replay(made.store, made.account, orphans.OrphanKey(FIRST))

    assert (done.outcome, done.order_id, [heard for _, heard in done.callbacks]) == ("applied", order_id, ["late"])
    assert await clean(made)


async def test_a_second_order_at_bandwidth_is_purged_with_the_one_it_is_of(made):
    order_id = await made.accept("2015550101")
    await made.send(order_id, FIRST)
    made.store.offset += 30_000
    await made.look(order_id, Report(Source.CHECK, "checked", bandwidth_order_id=SECOND), "check")
    assert await made.client.get(made.key(f"bandwidth:{SECOND}")) == order_id
    order = await made.book.get(made.account, order_id)
    await made.book.decide(order, decisions.retry(order))
    await end(made, order_id)
    # the timeline alone would forget it in time
    await made.client.delete(made.record(order_id, "timeline"))
    assert await clean(made)
    await later(made, 400)

    assert await sweep(made) == 1

    assert await clean(made)
    assert (await hear(made.book, made.account, SECOND)).outcome == "late"
    assert not await made.client.exists(made.key(f"bandwidth:{SECOND}"))


async def test_a_pointer_that_names_another_order_stays(made):
    await ended(made, "2015550101", bandwidth_order_id=FIRST)
    holder = await made.accept("2015550102")
    await made.send(holder, SECOND)
    await made.client.set(made.key(f"bandwidth:{FIRST}"), holder)
    await later(made, 400)
    await sweep(made)
    assert await made.client.get(made.key(f"bandwidth:{FIRST}")) == holder
    assert not await made.client.exists(made.key(f"tombstone-bandwidth:{FIRST}"))


async def merged(made, numbers, *, ends_first=False):
    """An order of ours that was taken for one placed elsewhere; returns both ids."""
    ours = await made.accept(*numbers)
    (claim,) = await made.book.claim(made.account, [ours], "submit")
    await hear(made.book, made.account, FOREIGN)
    found = Found(FOREIGN, "theirs", "PROCESSING", numbers, {})
    theirs = (await made.book.adopt(made.account, found, KIND, NONE)).order_id
    if ends_first:
        await made.look(theirs, COMPLETE, "check")
    sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=FOREIGN)
    await made.book.report(claim, sent, KIND, NONE)
    assert await made.book.get(made.account, theirs) is None
    return ours, theirs


async def test_what_a_merged_order_left_in_the_index_of_numbers_goes_with_the_one_it_became(made):
    numbers = numbers_of(150)
    ours, theirs = await merged(made, numbers)
    assert await indexed(made.client, made.account, numbers[-1]) == sorted([ours, theirs])
    await end(made, ours)
    await made.client.delete(keys.tombstone(made.account, ours))
    assert await clean(made)
    await later(made, 400)
    await sweep(made)
    assert await of_numbers(made) == []
    assert await clean(made)


async def test_an_order_that_the_release_before_has_put_into_the_index_of_each_number_too_leaves_both(made):
    numbers = numbers_of(3)
    order_id = await ended(made, *numbers)
    for each in numbers:
        # as its `verify --repair` does, which knows of no other index
        await made.client.zadd(keys.number(made.account, each), {order_id: 0})
    await later(made, 400)
    assert await sweep(made) == 1
    assert await mentions(made, order_id) == [f"tombstone:{order_id}"]


async def test_an_ended_order_that_is_merged_leaves_the_index_of_ends(made):
    ours, theirs = await merged(made, ("2015550101",), ends_first=True)
    assert await made.client.zscore(keys.ended(made.account), theirs) is None
    assert await clean(made)
    assert (await made.book.get(made.account, ours)).state == "received"


async def test_orders_that_ended_before_there_was_an_index_are_purged_after_a_repair(made):
    order_id = await ended(made, "2015550101")
    await made.client.delete(keys.ended(made.account))
    await later(made, 400)
    assert await sweep(made) == 0
    await made.maintenance.repair(made.account)
    assert (await sweep(made), await clean(made)) == (1, True)
    assert await reading.get(made.store, made.account, [order_id]) == [None]


async def test_a_note_of_what_is_gone_is_taken_away(made):
    await made.client.hset(made.key("purging"), "gone", 5)
    await made.client.zadd(keys.ended(made.account), {"gone": 5})
    assert await sweep(made) == 0
    assert not await made.client.exists(made.key("purging"), keys.ended(made.account))


async def test_readers_pass_over_what_is_gone(made):
    number = "2015550101"
    old = await ended(made, number)
    new = await ended(made, number)
    for index in (keys.number(made.account, number), keys.index(made.account)):
        await made.client.zadd(index, {"018bcfe5-6800-7000-8000-000000000000": 0})

    named = await naming.naming(made.store, made.account, number)
    page = await searching.search(made.store, [made.account], Wanted(), 10)

    assert [each.order_id for each in named.last_outcomes] == [new]
    assert [each.id for each in page.orders] == [new, old]


async def test_a_number_tells_nothing_of_an_order_that_is_purged_between_two_reads(made, monkeypatch):
    order_id = await made.accept("2015550101", "2015550102")
    await made.send(order_id, FIRST)
    await made.complete(order_id)
    await later(made, 400)
    read = naming._ledgers

    async def purged_after(*given):
        found = await read(*given)
        await sweep(made)
        return found

    monkeypatch.setattr(naming, "_ledgers", purged_after)
    assert (await naming.naming(made.store, made.account, "2015550101")).last_outcomes == ()


async def test_an_order_that_is_purged_between_two_reads_tells_nothing_wrong(made):
    """Its record was read, its outcomes are gone: each number would look as the order's default."""
    order_id = await made.accept("2015550101", "2015550102")
    await made.send(order_id, FIRST)
    await made.complete(order_id)
    order = await made.book.get(made.account, order_id)
    assert [each.outcome for each in await reading.outcomes(made.store, order, ["2015550101"])] == ["failed"]
    await later(made, 400)
    await sweep(made)
    with pytest.raises(NotFound, match="was purged just now"):
        await reading.outcomes(made.store, order, ["2015550101"])
