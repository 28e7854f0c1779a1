"""How an account does: what is due, what is paused, who is told; right at any size, from the store alone."""

from __future__ import annotations

import pytest
from event_steps import bring, later, listen, listening

from service import vitals
from service.governor import THROTTLED, UNAUTHORIZED, Effect
from service.kinds import shelf
from service.lifecycle import Source, State
from service.report import Report
from service.store import keys, ticking
from service.store.subscribed import Memory, Subscribed, Whole
from service.vitals.account import Endpoints, Overdue, Subscription


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


async def read(world):
    return await vitals.read(world.desk.store, world.account)


async def claim(world, order_id, step="submit"):
    (claimed,) = await world.desk.book.claim(world.account, [order_id], step)
    return claimed


async def test_an_account_without_orders_has_nothing_to_do(world):
    told = await read(world)

    assert set(told.overdue) == {"submit", "check", "adopt", "batch", "deliver"}
    assert set(told.overdue.values()) == {Overdue(0, 0)}
    assert (told.pause, told.in_flight, told.orphans, told.clock_age_seconds) == (None, 0, 0, None)
    assert (told.subscriptions, told.endpoints) == ((), Endpoints(0, 0, 0, 0, 0, 0))
    assert {each.oldest_open for each in told.orders.values()} == {None}
    assert set(told.counted.callbacks.values()) | set(told.counted.attempts.values()) == {0}


async def test_it_is_told_for_how_long_what_is_due_has_waited(world):
    order = await world.submit()
    later(world, 90)
    await world.submit([{"telephone_numbers": ["2015551235"], "sms": "on"}])
    told = await read(world)

    assert told.overdue["submit"].count == 2
    assert 90 <= told.overdue["submit"].lag_seconds < 100
    assert told.overdue["check"] == Overdue(0, 0)
    assert told.orders["tn-options"].oldest_open.id == order["id"]


@pytest.mark.parametrize(("reason", "ms", "why"), [(UNAUTHORIZED, 0, "unauthorized"), (THROTTLED, 60_000, "throttled")])
async def test_a_pause_is_told_by_its_word_with_its_end(world, reason, ms, why):
    claimed = await claim(world, (await world.submit())["id"])
    nothing = Report(Source.SUBMIT, "refused", state=State.ACCEPTED)
    await world.desk.book.report(claimed, nothing, shelf()["tn-options"], Effect("pause", reason, ms))

    pause = (await read(world)).pause

    assert (pause.why, pause.text) == (why, reason)
    assert (pause.until is not None) == bool(ms)


async def test_orphans_that_have_expired_are_no_more(world):
    body = (
        "<Notification><Status>COMPLETE</Status><OrderId>b-1</OrderId><OrderType>tnoptions</OrderType></Notification>"
    )
    await world.callback(body)
    assert (await read(world)).orphans == 1
    later(world, 8 * 86_400)
    assert (await read(world)).orphans == 0


async def test_the_clock_and_the_subscriptions_are_told_as_they_were_left(world):
    await ticking.note(world.desk.store, [world.account], "a clock")
    memory = Memory(world.desk.store)
    await memory.write(world.account, "tnoptions", Subscribed("s-1"))
    await memory.tell(world.account, [Whole("dldas", ("dlda",), ("missing", "failing"))])

    told = await read(world)

    assert 0 <= told.clock_age_seconds < 5
    assert told.subscriptions == (Subscription("dldas", ("missing", "failing")), Subscription("tnoptions", ()))
    assert [each.is_healthy for each in told.subscriptions] == [False, True]

    await memory.tell(world.account, [Whole("dldas", ("dlda",), ())])
    assert all(each.is_healthy for each in (await read(world)).subscriptions)


async def test_deliveries_that_wait_are_counted_with_the_age_of_the_oldest(world, receiver):
    await listen(world, receiver)
    await world.submit()
    later(world, 5)
    behind = (await read(world)).endpoints
    assert (behind.on, behind.waiting) == (1, 0)
    assert 5 <= behind.behind_seconds < 10

    receiver.answer = lambda _told: 500
    await bring(world)
    later(world, 40)
    failing = (await read(world)).endpoints
    assert (failing.on, failing.failing, failing.off, failing.waiting, failing.behind_seconds) == (0, 1, 0, 1, 0)
    assert 40 <= failing.oldest_waiting_seconds < 50

    receiver.answer = lambda _told: 200
    later(world, 3600)
    await bring(world)
    told = await read(world)
    assert told.endpoints == Endpoints(1, 0, 0, 0, 0, 0)
    assert told.counted.attempts == {"delivered": 1, "failed": 1, "gone": 0, "given_up": 0}
    assert (await world.desk.store.client.exists(keys.undelivered(world.account))) == 0


async def test_an_endpoint_that_is_gone_is_off_and_what_waits_for_it_is_counted(world, receiver):
    await listen(world, receiver)
    await world.submit()
    receiver.answer = lambda _told: 410
    await bring(world)

    told = await read(world)

    assert (told.endpoints.on, told.endpoints.failing, told.endpoints.off) == (0, 0, 1)
    assert told.counted.attempts["gone"] == 1
