"""Orders that are to be sent later: they stand in their lines from the beginning, and nothing brings them forward."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from store_steps import FIRST, KIND
from verified_account import account

from service import decisions
from service.book import Book
from service.governor import UNAUTHORIZED, Effect
from service.lifecycle import Source, State
from service.order import Attention
from service.report import CallbackNews, Report
from service.store import keys, reading, record, restoring
from service.store.waiting import NOT_BEFORE

NUMBER, OTHER = "2015559401", "2015559402"
HOUR_MS = 3_600_000
PAUSE = Effect("pause", UNAUTHORIZED)
REJECTED = Report(Source.SUBMIT, "refused", state=State.REJECTED)


@pytest.fixture
async def made(valkey):
    async with account(valkey.url) as one:
        one.rung = []
        ring = SimpleNamespace(ring=lambda _, __, ids: one.rung.append(list(ids)), announce=lambda *_: None)
        one.book = Book(one.store, ring, one.book._settings)
        yield one


async def now(made):
    seconds, micros = await made.client.time()
    return seconds * 1000 + micros // 1000 + made.store.offset


async def for_later(made, *numbers, in_ms=HOUR_MS, **more):
    at = await now(made) + in_ms
    return await made.accept(*(numbers or (NUMBER,)), not_before=at, **more), at


async def claim(made, order_id):
    claims = await made.book.claim(made.account, [order_id], "submit")
    return claims[0] if claims else None


async def read(made, order_id):
    (order,) = await reading.get(made.store, made.account, [order_id])
    return order


async def due_at(made, order_id):
    return int(await made.client.zscore(keys.due(made.account, "submit"), order_id))


async def test_it_waits_for_its_time_says_so_and_goes_then(made):
    order_id, at = await for_later(made)

    order = await read(made, order_id)
    assert (order.state, order.not_before, order.next_look_at) == (State.ACCEPTED, at, at)
    assert (order.waiting.why, order.waiting.until) == (NOT_BEFORE, at)
    assert made.rung == []
    assert await made.book.take(made.account, "submit", 10) == []
    assert await claim(made, order_id) is None

    made.store.offset += HOUR_MS
    assert (await read(made, order_id)).waiting is None
    assert await made.book.take(made.account, "submit", 10) == [order_id]
    assert (await claim(made, order_id)).order.state is State.SUBMITTING


async def test_a_time_in_the_past_is_now(made):
    order_id, at = await for_later(made, in_ms=-HOUR_MS)

    order = await read(made, order_id)
    assert (order.not_before, order.waiting) == (at, None)
    assert made.rung == [[order_id]]
    assert await claim(made, order_id)


async def its_turn_in_line(made):
    first = await made.accept(NUMBER)
    order_id, at = await for_later(made)
    await made.cancel(first)
    assert made.rung[-1] == [order_id]
    return order_id, at


async def a_probe(made):
    """The account is paused, and the order is the only one that is due by its score."""
    order_id, at = await its_turn_in_line(made)
    other = await made.accept(OTHER)
    (claimed,) = await made.book.claim(made.account, [other], "submit")
    await made.book.report(claimed, REJECTED, KIND, PAUSE)
    assert await made.book.take(made.account, "submit", 10, probe=True) == []
    return order_id, at


async def a_callback_of_its_reference(made):
    order_id, at = await for_later(made)
    parts = dict.fromkeys(CallbackNews.__dataclass_fields__) | {"account_id": made.account, "key": "k"}
    said = {"bandwidth_order_id": FIRST, "customer_order_id": order_id, "status": "COMPLETE", "order_type": "another"}
    await made.book.hear(CallbackNews(**(parts | said)))
    return order_id, at


async def the_order_that_it_changes_is_sent(made):
    target = await made.accept(NUMBER)
    order_id, at = await for_later(made, amends=target)
    await made.send(target, FIRST)
    return order_id, at


async def a_bell(made):
    return await for_later(made)


async def bandwidth_is_back(made):
    """The order is among those that failed while Bandwidth was down, and are looked at with its first answer."""
    order_id, at = await for_later(made)
    await made.client.sadd(made.key("failures"), order_id)
    other = await made.accept(OTHER)
    (claimed,) = await made.book.claim(made.account, [other], "submit")
    await made.client.hset(made.key("pause"), mapping={"why": "down", "until": "", "down": 1000})
    await made.book.report(claimed, REJECTED, KIND, Effect("sound"))
    return order_id, at


async def a_retry(made):
    """A person retries an order that needs attention although it was not to be sent yet."""
    order_id, at = await for_later(made)
    # nothing sends it before its time, so nothing brings it here: what if it were?
    attention = Attention("forbidden", "Look.")
    await made.client.hset(
        made.record(order_id), mapping={"state": "needs_attention", "attention": record.dumps(attention)}
    )
    order = await read(made, order_id)
    await made.book.decide(order, decisions.retry(order))
    return order_id, at


@pytest.mark.parametrize(
    "happens",
    [
        a_bell,
        its_turn_in_line,
        a_probe,
        a_callback_of_its_reference,
        the_order_that_it_changes_is_sent,
        bandwidth_is_back,
        a_retry,
    ],
    ids=lambda each: each.__name__,
)
async def test_nothing_brings_it_forward(made, happens):
    order_id, at = await happens(made)

    assert await claim(made, order_id) is None
    assert await due_at(made, order_id) == (await read(made, order_id)).next_look_at == at
    assert (await read(made, order_id)).waiting.until == at
    assert (await read(made, order_id)).attempts == 0

    await made.client.delete(made.key("pause"))
    made.store.offset += HOUR_MS
    assert (await claim(made, order_id)).order.state is State.SUBMITTING


async def test_a_held_one_goes_at_the_later_of_its_time_and_its_turn(made):
    first = await made.accept(NUMBER)
    order_id, at = await for_later(made, in_ms=60_000)
    assert (await read(made, order_id)).held_by == first

    made.store.offset += 120_000
    assert (await read(made, order_id)).waiting is None
    assert await claim(made, order_id) is None, "its time has come, its turn has not"

    await made.cancel(first)
    assert (await claim(made, order_id)).claimed_at >= at


async def test_a_turn_that_comes_first_does_not_let_it_wait_longer_than_its_time(made):
    first = await made.accept(NUMBER)
    order_id, at = await for_later(made, in_ms=60_000)
    await made.cancel(first)
    assert await claim(made, order_id) is None

    assert await due_at(made, order_id) == at
    assert (await read(made, order_id)).held_by is None


async def test_later_orders_on_its_numbers_wait_for_it(made):
    order_id, _ = await for_later(made)
    behind = await made.accept(NUMBER)
    assert (await read(made, behind)).held_by == order_id
    assert await claim(made, behind) is None

    await made.cancel(order_id)
    assert await claim(made, behind)


async def test_a_back_off_is_not_shortened_by_a_time_that_comes_before_its_end(made):
    order_id, _ = await for_later(made)
    await restoring.mark(made.store, made.account, [order_id])
    lost = Report(Source.FIND, "not_found", state=State.ACCEPTED, look_in=7200.0)
    await made.look(order_id, lost)
    look = (await read(made, order_id)).next_look_at

    assert await claim(made, order_id) is None
    assert (await read(made, order_id)).next_look_at == look


async def test_one_that_bandwidth_has_all_the_same_is_looked_for_and_never_sent(made):
    order_id, _ = await for_later(made)
    await restoring.mark(made.store, made.account, [order_id])
    await made.look(order_id, Report(Source.FIND, "not_found", state=State.ACCEPTED, look_in=0.0))
    await made.client.hset(made.record(order_id), "bandwidth_order_id", FIRST)

    assert (await claim(made, order_id)).order.state is State.UNCERTAIN


async def test_verify_finds_it_as_it_is_and_brings_a_late_ring_to_its_time(made):
    order_id, at = await its_turn_in_line(made)
    await for_later(made, OTHER)
    assert not (await made.verify()).findings
    assert await claim(made, order_id) is None
    assert not (await made.verify()).findings

    await made.client.zadd(keys.due(made.account, "submit"), {order_id: at + HOUR_MS})
    assert [each.wrong for each in (await made.verify()).findings] == [
        f"It rings for order {order_id} only after its next look."
    ]
    await made.maintenance.repair(made.account)
    assert await due_at(made, order_id) <= at
