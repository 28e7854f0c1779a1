"""While Bandwidth is down an account sends nothing but one probe, less and less often, and goes on with an answer."""

from __future__ import annotations

import pytest
import rig
from store_steps import claim, later, report, sent, submit

from service.exchange import Answer, Broken, Exchange, NotSent
from service.governor import DOWN, FAILURES, NONE, UNAUTHORIZED, Effect, effect_of
from service.lifecycle import Source, State
from service.report import Report
from service.store import adopting, keys

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


async def test_five_orders_in_a_row_pause_the_account_and_say_so(patient):
    _, (waiting,) = await opened(patient)
    assert (await pause(patient))["why"].startswith("down: ")
    told = (await patient.order(waiting["id"]))["waiting"]
    assert (told["why"], told["until"]) == (DOWN, None)
    counters = await patient.desk.store.client.hgetall(f"{keys.prefix(patient.account)}counters")
    assert (counters["account.paused"], counters["account.down"]) == ("1", "1")
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
