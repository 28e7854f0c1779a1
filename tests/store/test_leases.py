"""Claims, leases and fences: one worker at a time, and a late one changes nothing but may deliver the id."""

from __future__ import annotations

import pytest

from service.errors import StoreUnavailable
from service.governor import NONE, UNAUTHORIZED, Effect
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Waiting
from service.pace import Pace
from service.report import Report
from service.store import claiming, keys
from service.store.script import CLAIM

KIND = shelf()["tn-options"]
FIRST, SECOND = "ddbdc72e-dc27-490c-904e-d0c11291b095", "409033ee-88ec-43e3-85f3-538f30733963"


@pytest.fixture
async def order(world):
    return await world.submit()


def later(world, seconds):
    """Move the store's clock, for this test's desk."""
    world.desk.store.offset += int(seconds * 1000)


async def claim(world, order, step="submit"):
    claims = await world.desk.book.claim(world.account, [order["id"]], step)
    return claims[0] if claims else None


def sent(bandwidth_order_id=FIRST):
    return Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=bandwidth_order_id)


async def report(world, claimed, what, effect=NONE):
    return await world.desk.book.report(claimed, what, KIND, effect)


async def test_an_order_has_one_holder_until_its_lease_ends(world, order):
    first = await claim(world, order)
    assert first.order.state == "submitting"
    assert await claim(world, order) is None

    later(world, 4)
    second = await claim(world, order)

    assert second.order.state == "uncertain"
    assert second.fence == first.fence + 1


async def test_the_same_claim_again_gets_the_same_lease(world, order):
    key = keys.order(world.account, order["id"])
    arguments = (order["id"], "submit", "op-1", 3000, 900_000, "0.1", 1000)
    once = await world.desk.store.run(CLAIM, world.account, key, *arguments)
    again = await world.desk.store.run(CLAIM, world.account, key, *arguments)
    assert once[0] == again[0] == "claimed"
    assert once[2:] == again[2:]


async def test_claims_whose_replies_were_lost_are_made_again_and_keep_their_leases(world, order, monkeypatch):
    store, lost = world.desk.store, []

    async def losing(script, account_id, calls):
        replies = await type(store).run_many(store, script, account_id, calls)
        if not lost:
            lost.extend(replies)
            raise StoreUnavailable
        return replies

    monkeypatch.setattr(store, "run_many", losing)
    claimed = await claim(world, order)

    assert lost
    assert (claimed.fence, claimed.order.state) == (1, "submitting")


async def test_a_lease_is_renewed_only_by_its_holder_and_before_it_ends(world, order):
    first = await claim(world, order)
    later(world, 2)
    assert await world.desk.book.renew(first) == "renewed"
    later(world, 2)
    assert await claim(world, order) is None
    later(world, 2)
    assert await world.desk.book.renew(first) == "ended"
    await claim(world, order)
    assert await world.desk.book.renew(first) == "ended"


async def test_a_late_answer_delivers_its_id_and_nothing_else(world, order):
    slow = await claim(world, order)
    later(world, 4)
    quick = await claim(world, order)

    done = await report(world, slow, sent())

    assert done.outcome == "stale"
    found = await world.order(order["id"])
    assert (found["state"], found["bandwidth_order_id"]) == ("uncertain", FIRST)
    assert (await report(world, quick, Report(Source.FIND, "not_found", searched=True))).due == "submit"
    later(world, 1)
    assert (await claim(world, order)).order.bandwidth_order_id == FIRST


async def test_an_order_whose_id_arrived_late_is_never_sent_again(world, order):
    slow = await claim(world, order)
    later(world, 4)
    quick = await claim(world, order)
    await report(world, quick, Report(Source.FIND, "not_found", state=State.ACCEPTED))
    assert (await world.order(order["id"]))["state"] == "accepted"

    await report(world, slow, sent())
    again = await claim(world, order)

    assert again.order.state == "uncertain"


async def test_a_second_id_is_a_matter_for_a_person_and_a_check_does_not_hide_it(world, order):
    slow = await claim(world, order)
    later(world, 4)
    quick = await claim(world, order)
    await report(world, quick, Report(Source.FIND, "found", state=State.RECEIVED, bandwidth_order_id=FIRST))

    await report(world, slow, sent(SECOND))

    doubled = await world.order(order["id"])
    assert (doubled["state"], doubled["attention"]["why"]) == ("needs_attention", "duplicate_at_carrier")
    assert doubled["bandwidth_order_id"] == FIRST
    later(world, 100_000)
    looked = await claim(world, order, "check")
    await report(world, looked, Report(Source.CHECK, "checked", state=State.COMPLETE, bandwidth_status="COMPLETE"))
    assert (await world.order(order["id"]))["state"] == "needs_attention"


async def test_the_same_report_again_changes_nothing(world, order):
    claimed = await claim(world, order)
    once = await report(world, claimed, sent())
    again = await report(world, claimed, sent())
    assert (once.outcome, again.outcome) == ("applied", "repeated")
    assert once.version == again.version
    assert len(await world.timeline(order["id"])) == 2


async def test_a_bell_that_rings_too_early_finds_nothing_to_do(world, order):
    claimed = await claim(world, order)
    await report(world, claimed, Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, failed=True))
    assert await claim(world, order) is None
    later(world, 1.5)
    assert await claim(world, order)


async def test_the_back_off_grows_while_requests_do_not_leave(world, order):
    waits = []
    for _ in range(4):
        claimed = await claim(world, order)
        await report(world, claimed, Report(Source.SUBMIT, "not_sent", state=State.ACCEPTED, failed=True))
        record = await world.desk.store.client.hgetall(keys.order(world.account, order["id"]))
        waits.append((int(record["next_look_at"]) - claimed.claimed_at) / 1000)
        later(world, waits[-1] + 1)
    assert [steady * 0.8 <= wait <= steady * 1.2 + 0.5 for steady, wait in zip([1, 2, 4, 8], waits, strict=True)] == [
        True
    ] * 4


async def test_a_nudge_during_a_look_brings_the_next_one_to_now(world, order):
    claimed = await claim(world, order)
    await report(world, claimed, sent())
    later(world, 10)
    looking = await claim(world, order, "check")
    body = f"<Notification><Status>COMPLETE</Status><OrderId>{FIRST}</OrderId></Notification>"
    await world.callback(body)

    done = await report(world, looking, Report(Source.CHECK, "checked", state=State.PROCESSING))

    assert done.due == "check"


async def test_a_check_that_changes_nothing_leaves_only_its_time(world, order):
    await report(world, await claim(world, order), sent())
    later(world, 10)
    before = await world.order(order["id"])
    looking = await claim(world, order, "check")
    await report(world, looking, Report(Source.CHECK, "checked"))

    after = await world.order(order["id"])
    assert after["checked_at"]
    assert (after["version"], after["updated_at"]) == (before["version"], before["updated_at"])
    assert len(await world.timeline(order["id"])) == 2


async def test_a_check_without_an_answer_does_not_count_as_a_check(world, order):
    await report(world, await claim(world, order), sent())
    later(world, 10)
    looking = await claim(world, order, "check")
    await report(world, looking, Report(Source.CHECK, "check_failed", waiting=Waiting("answer_lost"), failed=True))

    after = await world.order(order["id"])
    assert after["checked_at"] is None
    assert after["waiting"]["why"] == "answer_lost"


async def test_what_is_taken_is_given_to_one_taker_and_again_after_a_lease(world, order):
    book = world.desk.book
    assert await book.take(world.account, "submit", 10) == [order["id"]]
    assert await book.take(world.account, "submit", 10) == []
    later(world, 4)
    assert await book.take(world.account, "submit", 10) == [order["id"]]


async def test_a_paused_account_sends_nothing_but_one_probe_whose_success_ends_the_pause(world, order):
    other = await world.submit([{"telephone_numbers": ["2015557777"], "sms": "on"}])
    claimed = await claim(world, order)
    unauthorized = Report(Source.SUBMIT, "unauthorized", state=State.ACCEPTED, look_in=0.0)
    await report(world, claimed, unauthorized, Effect("pause", UNAUTHORIZED))
    later(world, 10)
    book = world.desk.book

    assert await claim(world, order) is None
    assert await claim(world, other) is None
    assert await book.take(world.account, "submit", 10) == []
    assert (await world.order(other["id"]))["waiting"]["why"].startswith("unauthorized")
    (probe,) = await book.take(world.account, "submit", 10, probe=True)
    assert await book.take(world.account, "submit", 10, probe=True) == []
    (claimed,) = await book.claim(world.account, [probe], "submit")
    await report(world, claimed, sent(), Effect("sound"))

    rest = other if probe == order["id"] else order
    later(world, 10)
    assert await book.take(world.account, "submit", 10) == [rest["id"]]
    assert (await world.order(rest["id"]))["waiting"] is None


async def test_three_strikes_in_a_row_pause_and_a_success_between_them_forgives(world):
    orders = [await world.submit([{"telephone_numbers": [f"201555800{n}"], "sms": "on"}]) for n in range(5)]
    refused = Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION)
    strike, sound = Effect("strike", "forbidden"), Effect("sound")
    for order, effect in zip(orders, (strike, strike, sound, strike, strike), strict=True):
        await report(world, await claim(world, order), refused, effect)
    client = world.desk.store.client
    assert not await client.exists(keys.pause(world.account))

    last = await world.submit([{"telephone_numbers": ["2015558009"], "sms": "on"}])
    await report(world, await claim(world, last), refused, strike)
    assert await client.hget(keys.pause(world.account), "why") == "forbidden"


async def test_a_pause_with_an_end_ends_by_itself(world, order):
    claimed = await claim(world, order)
    throttled = Report(Source.SUBMIT, "throttled", state=State.ACCEPTED, look_in=5.0)
    await report(world, claimed, throttled, Effect("pause", "throttled", 5000))
    assert await claim(world, order) is None
    later(world, 6)
    assert await claim(world, order)


async def test_scripts_are_loaded_again_when_the_server_forgot_them(world):
    await world.desk.store.client.script_flush()
    order = await world.submit()
    await world.desk.store.client.script_flush()
    assert await claim(world, order)


async def test_stale_entries_of_a_due_set_are_dropped(world, order):
    client = world.desk.store.client
    await client.zadd(keys.due(world.account, "check"), {order["id"]: 1, "no-such-order": 1})
    ids, pace = [order["id"], "no-such-order"], Pace.of(10, 20)
    assert await claiming.claim(world.desk.store, world.account, ids, "check", pace, 3000) == []
    assert await client.zcard(keys.due(world.account, "check")) == 0
