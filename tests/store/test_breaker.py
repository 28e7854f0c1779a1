"""While Bandwidth is down an account sends nothing but one probe, less and less often, and goes on with an answer."""

from __future__ import annotations

import pytest
import rig
from store_steps import claim, later, report, sent, submit

from service.exchange import Answer, Broken, Exchange, NotSent
from service.governor import DOWN, FAILURES, NONE, UNAUTHORIZED, Effect, effect_of, together
from service.lifecycle import STEPS, Source, State
from service.order import NewOrder, Outcome, Outcomes
from service.report import Happening, Report
from service.store import accepting, adopting, keys

NOT_SENT = Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, failed=True)
FAILURE, SOUND = Effect("failure", DOWN, limit=FAILURES), Effect("sound")
STRIKE = Effect("strike", "forbidden")
GET = Exchange("GET", "/accounts/1/tnoptions/1")


@pytest.fixture
async def patient(valkey):
    """A world whose clock must be moved."""
    async with rig.world(valkey.url, probe_seconds=60) as made:
        yield made


async def orders(world, count, first=5000):
    return [await submit(world, f"201555{first + each}") for each in range(count)]


async def fail(world, order, effect=FAILURE):
    claimed = await claim(world, order)
    return await report(world, claimed, NOT_SENT, effect)


async def pause(world):
    return await world.desk.store.client.hgetall(keys.pause(world.account))


async def probe(world):
    return await world.desk.book.take(world.account, "submit", 10, probe=True)


async def opened(world, more=1):
    """Open the breaker; returns the orders that failed and those that wait."""
    some = await orders(world, FAILURES + more)
    for each in some[:FAILURES]:
        done = await fail(world, each)
    assert done.paused
    return some[:FAILURES], some[FAILURES:]


@pytest.mark.parametrize(
    ("reply", "effect"),
    [
        (NotSent("no route"), "failure"),
        (NotSent("the governor", withheld=True), "none"),
        (Broken("reset"), "failure"),
        (Answer(503, {}, b"", 0), "failure"),
        (Answer(302, {}, b"", 0), "failure"),
        (Answer(404, {}, b"", 0), "none"),
        (Answer(403, {}, b"", 0), "strike"),
        (Answer(200, {}, b"<a/>", 0), "sound"),
    ],
    ids=str,
)
def test_what_an_answer_means_for_the_account(reply, effect):
    assert effect_of(GET, reply).effect == effect


@pytest.mark.parametrize(
    ("effects", "meant"),
    [
        ([], NONE),
        ([FAILURE], FAILURE),
        ([SOUND, FAILURE], SOUND),
        ([FAILURE, SOUND], SOUND),
        ([SOUND, NONE], SOUND),
        ([FAILURE, NONE], FAILURE),
        ([SOUND, STRIKE, FAILURE], STRIKE),
    ],
    ids=lambda each: "-".join(one.effect for one in each) if isinstance(each, list) else each.effect,
)
def test_what_the_exchanges_of_one_conversation_mean_together(effects, meant):
    assert together(effects) == meant


def two_exchanges(_order):
    """A search: a list, then one of its orders."""
    yield GET
    yield GET
    return Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, failed=True)


@pytest.mark.parametrize(
    "second", [Answer(503, {}, b"", 0), NotSent("the governor", withheld=True)], ids=["503", "held"]
)
async def test_a_conversation_that_was_answered_ends_a_row_whatever_came_after(patient, second):
    await opened(patient)
    later(patient, 1)
    (probed,) = await probe(patient)
    replies = [Answer(200, {}, b"<a/>", 0), second]

    async def exchange(_exchange, _guard):
        return replies.pop(0)

    patient.desk.connection.exchange = exchange
    await patient.errands.run(await claim(patient, {"id": probed}), two_exchanges)
    assert await pause(patient) == {}


async def test_five_orders_in_a_row_pause_the_account_and_say_so(patient):
    _, (waiting,) = await opened(patient)
    assert (await pause(patient))["why"].startswith("down: ")
    told = (await patient.order(waiting["id"]))["waiting"]
    assert (told["why"], told["until"]) == (DOWN, None)
    counters = await patient.desk.store.client.hgetall(f"{keys.prefix(patient.account)}counters")
    assert [(name, counters[name]) for name in counters if "paused" in name] == [("account.paused.down", "1")]
    later(patient, 10)
    assert await claim(patient, waiting) is None
    assert await patient.desk.book.take(patient.account, "submit", 10) == []


async def test_one_order_that_fails_again_and_again_pauses_nobody(patient):
    (order,) = await orders(patient, 1)
    for _ in range(2 * FAILURES):
        assert not (await fail(patient, order)).paused
        later(patient, 1_000)
    assert await pause(patient) == {}


@pytest.mark.parametrize("answer", [SOUND, STRIKE], ids=["sound", "refused"])
async def test_any_answer_in_between_begins_the_row_anew(patient, answer):
    some = await orders(patient, 2 * FAILURES - 1)
    for each in some[: FAILURES - 1]:
        await fail(patient, each)
    await fail(patient, some[FAILURES - 1], answer)
    for each in some[FAILURES:]:
        assert not (await fail(patient, each)).paused
    assert await pause(patient) == {}


async def test_what_says_nothing_of_bandwidth_counts_for_nothing(patient):
    for each in await orders(patient, FAILURES):
        await fail(patient, each, NONE)
    assert await pause(patient) == {}


async def test_probes_come_after_a_second_and_less_and_less_often(patient):
    _, waiting = await opened(patient, more=12)
    assert await probe(patient) == []
    steps, probed = [], []
    for _ in range(8):
        waited = 0
        while not (found := await probe(patient)):
            later(patient, 0.5)
            waited += 0.5
        steps.append(waited)
        probed += found
        assert await probe(patient) == [], "one at a time"
        await fail(patient, {"id": found[0]})
    assert steps == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(probed) - {each["id"] for each in waiting} <= set(probed[12:]), "those that wait longest go first"
    assert len(set(probed)) == 8, "no order is the probe twice while others wait"


async def test_a_failure_that_was_under_way_does_not_put_the_probe_off(patient):
    some = await orders(patient, FAILURES + 2)
    slow = await claim(patient, some[-1])
    for each in some[:FAILURES]:
        await fail(patient, each)
    before = await pause(patient)
    assert not (await report(patient, slow, NOT_SENT, FAILURE)).paused
    assert await pause(patient) == before


async def test_the_first_answer_ends_it_and_what_failed_is_looked_at_now(patient):
    failed, (waiting, *_) = await opened(patient, more=3)
    later(patient, 1)
    (probed,) = await probe(patient)
    await report(patient, await claim(patient, {"id": probed}), sent(), SOUND)
    assert await pause(patient) == {}
    assert await patient.desk.store.client.exists(f"{keys.prefix(patient.account)}failures") == 0
    due = await patient.desk.book.take(patient.account, "submit", 100)
    assert {each["id"] for each in failed} <= {*due, probed}
    assert waiting["id"] in {*due, probed}
    # forgotten: the next row begins with a second again
    for each in await orders(patient, FAILURES, first=6000):
        await fail(patient, each)
    assert (await pause(patient))["down"] == "1000"


async def test_an_answer_that_was_under_way_ends_it_too(patient):
    some = await orders(patient, FAILURES + 1)
    slow = await claim(patient, some[-1])
    for each in some[:FAILURES]:
        await fail(patient, each)
    assert await pause(patient) != {}
    await report(patient, slow, sent(), SOUND)
    assert await pause(patient) == {}


async def test_refused_credentials_are_not_hidden_by_failures(patient):
    some = await orders(patient, FAILURES + 1)
    slow = [await claim(patient, each) for each in some]
    await report(patient, slow.pop(), NOT_SENT, Effect("pause", UNAUTHORIZED))
    for each in slow:
        assert not (await report(patient, each, NOT_SENT, FAILURE)).paused
    kept = await pause(patient)
    assert kept["why"] == UNAUTHORIZED
    assert "down" not in kept


@pytest.mark.parametrize("pause_ms", [0, 5_000], ids=["401", "429"])
async def test_another_pause_takes_its_place(patient, pause_ms):
    await opened(patient)
    later(patient, 1)
    (probed,) = await probe(patient)
    done = await fail(patient, {"id": probed}, Effect("pause", "another", pause_ms))
    assert done.paused
    kept = await pause(patient)
    assert kept["why"] == "another"
    assert bool(kept["until"]) == bool(pause_ms)
    assert "down" not in kept


async def test_a_lost_probe_costs_a_lease_at_most(patient):
    await opened(patient, more=3)
    later(patient, 1)
    assert len(await probe(patient)) == 1
    later(patient, 2.9)
    assert await probe(patient) == []
    later(patient, 0.2)
    assert len(await probe(patient)) == 1


async def test_adoptions_probe_and_are_brought_forward_too(patient):
    book, client = patient.desk.book, patient.desk.store.client
    members = [f"tn-options/b{each}" for each in range(FAILURES)]
    for each in members:
        await client.hset(f"{keys.prefix(patient.account)}orphan:{each.partition('/')[2]}", "seen", "{}")
        done = await book.postpone(patient.account, adopting.Adoption.named(each), FAILURE)
    assert done.paused
    later(patient, 20)
    (probed,) = await book.unknown(patient.account, 10, probe=True)
    await book.postpone(patient.account, adopting.Adoption.named(probed), FAILURE)
    assert (await pause(patient))["down"] == "2000"
    (order,) = await orders(patient, 1)
    later(patient, 2)
    assert await probe(patient) == [order["id"]]
    await report(patient, await claim(patient, order), sent(), SOUND)
    assert set(await book.unknown(patient.account, 10)) == set(members)


async def test_orders_of_one_step_that_fail_for_ever_do_not_keep_the_others_from_probing(patient):
    # lists may be down while orders are shown: only a check can find that out
    shown = await submit(patient, "2015557900")
    await report(patient, await claim(patient, shown), sent())
    await patient.desk.store.client.zadd(f"{keys.prefix(patient.account)}due:adopt", {"tn-options/b1": 1})
    await opened(patient, more=12)
    probed = []
    for _ in range(30):
        later(patient, 60)
        for step in STEPS:
            for each in await patient.desk.book.take(patient.account, step, 10, probe=True):
                probed.append(step)
                if step == "submit":
                    await fail(patient, {"id": each})
        probed += ["adopt"] * len(await patient.desk.book.unknown(patient.account, 10, probe=True))
    assert [probed.count(each) for each in (*STEPS, "adopt")] == [10, 10, 10]


async def test_a_step_whose_orders_may_not_go_is_not_waited_for(patient):
    shown = await submit(patient, "2015557900")
    await report(patient, await claim(patient, shown), sent())
    await opened(patient, more=0)
    behind = await submit(patient, "2015555000")
    client, due = patient.desk.store.client, keys.due(patient.account, "submit")
    await client.zremrangebyrank(due, 0, -1)
    assert behind["state"] == "held"
    later(patient, 100)
    await client.hset(keys.pause(patient.account), "probed", "adopt")
    rounds = 0
    while not (found := await patient.desk.book.take(patient.account, "check", 10, probe=True)):
        await client.zadd(due, {behind["id"]: 1})
        assert await probe(patient) == []
        rounds += 1
        assert rounds < 5
    assert found == [shown["id"]]


async def test_a_clock_that_was_set_back_puts_no_probe_off(patient):
    _, (waiting,) = await opened(patient)
    later(patient, -3_600)
    await patient.desk.store.client.zadd(keys.due(patient.account, "submit"), {waiting["id"]: 1})
    assert await probe(patient) == [waiting["id"]]
    assert await probe(patient) == []


async def test_the_end_of_a_large_order_that_ends_an_outage_too_stays_within_the_bound_on_calls(patient):
    numbers = [f"2015{number:06d}" for number in range(500)]
    order = await patient.submit([{"telephone_numbers": numbers, "sms": "on"}])
    for at, number in enumerate(numbers):
        new = NewOrder(
            f"behind-{at}", patient.account, "tn-options", None, (number,), "options", (number,), {}, None, {}
        )
        await accepting.accept(patient.desk.store, new, '"event":"accepted"}', 500)
    await report(patient, await claim(patient, order), sent())
    later(patient, 60)
    looking = await claim(patient, order, "check")
    for each in [await claim(patient, each) for each in await orders(patient, 64)]:
        await report(patient, each, NOT_SENT, FAILURE)
    happened = tuple(Happening(at, f"note {at}", None, None) for at in range(100))
    end = Report(
        Source.CHECK, "checked", state=State.COMPLETE, outcomes=Outcomes(Outcome("complete")), history=happened
    )
    client = patient.desk.store.client
    await client.rpush(keys.order(patient.account, order["id"], "timeline"), *['{"source":"check","at":1}'] * 500)
    await client.config_resetstat()

    done = await report(patient, looking, end, SOUND)

    stats = await client.info("commandstats")
    calls = sum(each["calls"] for name, each in stats.items() if not name.startswith(("cmdstat_eval", "cmdstat_info")))
    assert (done.state, len(done.first)) == ("complete", 500)
    assert calls < 1000
    told = await patient.timeline(order["id"])
    assert [each["detail"] for each in told if each.get("event") == "history"] == [each.note for each in happened]
