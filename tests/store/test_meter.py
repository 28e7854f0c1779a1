"""The meter: no account makes more exchanges than its pace allows, and neither step keeps the other from going."""

from __future__ import annotations

import pytest
import rig
from many_orders import due, go, now, run
from store_steps import claim, later, report, submit

from service.bandwidth.guard import Withheld
from service.governor import UNAUTHORIZED, Effect
from service.lifecycle import Source, State
from service.pace import Pace
from service.report import Report
from service.store import claiming, keys
from service.store.script import CLAIM
from service.turns import Turns

#: a pace so slow that the seconds which a test takes count for nothing
UNIT, BURST = 10, 20
RATE = 1 / UNIT


@pytest.fixture
async def slow(valkey):
    """A world of one exchange in ten seconds; who claims an order keeps it."""
    async with rig.world(valkey.url, rate=RATE, burst=BURST, lease_seconds=100_000, exchange_seconds=50) as made:
        yield made


async def kept(world, order_id):
    client = world.desk.store.client
    return (
        await client.hgetall(keys.order(world.account, order_id)),
        await client.lrange(keys.order(world.account, order_id, "timeline"), 0, -1),
    )


async def counter(world, name):
    return int(await world.desk.store.client.hget(f"{keys.prefix(world.account)}counters", name) or 0)


async def test_a_burst_may_go_at_once_and_then_one_by_one(slow):
    ids = await due(slow, "submit", 60)
    assert [each.order.id for each in await go(slow, "submit")] == ids[:BURST]
    assert await go(slow, "submit") == []

    later(slow, UNIT)
    assert [each.order.id for each in await go(slow, "submit")] == ids[BURST : BURST + 1]


async def test_nothing_exceeds_the_pace_however_it_is_asked_for(slow):
    await due(slow, "submit", 300)
    await due(slow, "check", 300)
    began, made, told = now(slow), 0, []
    for step, pause in [("submit", 0), ("check", 30), ("check", 3.7), ("submit", 10.1), ("submit", 0.03)] * 6:
        later(slow, pause * UNIT)
        made += len(await go(slow, step))
        told.append((made, RATE * (now(slow) - began + 1) / 1000 + BURST))
    assert [made for made, most in told if made > most] == []
    assert made > 100


async def test_an_order_that_is_refused_keeps_its_place_and_nothing_tells_of_it(slow):
    ids = await due(slow, "submit", BURST + 2)
    await go(slow, "submit")
    before = [await kept(slow, each) for each in ids[BURST:]]
    book, client = slow.desk.book, slow.desk.store.client

    assert await book.claim(slow.account, ids[BURST:][::-1], "submit") == []

    assert [await kept(slow, each) for each in ids[BURST:]] == before
    scores = await client.zmscore(keys.due(slow.account, "submit"), ids[BURST:])
    assert scores == [int(record["next_look_at"]) for record, _ in before]
    assert await counter(slow, "governor.waited.submit") == 2
    later(slow, 2 * UNIT)
    assert [each.order.id for each in await go(slow, "submit")] == ids[BURST:]


async def test_what_is_refused_for_another_reason_takes_no_turn(slow):
    order = await submit(slow, "2015559711")
    held = await submit(slow, "2015559711")
    claimed = await claim(slow, order)
    meter = await slow.desk.store.client.hgetall(keys.meter(slow.account))
    assert await claim(slow, order) is None, "leased"
    assert await claim(slow, held) is None, "held"
    early = await submit(slow, "2015559712")
    await slow.desk.store.client.hset(keys.order(slow.account, early["id"]), "next_look_at", now(slow) + 50_000)
    assert await claim(slow, early) is None, "early"
    refused = Report(Source.SUBMIT, "unauthorized", state=State.ACCEPTED, look_in=0.0)
    await report(slow, claimed, refused, Effect("pause", UNAUTHORIZED))
    assert await claim(slow, order) is None, "paused"

    assert await slow.desk.store.client.hgetall(keys.meter(slow.account)) == meter


@pytest.mark.parametrize(("flood", "other", "share"), [("check", "submit", 0.8), ("submit", "check", 0.2)])
async def test_a_flood_of_one_step_leaves_the_other_its_share(slow, flood, other, share):
    await due(slow, flood, 400)
    await run(slow, 30, UNIT, flood)
    await due(slow, other, 300)
    await run(slow, 5, UNIT, flood, other)

    counts = await run(slow, 60, UNIT, flood, other)

    total = sum(counts.values())
    assert 57 <= total <= 66
    assert abs(counts[other] / total - share) <= 0.05


async def test_one_order_does_not_wait_for_ten_thousand_of_the_other_step(slow):
    flood = {f"no-such-order-{each}": each for each in range(10_000)}
    await slow.desk.store.client.zadd(keys.due(slow.account, "check"), flood)
    (order,) = await due(slow, "submit", 1)
    assert [each.order.id for each in await go(slow, "submit")] == [order]


@pytest.mark.parametrize("step", ["submit", "check"])
async def test_a_step_alone_has_everything_and_no_debt_afterwards(slow, step):
    other = {"submit": "check", "check": "submit"}[step]
    await due(slow, step, 400)
    alone = await run(slow, 80, UNIT, step)
    assert 80 <= alone[step] <= 80 + BURST + 2

    await due(slow, other, 100)
    counts = await run(slow, 50, UNIT, step, other)
    assert counts[step] >= 0.9 * 50 * {"submit": 0.8, "check": 0.2}[step]


async def test_no_more_is_handed_out_than_may_go(slow):
    book = slow.desk.book
    ids = await due(slow, "submit", 30)
    assert await book.take(slow.account, "submit", 1_000) == ids[:BURST]
    await due(slow, "check", 30)
    later(slow, 200_000)
    assert len(await book.take(slow.account, "submit", 1_000)) == BURST * 0.8
    assert len(await book.take(slow.account, "check", 1_000)) == BURST * 0.2
    await book.claim(slow.account, ids[:BURST], "submit")
    assert await book.take(slow.account, "check", 1_000, probe=True) != []


async def test_of_orders_placed_elsewhere_one_is_handed_out_whatever_else_is_due(slow):
    client = slow.desk.store.client
    await client.zadd(keys.due_adopt(slow.account), {f"tn-options/{each}": 1 for each in range(40)})
    assert len(await slow.desk.book.unknown(slow.account, 1_000)) == BURST
    await due(slow, "submit", 40)
    await go(slow, "submit")
    assert len(await slow.desk.book.unknown(slow.account, 1_000)) == 1


async def test_a_turn_comes_before_orders_that_are_due_and_is_waited_for(slow):
    turns = slow.desk.turns
    await due(slow, "submit", 40)
    await go(slow, "submit")
    waits = [await turns.take(slow.account, "submit") for _ in range(3)]
    assert waits == pytest.approx([UNIT, 2 * UNIT, 3 * UNIT], abs=UNIT / 2)

    later(slow, 3 * UNIT)
    assert await go(slow, "submit") == []
    later(slow, UNIT)
    assert len(await go(slow, "submit")) == 1
    assert await counter(slow, "governor.waited.submit") == 3


async def test_a_turn_that_is_too_far_off_is_not_taken(slow):
    turns = slow.desk.turns
    await due(slow, "submit", 40)
    await go(slow, "submit")
    meter = await slow.desk.store.client.hgetall(keys.meter(slow.account))
    with pytest.raises(Withheld, match="would not come within 5 s"):
        await turns.take(slow.account, "submit", longest=5)
    assert await slow.desk.store.client.hgetall(keys.meter(slow.account)) == meter
    assert await counter(slow, "governor.refused.submit") == 1


async def test_what_is_begun_goes_on_at_the_slowest_pace_and_is_paid_for_before_anybody_else_goes(slow):
    turns, slowest = Turns(slow.desk.store, slow.settings.model_copy(update={"rate": 0.001, "burst": 1})), 1_000
    assert await turns.take(slow.account, "submit") == 0
    with pytest.raises(Withheld):
        await turns.take(slow.account, "submit")
    assert [await turns.take(slow.account, "submit", begun=True) for _ in range(24)] == [50] * 24
    with pytest.raises(Withheld):
        await turns.take(slow.account, "submit", begun=True)
    later(slow, 23.9 * slowest)
    with pytest.raises(Withheld):
        await turns.take(slow.account, "submit")
    later(slow, 1.1 * slowest)
    assert await turns.take(slow.account, "submit") == 0


async def test_at_a_pace_that_lets_them_wait_what_is_begun_goes_ahead_of_nothing(slow):
    await due(slow, "submit", 40)
    await go(slow, "submit")
    waits = [await slow.desk.turns.take(slow.account, "submit", begun=True) for _ in range(5)]
    assert waits == pytest.approx([UNIT * each for each in range(1, 6)], abs=UNIT / 2)
    with pytest.raises(Withheld):
        await slow.desk.turns.take(slow.account, "submit", begun=True)


async def test_questions_without_an_order_have_a_tenth_of_what_others_wait_for(slow):
    await due(slow, "submit", 400)
    await due(slow, "check", 400)
    asked, counts = 0, {"submit": 0, "check": 0}
    for _ in range(60):
        for step, count in (await run(slow, 1, UNIT, "submit", "check")).items():
            counts[step] += count
        try:
            await slow.desk.turns.take(slow.account, "other", longest=0.0)
            asked += 1
        except Withheld:
            pass
    total = asked + sum(counts.values())
    assert 0.05 <= asked / total <= 0.13
    assert counts["check"] / total >= 0.17
    assert counts["submit"] / total >= 0.65


async def test_questions_alone_leave_no_debt_to_the_orders(slow):
    turns = slow.desk.turns
    for _ in range(100):
        await turns.take(slow.account, "other")
        later(slow, UNIT)
    await due(slow, "submit", 100)
    await due(slow, "check", 100)
    counts = await run(slow, 30, UNIT, "submit", "check")
    assert counts["submit"] >= 0.9 * 30 * 0.8


async def test_the_same_claim_again_takes_no_second_turn(slow):
    order = await submit(slow, "2015559713")
    key = keys.order(slow.account, order["id"])
    arguments = (order["id"], "submit", "op-1", 3000, 900_000, *slow.settings.pace.arguments)
    await slow.desk.store.run(CLAIM, slow.account, key, *arguments)
    meter = await slow.desk.store.client.hgetall(keys.meter(slow.account))

    assert (await slow.desk.store.run(CLAIM, slow.account, key, *arguments))[0] == "claimed"

    assert await slow.desk.store.client.hgetall(keys.meter(slow.account)) == meter


async def test_a_claim_under_which_nothing_is_asked_takes_no_turn(slow):
    (order,) = await due(slow, "check", 1)
    (claimed,) = await slow.desk.book.claim(slow.account, [order], "check", asks=False)
    assert not claimed.paid
    assert not await slow.desk.store.client.exists(keys.meter(slow.account))


async def test_after_a_change_of_pace_the_new_one_counts_at_once(slow):
    await due(slow, "submit", 100)
    await go(slow, "submit")
    later(slow, 5 * UNIT)
    quick = Pace.of(RATE * 10, BURST)
    assert len(await claiming.take(slow.desk.store, slow.account, "submit", quick, 100, 3000)) == BURST


async def test_a_pace_that_becomes_slower_makes_no_debt_of_what_has_gone(slow):
    await due(slow, "submit", 100)
    await go(slow, "submit")
    slower = Pace.of(RATE / 10, 1)
    later(slow, 0.5 * 10 * UNIT)
    assert len(await claiming.take(slow.desk.store, slow.account, "submit", slower, 100, 3000)) == 0
    later(slow, 0.6 * 10 * UNIT)
    assert len(await claiming.take(slow.desk.store, slow.account, "submit", slower, 100, 3000)) == 1


async def test_processes_of_two_paces_do_not_forgive_each_other_what_has_gone(slow):
    await due(slow, "submit", 300)
    other = Turns(slow.desk.store, slow.settings.model_copy(update={"rate": RATE / 2, "burst": 1}))
    made = 0
    for _ in range(30):
        made += len(await go(slow, "submit"))
        later(slow, 2 * UNIT)
        try:
            await other.take(slow.account, "submit", longest=0.0)
            made += 1
        except Withheld:
            pass
    assert made <= BURST + 2 * 30 + 1


async def test_it_is_told_when_the_first_order_may_go(slow):
    turns = slow.desk.turns
    assert await turns.next_in(slow.account, "submit") is None
    ids = await due(slow, "submit", 40)
    assert await turns.next_in(slow.account, "submit") == 0
    claims = await go(slow, "submit")
    assert 0 < await turns.next_in(slow.account, "submit") <= UNIT
    await report(slow, claims[0], Report(Source.SUBMIT, "unauthorized", look_in=0.0), Effect("pause", UNAUTHORIZED))
    assert await turns.next_in(slow.account, "submit") is None, "the account is paused"
    assert len(ids) == 40


async def test_a_clock_that_was_set_back_holds_up_nobody(slow):
    await due(slow, "submit", 100)
    later(slow, 3_600)
    await go(slow, "submit")
    later(slow, -3_500)
    assert len(await go(slow, "submit")) == BURST
