"""Callbacks of unknown orders are listed and heard again; nothing of that ends an order or says a thing twice."""

from __future__ import annotations

import pytest
from kept_callbacks import hear
from store_steps import FIRST, KIND, SECOND
from verified_account import FOREIGN, UNKNOWN, account

from service.errors import NotFound
from service.governor import NONE
from service.lifecycle import Source, State
from service.order import Attention, Found, Outcome, Outcomes
from service.orphans import Orphans
from service.report import Report
from service.store import keys, orphans, reading
from service.store.orphans import OrphanKey, Place
from service.store.replaying import CHUNK

MEMBER = f"tn-options/{FIRST}"
LOST = Report(Source.SUBMIT, "answer_lost", state=State.UNCERTAIN, look_in=1000.0)


class Bells:
    def __init__(self):
        self.rung = []

    def ring(self, bell, _account_id, ids):
        self.rung += [(bell, each) for each in ids]

    def announce(self, account_id):
        self.announced = account_id


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        one.bells = Bells()
        one.orphans = Orphans(one.store, one.bells, "a test")
        one.say = lambda *told, **more: hear(one.book, one.account, *told, **more)
        yield one


async def listed(made, after=None, most=10):
    return [str(each.key) for each in (await orphans.page(made.store, made.account, after, most)).orphans]


async def index(made):
    return await made.client.zrange(keys.orphans(made.account), 0, -1)


async def events(made, order_id):
    return [each["event"] for each in await reading.timeline(made.store, made.account, order_id)]


async def uncertain(made, number, **more):
    """An order of ours that was sent and of which nothing is known; searched for in a thousand seconds."""
    order_id = await made.accept(number, **more)
    await made.look(order_id, LOST)
    return order_id


async def waiting(made, number, **more):
    """An order of ours without an id at Bandwidth that needs a person."""
    order_id = await made.accept(number, **more)
    attention = Attention("maybe_sent", "Look.")
    await made.look(order_id, Report(Source.SUBMIT, "lost", state=State.NEEDS_ATTENTION, attention=attention))
    return order_id


async def is_due(made, order_id, step):
    score = await made.client.zscore(keys.due(made.account, step), order_id)
    seconds, microseconds = await made.client.time()
    return score <= seconds * 1000 + microseconds / 1000 + made.store.offset


async def test_an_orphan_tells_what_is_kept_and_that_it_is_to_be_adopted(made):
    await made.say(FIRST, "PROCESSING", reference="theirs")
    made.store.offset += 1_000
    await made.say(FIRST, "COMPLETE", reference="theirs")
    await made.say(FIRST, "COMPLETE", reference="theirs")

    (found,) = (await orphans.page(made.store, made.account, None, 10)).orphans

    assert (str(found.key), [each.status for each in found.callbacks]) == (f"order:{FIRST}", ["PROCESSING", "COMPLETE"])
    assert {(each.order_type, each.reference) for each in found.callbacks} == {("TnOptions", "theirs")}
    assert found.last_at - found.callbacks[0].at >= 1_000
    assert found.last_at == found.callbacks[1].at
    # the key expires by the server's clock, which a test does not move
    assert abs(found.expires_at - (found.last_at - made.store.offset + 7 * 86_400_000)) < 100
    assert (found.adopting.kind, found.adopting.tries) == ("tn-options", 0)
    assert found.adopting.due_at == await made.client.zscore(keys.due_adopt(made.account), MEMBER)


async def test_tries_are_told_and_what_no_kind_adopts_is_adopted_by_nobody(made):
    await made.say(FIRST)
    await made.client.hset(keys.adopt_tries(made.account), MEMBER, 3)
    await made.say(SECOND, order_type="portins")
    await made.say(reference="a reference")

    found = (await orphans.page(made.store, made.account, None, 10)).orphans

    told = {str(each.key): each.adopting and each.adopting.tries for each in found}
    assert told == {f"order:{FIRST}": 3, f"order:{SECOND}": None, "reference:a reference": None}


async def test_the_newest_come_first_a_page_at_a_time_also_of_one_millisecond(made):
    for at in range(7):
        await made.say(f"id-{at}")
        made.store.offset += 1_000 * (at % 3 == 2)
    names = await index(made)
    await made.client.zadd(keys.orphans(made.account), {names[at]: names.index(names[3]) for at in range(3, 6)})
    whole, seen, after = await listed(made), [], None

    while True:
        page = await orphans.page(made.store, made.account, after, 2)
        seen += [str(each.key) for each in page.orphans]
        after = page.after
        if after is None:
            break

    assert sorted(whole) == sorted(f"order:id-{at}" for at in range(7))
    assert whole[0] == "order:id-6"
    assert seen == whole


async def test_pages_go_on_where_an_orphan_is_gone(made):
    for at in range(4):
        await made.say(f"id-{at}")
        made.store.offset += 10
    page = await orphans.page(made.store, made.account, None, 2)
    await made.client.delete(made.key(page.after.name))
    assert await listed(made, page.after) == ["order:id-1", "order:id-0"]
    assert await listed(made, Place(0, "orphan:x")) == []


async def test_listing_sweeps_what_has_expired_and_so_does_the_next_callback(made):
    for told_id in (FIRST, SECOND, FOREIGN):
        await made.say(told_id)
    await made.client.delete(made.key(f"orphan:{FIRST}"))
    assert set(await listed(made)) == {f"order:{FOREIGN}", f"order:{SECOND}"}
    assert f"orphan:{FIRST}" not in await index(made)

    await made.client.delete(made.key(f"orphan:{SECOND}"))
    made.store.offset += 7 * 86_400_000 + 1
    await made.say(UNKNOWN)
    assert set(await index(made)) == {f"orphan:{FOREIGN}", f"orphan:{UNKNOWN}"}


async def test_every_way_out_of_being_an_orphan_keeps_the_index(made):
    order_id = await made.accept("2015550101")
    for told_id in (FIRST, SECOND, FOREIGN):
        await made.say(told_id)
    await made.send(order_id, FIRST)
    assert set(await index(made)) == {f"orphan:{SECOND}", f"orphan:{FOREIGN}"}
    found = Found(FOREIGN, "theirs", "PROCESSING", ("2015550401",), {})
    await made.book.adopt(made.account, found, KIND, NONE)
    assert await index(made) == [f"orphan:{SECOND}"]
    # a second order at Bandwidth for one of ours takes what was said of it along
    second = Report(Source.CHECK, "checked", state=State.PROCESSING, bandwidth_order_id=SECOND)
    made.store.offset += 30_000
    await made.look(order_id, second, "check")
    assert await index(made) == []
    assert (await made.verify()).count == 0


async def test_a_reference_keeps_whatever_it_holds(made):
    text = "a / ö \u2028 %2F reference"
    await made.say(reference=text)
    (key,) = await listed(made)
    assert OrphanKey.read(key) == OrphanKey(reference=text)
    assert (await made.orphans.replay(made.account, key)).outcome == "kept"
    assert await listed(made) == [key]
    assert (await made.verify()).count == 0


async def test_a_replay_of_an_unknown_order_has_it_adopted_now_with_its_tries_forgotten(made):
    await made.say(FIRST)
    made.store.offset += 1
    await made.say(FIRST, "COMPLETE")
    await made.client.zadd(keys.due_adopt(made.account), {MEMBER: 9_999_999_999_999})
    await made.client.hset(keys.adopt_tries(made.account), MEMBER, 7)

    done = await made.orphans.replay(made.account, f"order:{FIRST.upper()}")

    assert (done.outcome, done.order_id, done.adopting) == ("kept", None, True)
    assert [(kept.status, heard) for kept, heard in done.callbacks] == [("PROCESSING", "kept"), ("COMPLETE", "kept")]
    assert await made.book.unknown(made.account, 10) == [MEMBER]
    assert not await made.client.hexists(keys.adopt_tries(made.account), MEMBER)
    assert await made.client.hlen(made.key(f"orphan:{FIRST}")) == 2
    assert (await made.orphans.replay(made.account, f"order:{FIRST}")).outcome == "kept"
    assert await made.client.hget(made.key("counters"), "orphan.replayed") == "2"


async def known_after_all(made, *statuses):
    """An order of ours whose callbacks were kept although it is known; as a restored backup may have it."""
    order_id = await made.accept("2015550101")
    for status in statuses:
        await made.say(FIRST, status)
        made.store.offset += 1
    await made.client.rename(made.key(f"orphan:{FIRST}"), made.key("aside"))
    await made.send(order_id, FIRST)
    await made.client.rename(made.key("aside"), made.key(f"orphan:{FIRST}"))
    await made.client.zadd(keys.orphans(made.account), {f"orphan:{FIRST}": 1})
    return order_id


async def test_a_replay_applies_what_is_kept_to_an_order_that_is_known_by_now_and_ends_nothing(made):
    order_id = await known_after_all(made, "PROCESSING", "COMPLETE")
    before = (await made.book.get(made.account, order_id)).version

    done = await made.orphans.replay(made.account, f"order:{FIRST}")

    assert (done.outcome, done.order_id, done.adopting) == ("applied", order_id, False)
    assert [(kept.status, heard) for kept, heard in done.callbacks] == [("PROCESSING", "new"), ("COMPLETE", "new")]
    assert done.due == (("check", order_id),)
    assert (made.bells.rung, made.bells.announced) == ([("check", order_id)], made.account)
    order = await made.book.get(made.account, order_id)
    assert (order.state, order.announced, order.version > before) == ("processing", "COMPLETE", True)
    assert await index(made) == []
    assert (await made.verify()).count == 0
    with pytest.raises(NotFound, match=f"it is order {order_id}"):
        await made.orphans.replay(made.account, f"order:{FIRST}")
    # the same callbacks once more
    assert [(await made.say(FIRST, each)).outcome for each in ("PROCESSING", "COMPLETE")] == ["duplicate"] * 2


async def test_what_the_order_has_heard_already_is_no_news_in_a_replay(made):
    order_id = await known_after_all(made, "PROCESSING", "COMPLETE")
    await made.say(FIRST, "COMPLETE")
    before = await made.book.get(made.account, order_id)

    done = await made.orphans.replay(made.account, f"order:{FIRST}")

    assert [heard for _, heard in done.callbacks] == ["new", "duplicate"]
    await made.client.hset(made.key(f"orphan:{FIRST}"), f"{FIRST} None COMPLETE None", '{"entry":""}')
    again = await made.orphans.replay(made.account, f"order:{FIRST}")
    assert [heard for _, heard in again.callbacks] == ["duplicate"]
    after = await made.book.get(made.account, order_id)
    assert (before.announced, after.announced) == ("COMPLETE", "COMPLETE")
    assert (await events(made, order_id)).count("callback") == 2


async def test_a_replay_to_an_ended_order_is_late(made):
    order_id = await known_after_all(made, "FAILED")
    await made.complete(order_id)
    done = await made.orphans.replay(made.account, f"order:{FIRST}")
    assert [heard for _, heard in done.callbacks] == ["late"]
    assert (await made.book.get(made.account, order_id)).state == State.PARTIAL
    assert done.due == ()


async def test_many_callbacks_are_applied_in_bounded_scripts_and_each_once(made):
    statuses = [f"WORD{at:03d}" for at in range(2 * CHUNK + 5)]
    order_id = await known_after_all(made, *statuses)
    calls, run_many = [], made.store.run_many

    async def counted(*arguments):
        await made.client.config_resetstat()
        done = await run_many(*arguments)
        stats = await made.client.info("commandstats")
        uncounted = ("eval", "info", "config", "script")
        calls.append(sum(each["calls"] for name, each in stats.items() if not any(no in name for no in uncounted)))
        return done

    made.store.run_many = counted
    done = await made.orphans.replay(made.account, f"order:{FIRST}")

    assert [kept.status for kept, _ in done.callbacks] == statuses
    assert {heard for _, heard in done.callbacks} == {"new"}
    assert len(calls) == 3
    assert max(calls) < 1_000
    assert (await made.book.get(made.account, order_id)).announced == statuses[-1]
    assert await index(made) == []


async def test_a_replay_by_reference_looks_now_for_uncertain_orders_and_touches_no_other(made):
    sought = await uncertain(made, "2015550101", customer_order_id="shared")
    unsent = await made.accept("2015550102", customer_order_id="shared")
    sent = await made.accept("2015550103", customer_order_id="shared")
    await made.send(sent, FIRST)
    await made.say(reference="shared", status="COMPLETE")
    for each in (sought, sent):
        await made.client.zadd(keys.due(made.account, "submit" if each == sought else "check"), {each: 9e12})
    versions = [(await made.book.get(made.account, each)).version for each in (sought, unsent, sent)]

    done = await made.orphans.replay(made.account, "reference:shared")

    assert (done.outcome, done.due, done.adopting) == ("kept", (("submit", sought),), False)
    assert made.bells.rung == [("submit", sought)]
    assert await is_due(made, sought, "submit")
    assert not await is_due(made, sent, "check")
    after = [await made.book.get(made.account, each) for each in (sought, unsent, sent)]
    assert [each.state for each in after] == ["uncertain", "accepted", "received"]
    assert [each.version for each in after] == versions
    assert [each.announced for each in after] == [None] * 3


@pytest.mark.parametrize("told_id", [None, SECOND])
async def test_the_only_order_of_a_reference_that_needs_a_person_is_looked_for_now(made, told_id):
    only = await waiting(made, "2015550101", customer_order_id="only")
    await made.say(told_id, "COMPLETE", reference="only")
    assert not await is_due(made, only, "check")

    done = await made.orphans.replay(made.account, f"order:{told_id}" if told_id else "reference:only")

    assert done.due == (("check", only),)
    assert await is_due(made, only, "check")
    assert (await made.book.get(made.account, only)).state == "needs_attention"


async def test_of_two_orders_of_a_reference_neither_that_needs_a_person_is_looked_for(made):
    both = [await waiting(made, f"201555010{at}", customer_order_id="both") for at in (1, 2)]
    await made.say(reference="both")
    done = await made.orphans.replay(made.account, "reference:both")
    assert done.due == ()
    assert [await is_due(made, each, "check") for each in both] == [False, False]


async def test_the_only_order_of_a_reference_is_left_alone_once_its_id_is_known(made):
    known = await made.accept("2015550101", customer_order_id="known")
    await made.send(known, FIRST)
    attention = Attention("gone", "Look.")
    made.store.offset += 30_000
    await made.look(
        known, Report(Source.CHECK, "gone", state=State.NEEDS_ATTENTION, attention=attention, look_in=900.0), "check"
    )
    await made.say(reference="known")
    assert (await made.orphans.replay(made.account, "reference:known")).due == ()


async def test_orphans_are_replayed_and_the_answer_is_the_same_again(made):
    keys_of_orphans = [*(f"order:id-{at}" for at in range(5)), "reference:r"]
    for at in range(5):
        await made.say(f"id-{at}")
    await made.say(reference="r")
    for _ in range(2):
        done = [await made.orphans.replay(made.account, key) for key in keys_of_orphans]
        assert [str(each.key) for each in done] == keys_of_orphans
        assert {each.outcome for each in done} == {"kept"}
    assert (await made.verify()).count == 0


@pytest.mark.parametrize("key", ["", "order:", "reference:", f"order:{UNKNOWN}", "reference:none", FIRST, "orphan:x"])
async def test_an_orphan_that_is_none_is_not_found(made, key):
    await made.say(FIRST)
    with pytest.raises(NotFound, match=r"No callbacks are kept under|is no key of an orphan"):
        await made.orphans.replay(made.account, key)
    assert len(await index(made)) == 1


async def test_an_orphan_that_expires_under_the_replay_is_taken_out_of_the_index(made):
    await made.say(FIRST)
    await made.client.delete(made.key(f"orphan:{FIRST}"))
    with pytest.raises(NotFound):
        await made.orphans.replay(made.account, f"order:{FIRST}")
    assert await index(made) == []


async def test_an_adopted_order_that_was_replayed_is_one_order(made):
    await made.say(FOREIGN, "COMPLETE")
    await made.orphans.replay(made.account, f"order:{FOREIGN}")
    found = Found(FOREIGN, None, "PROCESSING", ("2015550401",), {})
    order_id = (await made.book.adopt(made.account, found, KIND, NONE)).order_id
    assert (await made.book.get(made.account, order_id)).announced == "COMPLETE"
    made.store.offset += 30_000
    outcomes = Outcomes(Outcome("complete"))
    await made.look(order_id, Report(Source.CHECK, "checked", state=State.COMPLETE, outcomes=outcomes), "check")
    assert (await made.verify()).count == 0


def test_a_key_is_read_as_it_is_written():
    for key in (OrphanKey(bandwidth_order_id="abc"), OrphanKey(reference="order:abc"), OrphanKey(reference="")):
        assert OrphanKey.read(str(key)) == key
        assert OrphanKey.stored(key.name) == key
    assert OrphanKey.read("abc") is None
