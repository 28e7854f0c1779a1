"""Handing out many orders together, and taking what a list told of them: nothing that came meanwhile is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from store_steps import claim, later, report, submit

from service.governor import NONE, Effect
from service.lifecycle import Source, State
from service.report import CallbackNews, Report
from service.store import keys, surveying
from service.survey import Verdict
from service.surveys import Surveys

LEAST = surveying.LEAST


def bandwidth_id(at):
    return f"ddbdc72e-dc27-490c-904e-d0c1129{at:05}"


async def sent(world, how_many, first=0):
    """Orders that Bandwidth has shown us whole, each with an id of its own."""
    orders = [await submit(world, f"201555{first + at:04}") for at in range(how_many)]
    for at, order in enumerate(orders):
        picture = Report(
            Source.SUBMIT,
            "sent",
            state=State.RECEIVED,
            bandwidth_order_id=bandwidth_id(first + at),
            bandwidth_status="RECEIVED",
            pictured=True,
            modified_at=1_700_000_000_000,
        )
        await report(world, await claim(world, order), picture)
    return [order["id"] for order in orders]


def surveys(world):
    return Surveys(world.desk.store, world.settings)


async def gather(world, ids=()):
    return await surveys(world).gather(world.account, ids)


def unmoved(group, **more):
    return [Verdict(each, "unmoved", 60.0, **more) for each in group.orders]


async def settle(world, group, verdicts, effect=NONE):
    return await surveys(world).settle(group, verdicts, effect)


async def fields(world, order_id):
    return await world.desk.store.client.hgetall(keys.order(world.account, order_id))


async def due_in(world, order_id):
    """Seconds until the clock rings for a check."""
    seconds, micros = await world.desk.store.client.time()
    now = seconds * 1000 + micros / 1000 + world.desk.store.offset
    return (await score(world, order_id) - now) / 1000


async def score(world, order_id):
    return await world.desk.store.client.zscore(keys.due(world.account, "check"), order_id)


def news(world, bandwidth_order_id, status="COMPLETE"):
    return CallbackNews(
        world.account, bandwidth_order_id, bandwidth_order_id, None, "tnoptions", status, None, None, None, None
    )


async def test_what_is_due_is_handed_out_together_to_one_taker(world):
    ids = await sent(world, LEAST)
    later(world, 1)

    group = await gather(world)

    assert (group.kind, group.account_id, {each.id for each in group.orders}) == ("tn-options", world.account, {*ids})
    first = next(each for each in group.orders if each.id == ids[0])
    assert (first.bandwidth_order_id, first.status, first.modified_at) == (bandwidth_id(0), "RECEIVED", 1.7e12)
    assert (first.looks, first.failures, first.nudges, first.fence, first.early) == (0, 0, 0, 1, False)
    assert first.seen_at == first.pictured_at <= first.looked_at <= group.at
    assert await gather(world) is None
    assert await world.desk.book.take(world.account, "check", 100) == []
    assert await due_in(world, ids[0]) == pytest.approx(world.settings.lease_seconds, abs=1)


async def test_a_taker_that_dies_loses_nothing(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await gather(world)

    later(world, world.settings.lease_seconds)

    assert {each.id for each in (await gather(world)).orders} == {*ids}


async def test_few_are_looked_at_one_by_one(world):
    ids = await sent(world, LEAST - 1)
    later(world, 1)

    assert await gather(world) is None
    assert {*await world.desk.book.take(world.account, "check", 100)} == {*ids}


async def test_nothing_is_handed_out_before_a_look_is_due(world):
    await sent(world, LEAST)
    world.desk.store.offset -= 1000

    assert await gather(world) is None


async def test_what_take_has_handed_out_is_given_back_as_a_group(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    taken = await world.desk.book.take(world.account, "check", 100)

    assert {each.id for each in (await gather(world, taken)).orders} == {*ids}


async def look_at(world, order_id, seconds, last=100.0):
    """Set when an order is looked at next, and how long before now it was looked at last."""
    client, key = world.desk.store.client, keys.order(world.account, order_id)
    now, micros = await client.time()
    now = now * 1000 + micros // 1000 + world.desk.store.offset
    await client.hset(key, mapping={"next_look_at": int(now + seconds * 1000), "checked_at": int(now - last * 1000)})
    await client.zadd(keys.due(world.account, "check"), {order_id: int(now + seconds * 1000)})


@pytest.mark.parametrize(("seconds", "last", "taken"), [(4.0, 20.0, True), (4.0, 5.0, False), (9.0, 1000.0, False)])
async def test_a_look_is_early_by_a_quarter_of_its_own_interval_at_most(world, seconds, last, taken):
    # the longest interval is 18 s here: nobody looks further ahead than a quarter of that
    ids = await sent(world, LEAST)
    later(world, 1)
    await look_at(world, ids[0], seconds, last)

    group = await gather(world)

    assert (group is not None) == taken
    if group:
        assert {each.id: each.early for each in group.orders} == {each: each == ids[0] for each in ids}


async def test_nobody_takes_along_what_another_has_in_hand(world):
    ids = await sent(world, LEAST + 1)
    later(world, 1)
    (other,) = await world.desk.book.take(world.account, "check", 1)

    group = await gather(world)

    assert {each.id for each in group.orders} == {*ids} - {other}


async def set_fields(world, order_id, **changed):
    client, key = world.desk.store.client, keys.order(world.account, order_id)
    for name, value in changed.items():
        await (client.hdel(key, name) if value is None else client.hset(key, name, value))


@pytest.mark.parametrize(
    "changed",
    [
        {"announced": "COMPLETE"},
        {"bandwidth_order_id": None},
        {"bandwidth_status": None},
        {"pictured_at": None},
        {"lease_until": "9999999999999"},
        {"state": "needs_attention"},
        {"kind": "number-options"},
        {"line_until": "1"},
        {"alone": "1"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_what_needs_a_look_of_its_own_is_in_no_group(world, changed):
    ids = await sent(world, LEAST + 1)
    later(world, 1)
    await set_fields(world, ids[0], **changed)

    assert {each.id for each in (await gather(world)).orders} == {*ids[1:]}


async def test_the_largest_group_comes_first_and_kinds_are_not_mixed(world):
    ids = await sent(world, 2 * LEAST + 1)
    later(world, 1)
    for each in ids[:LEAST]:
        await set_fields(world, each, kind="lidb")

    groups = [await gather(world) for _ in range(3)]

    assert [each and (each.kind, len(each.orders)) for each in groups] == [
        ("tn-options", LEAST + 1),
        ("lidb", LEAST),
        None,
    ]


async def test_a_paused_account_hands_out_nothing(world):
    await sent(world, LEAST)
    later(world, 1)
    await world.desk.store.client.hset(keys.pause(world.account), mapping={"why": "paused", "until": ""})

    assert await gather(world) is None


async def test_an_unmoved_order_has_had_its_look_and_nothing_else_happened(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await set_fields(world, ids[0], failures="2", waiting='{"why": "x", "until": null}')
    before = await world.order(ids[0])
    timeline = await world.timeline(ids[0])
    group = await gather(world)

    done = await settle(world, group, unmoved(group, sighted=True))

    assert (done.taken, done.paused) == (LEAST, False)
    now = await world.order(ids[0])
    assert (now["version"], now["state"]) == (before["version"], "received")
    assert await world.timeline(ids[0]) == timeline
    record = await fields(world, ids[0])
    assert (record["looks"], record["checked_at"], record["sighted_at"]) == ("1", str(group.at), str(group.at))
    assert not {"failures", "waiting", "alone", "lease_until"} & {*record}
    assert await due_in(world, ids[0]) == pytest.approx(60, abs=1)
    assert await claim(world, {"id": ids[0]}, "check") is None, "it has had its look"


async def test_the_same_survey_twice_counts_one_look(world, monkeypatch):
    monkeypatch.setattr(surveying, "operation_id", lambda: "always the same")
    await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)

    first = await settle(world, group, unmoved(group))
    again = await settle(world, group, unmoved(group))

    assert first == again
    assert {(await fields(world, each.id))["looks"] for each in group.orders} == {"1"}


async def test_two_surveys_of_the_same_look_count_one(world):
    await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)
    later(world, world.settings.lease_seconds)
    second = await gather(world)

    await settle(world, group, unmoved(group))
    assert (await settle(world, second, unmoved(second))).taken == 0

    assert {(await fields(world, each.id))["looks"] for each in group.orders} == {"1"}


async def test_the_time_that_a_list_tells_is_kept_where_none_was_known(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await set_fields(world, ids[0], modified_at=None)
    group = await gather(world)

    await settle(world, group, unmoved(group, modified_at=5))

    assert [(await fields(world, each))["modified_at"] for each in ids[:2]] == ["5", "1700000000000"]


@pytest.mark.parametrize("becomes", ["unmoved", "told", "alone", "later"])
@pytest.mark.parametrize("what", ["callback", "nudge", "claim", "failed look", "look", "end", "attention", "purge"])
async def test_whatever_came_after_the_orders_were_handed_out_is_newer(world, becomes, what):
    ids = await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)
    await happen(world, ids[0], what)
    before, rings = await fields(world, ids[0]), await score(world, ids[0])

    done = await settle(world, group, [Verdict(each, becomes, 60.0) for each in group.orders])

    assert done.taken == LEAST - 1
    assert await fields(world, ids[0]) == before
    assert await score(world, ids[0]) == rings


async def happen(world, order_id, what):
    if what == "purge":
        client = world.desk.store.client
        await client.delete(keys.order(world.account, order_id))
        await client.zrem(keys.due(world.account, "check"), order_id)
    elif what == "nudge":
        # as a callback about the order that this one changes does it
        await world.desk.store.client.hincrby(keys.order(world.account, order_id), "nudges", 1)
    elif what == "callback":
        await world.desk.book.hear(news(world, bandwidth_id(0)))
        assert await due_in(world, order_id) <= 0
    else:
        claimed = await claim(world, {"id": order_id}, "check")
        if what != "claim":
            state = {"end": State.COMPLETE, "attention": State.NEEDS_ATTENTION}.get(what)
            await report(world, claimed, Report(Source.CHECK, "checked", state=state, failed=what == "failed look"))


async def test_a_callback_that_announces_no_end_is_not_in_the_way(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)
    await world.desk.book.hear(news(world, bandwidth_id(0), "PROCESSING"))

    await settle(world, group, unmoved(group))

    assert (await world.order(ids[0]))["state"] == "processing"


async def test_an_order_that_has_moved_is_looked_at_now_by_itself_also_where_it_was_early(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await look_at(world, ids[0], 4, 20)
    group = await gather(world)

    await settle(world, group, [Verdict(each, "alone") for each in group.orders])

    assert await gather(world) is None, "nobody asks a list about it again"
    assert {*await world.desk.book.take(world.account, "check", 100)} == {*ids}
    claims = await world.desk.book.claim(world.account, ids, "check")
    assert len(claims) == LEAST
    await asyncio.gather(*(report(world, each, Report(Source.CHECK, "checked", failed=True)) for each in claims))
    assert [(await fields(world, each)).get("alone") for each in ids] == [None] * LEAST


async def test_an_order_that_was_taken_along_in_vain_is_looked_at_when_it_was_due(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await look_at(world, ids[0], 4, 20)
    group = await gather(world)

    await settle(world, group, [Verdict(each, "later") for each in group.orders])

    assert await due_in(world, ids[0]) == pytest.approx(4, abs=1)
    assert {each.id for each in (await gather(world)).orders} == {*ids}


async def test_an_order_that_is_told_whole_stays_with_its_taker_and_needs_no_turn(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    await look_at(world, ids[0], 4, 20)
    group = await gather(world)
    await settle(world, group, [Verdict(each, "told") for each in group.orders])
    assert await world.desk.book.take(world.account, "check", 100) == []

    before = await world.desk.store.client.hgetall(keys.meter(world.account))
    claims = await world.desk.book.claim(world.account, ids, "check", asks=False)

    assert len(claims) == LEAST
    assert {each.fence for each in claims} == {2}
    assert await world.desk.store.client.hgetall(keys.meter(world.account)) == before


async def test_an_order_placed_elsewhere_is_looked_at_when_it_must_leave_its_lines(world):
    ids = await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)
    await set_fields(world, ids[0], line_until=str(group.at + 5000))

    await settle(world, group, unmoved(group))

    assert await due_in(world, ids[0]) == pytest.approx(5, abs=1)


async def test_the_answer_to_a_list_is_for_the_whole_account(world):
    await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)

    done = await settle(world, group, [], Effect("pause", "throttled", 5000))

    assert (done.taken, done.paused) == (0, True)
    assert await gather(world, [each.id for each in group.orders]) is None


async def test_large_groups_are_settled_in_pieces_and_their_effect_counts_once(world, monkeypatch):
    monkeypatch.setattr(surveying, "_CHUNK", 3)
    await sent(world, LEAST)
    later(world, 1)
    group = await gather(world)

    done = await settle(world, group, unmoved(group), replace(Effect("strike", "no"), limit=2))

    assert (done.taken, done.paused) == (LEAST, False)


async def test_a_group_is_bounded(world, monkeypatch):
    monkeypatch.setattr(surveying, "MOST", LEAST)
    await sent(world, LEAST + 2)
    later(world, 1)
    taken = await world.desk.book.take(world.account, "check", 4)

    group = await gather(world, taken)

    assert (len(group.orders), {*taken} - {each.id for each in group.orders}) == (LEAST, set())
