"""Batches from their rows to their end: outcomes, crashes in the middle, orders that cannot be accepted, purging."""

from __future__ import annotations

import asyncio
from collections import Counter

import bulk_steps
import pytest
import rig
from bulk_steps import NUMBERS, accept, batch, errors, ndjson, orders, rows, submit
from event_steps import later, stream

from service import bells
from service.book import Book
from service.errors import StoreUnavailable
from service.maintenance import Maintenance
from service.order import Membership
from service.store import keys, purging
from service.store.bulk import progress
from service.store.server.connection import Store
from workers.bulk import PATIENCE_MS, accept_due
from workers.clock import Silence, tick

FAILS, ALSO_FAILS = "2015550101", "2015550102"
DAY_MS = 86_400_000


async def test_a_batch_tells_what_became_of_every_number_and_ends_once(world):
    made = await submit(world, rows([*NUMBERS[:3], FAILS, NUMBERS[3], ALSO_FAILS]), order_size=2)
    done = await bulk_steps.ended(world, made)

    assert (done["state"], done["ended_at"] is not None) == ("ended", True)
    assert done["orders"] == {
        "planned": 3,
        "accepted": 3,
        "refused": 0,
        "by_state": {"complete": 1, "partial": 2},
    }
    assert done["numbers"] == {"total": 6, "pending": 0, "complete": 4, "failed": 2, "cancelled": 0, "refused": 0}
    told = [(each["type"], each["kind"]) for each in await stream(world, made)]
    assert told == [("batch.completed", "tn-options")]
    assert await world.desk.store.client.keys(f"{keys.batch(world.account, made['id'])}:plan") == []


async def test_its_orders_have_its_time_and_their_places(world):
    made = await submit(world, rows(NUMBERS[:9]), order_size=2)
    later(world, 5)
    await accept(world)

    found = await orders(world, made)
    assert [each["counts"]["total"] for each in found] == [2, 2, 2, 2, 1]
    assert {each["id"][:18] for each in found} == {made["id"][:18]}
    assert {each["id"][14] for each in found} == {"7"}
    assert [await world.numbers(each["id"]) for each in found] != []
    numbers = [number for each in found for number in await world.numbers(each["id"])]
    assert numbers == NUMBERS[:9]


async def test_cancelled_orders_count_as_cancelled_and_end_the_batch(world):
    made = await submit(world, rows(NUMBERS[:3]), order_size=2)
    await accept(world)
    for each in await orders(world, made):
        assert (await world.api.post(f"{world.orders}/{each['id']}/cancel")).status_code == 202

    done = await batch(world, made)
    assert (done["state"], done["orders"]["by_state"]) == ("ended", {"cancelled": 2})
    assert (done["numbers"]["cancelled"], done["numbers"]["pending"]) == (3, 0)


async def test_an_open_order_whose_numbers_partly_failed_is_counted_so(world):
    """Bandwidth refuses a number of an order for names at once, and works on the others for a day."""
    settings = {"subscriber_information": "Joe", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    body = ndjson({"telephone_numbers": ["2015550107", "2015550120"], **settings})
    made = await submit(world, body, "lidb")
    await accept(world)
    (order,) = await orders(world, made)
    await world.until(order["id"], "received", "processing")

    now = await batch(world, made)
    assert now["state"] == "open"
    assert (now["numbers"]["failed"], now["numbers"]["pending"]) == (1, 1)


class Crash(BaseException):
    """A process that ends: nothing catches it."""


def crashing(book, after, *, before):
    """A book whose process dies with its next order but so many, before the order is on disk or behind it."""
    accepted, real = Counter(), book.accept

    async def accept_(new):
        accepted["orders"] += 1
        if accepted["orders"] <= after:
            return await real(new)
        if not before:
            await real(new)
        raise Crash

    book.accept = accept_


@pytest.mark.parametrize("before", [True, False])
async def test_a_crash_in_the_middle_is_gone_on_with_by_the_clock(world, before):
    made = await submit(world, rows(NUMBERS[:20]), order_size=1)
    crashing(world.desk.book, 3, before=before)
    with pytest.raises(Crash):
        await accept(world)
    del world.desk.book.accept
    then = await batch(world, made)
    assert then["state"] == "accepting"
    assert 3 <= then["orders"]["accepted"] < 20

    queue = bells.queue("submit", world.desk.bells._connection)
    queue.empty()
    await tick(world.desk, Silence())
    assert not await progress.are_due(world.desk.store, world.account)  # its lease has not ended
    later(world, world.desk.settings.lease_seconds + 1)
    await tick(world.desk, Silence())
    await rig.until(lambda: asyncio.sleep(0, [job for job in queue.jobs if job.func_name == "workers.bulk.accept"]))
    later(world, world.desk.settings.lease_seconds + 1)  # the clock has taken the orders that were due
    done = await bulk_steps.ended(world, made)

    assert (done["state"], done["orders"]["accepted"]) == ("ended", 20)
    assert done["numbers"]["complete"] == 20
    sent = Counter(each["customer_order_id"] for each in await world.ledger() if each["order_id"])
    assert sent == Counter(dict.fromkeys((each["id"] for each in await orders(world, made)), 1))


async def test_a_reply_that_was_lost_makes_no_second_order(world):
    made = await submit(world, rows(NUMBERS[:4]), order_size=2)
    store, run = world.desk.store, Store.run_replicated

    async def lost(self, script, *arguments):
        await run(self, script, *arguments)
        raise StoreUnavailable

    store.run_replicated = lost.__get__(store)
    await accept(world)
    del store.run_replicated
    later(world, 10)
    await accept(world)

    assert [each["counts"]["total"] for each in await orders(world, made)] == [2, 2]
    assert (await batch(world, made))["orders"]["accepted"] == 2


async def test_many_workers_at_once_make_each_order_once(world):
    made = await submit(world, rows(NUMBERS[:60]), order_size=1)
    client = world.desk.store.client

    async def one():
        await client.zadd(keys.due_batch(world.account), {made["id"]: 0})
        await accept_due(world.desk, world.account)

    await asyncio.gather(*(one() for _ in range(4)))

    now = await batch(world, made)
    assert (now["state"], now["orders"]["accepted"], now["orders"]["by_state"]) == ("open", 60, {"accepted": 60})
    assert len(await orders(world, made)) == 60


async def too_many(world, numbers):
    """Let each of these numbers stand in as many open orders as one order may meet."""
    object.__setattr__(world.desk, "settings", world.desk.settings.model_copy(update={"max_conflicts": 1}))
    object.__setattr__(world.desk, "book", Book(world.desk.store, world.desk.bells, world.desk.settings))
    return [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in numbers]


async def test_an_order_that_meets_too_many_others_is_tried_again_while_the_rest_goes_on(world):
    in_the_way = await too_many(world, NUMBERS[:2])
    made = await submit(world, rows(NUMBERS[:4]), order_size=2)
    await accept(world)
    now = await batch(world, made)
    assert (now["state"], now["orders"]["accepted"]) == ("accepting", 1)

    await accept(world)
    assert (await batch(world, made))["orders"]["accepted"] == 1
    for each in in_the_way:
        await world.ended(each["id"])
    later(world, 2)
    done = await bulk_steps.ended(world, made)
    assert (done["state"], done["orders"]["accepted"], done["orders"]["refused"]) == ("ended", 2, 0)


async def test_an_order_that_is_in_the_way_of_others_for_days_is_refused_with_its_rows(world):
    await too_many(world, [NUMBERS[0], NUMBERS[3]])
    made = await submit(world, b"\n" + rows(NUMBERS[:4]), order_size=4)
    later(world, PATIENCE_MS // 1000 + 1)
    await accept(world)

    done = await batch(world, made)
    assert (done["state"], done["orders"]["refused"], done["orders"]["accepted"]) == ("ended", 1, 0)
    assert done["numbers"] == {"total": 4, "pending": 0, "complete": 0, "failed": 0, "cancelled": 0, "refused": 4}
    told = await errors(world, made)
    assert [each["line"] for each in told] == [2, 3, 4, 5]
    assert {each["order_id"] for each in told} - {None}
    assert "too many other open orders" in told[0]["detail"]
    assert [each["type"] for each in await stream(world, made)] == ["batch.completed"]


async def test_a_plan_sealed_with_another_key_waits_for_its_key(valkey, world):
    made = await submit(world, rows(NUMBERS[:2]))
    requests = world.desk.requests
    async with rig.world(valkey.url, secret_key="cd" * 32) as other:
        object.__setattr__(world.desk, "requests", other.desk.requests)
        await accept(world)
    assert (await batch(world, made))["state"] == "accepting"

    object.__setattr__(world.desk, "requests", requests)
    later(world, 2)
    await accept(world)
    assert (await batch(world, made))["orders"]["accepted"] == 1


async def test_a_job_ends_in_time_and_rings_for_what_is_left(world, monkeypatch):
    monkeypatch.setattr("workers.bulk.LONG_SECONDS", 0)
    made = await submit(world, rows(NUMBERS[:3]))
    rung = []
    monkeypatch.setattr(world.desk.bells, "ring", lambda *arguments: rung.append(arguments))
    await accept(world)

    assert rung == [("batch", world.account, [made["id"]])]
    assert (await batch(world, made))["orders"]["accepted"] == 0
    assert await progress.are_due(world.desk.store, world.account)


async def test_a_batch_is_purged_after_the_last_of_its_orders(world):
    made = await submit(world, rows(NUMBERS[:3]) + b"{}", order_size=2)
    await bulk_steps.ended(world, made)
    later(world, 400 * DAY_MS // 1000)
    assert await progress.sweep(world.desk.store, world.account, 400 * DAY_MS) == []
    (first, second) = [each["id"] for each in await orders(world, made)]
    await purging.purge(world.desk.store, world.account, first, 400 * DAY_MS)
    assert await progress.sweep(world.desk.store, world.account, 400 * DAY_MS) == []
    assert (await batch(world, made))["orders"]["by_state"] == {"complete": 2}

    await purging.purge(world.desk.store, world.account, second, 400 * DAY_MS)
    assert await progress.sweep(world.desk.store, world.account, 400 * DAY_MS) == [made["id"]]
    assert (await world.api.get(made["links"]["self"])).status_code == 404
    left = [each async for each in world.desk.store.client.scan_iter(f"{keys.prefix(world.account)}*batch*")]
    assert left == []
    # the key is free again
    assert (await submit(world, rows(NUMBERS[:1])))["id"] != made["id"]


async def test_a_batch_whose_orders_were_all_refused_is_purged_too(world):
    await too_many(world, NUMBERS[:2])
    made = await submit(world, rows(NUMBERS[:2]))
    later(world, PATIENCE_MS // 1000 + 1)
    await accept(world)
    later(world, 400 * DAY_MS // 1000)
    assert await progress.sweep(world.desk.store, world.account, 400 * DAY_MS) == [made["id"]]


async def test_the_store_going_away_under_a_job_waits_for_the_clock(world):
    made = await submit(world, rows(NUMBERS[:3]))
    store, run = world.desk.store, Store.run

    async def away(self, script, *arguments):
        if script.name == "bulk/due_planned":
            raise StoreUnavailable
        return await run(self, script, *arguments)

    store.run = away.__get__(store)
    await accept(world)
    del store.run
    assert not await progress.are_due(world.desk.store, world.account)
    later(world, world.desk.settings.lease_seconds + 1)
    await accept(world)
    assert (await batch(world, made))["orders"]["accepted"] == 1


async def test_orders_that_were_planned_when_a_backup_was_taken_are_looked_for_before_they_are_sent(world):
    made = await submit(world, rows(NUMBERS[:4]), order_size=2)
    planned = [Membership(made["id"], each).order_id for each in range(2)]
    # after the backup, the first was accepted and sent
    numbers = "".join(f"<TelephoneNumber>{each}</TelephoneNumber>" for each in NUMBERS[:2])
    group = f"<TnOptionGroup><Sms>on</Sms><TelephoneNumbers>{numbers}</TelephoneNumbers></TnOptionGroup>"
    reference = f"<CustomerOrderId>{planned[0]}</CustomerOrderId>"
    body = f"<TnOptionOrder>{reference}<TnOptionGroups>{group}</TnOptionGroups></TnOptionOrder>"
    path = f"/api/v1/accounts/{world.account}/tnoptions"
    sent = await world.sandbox.post(path, content=body, auth=("sandbox-user", "sandbox-password"))
    assert sent.status_code == 201, sent.text
    await Maintenance(world.desk.store, world.settings).after_restore(world.account)

    await accept(world)
    assert {each["state"] for each in await orders(world, made)} == {"uncertain"}
    done = await bulk_steps.ended(world, made)

    assert done["orders"]["by_state"] == {"complete": 2}
    posts = Counter(each["customer_order_id"] for each in await world.ledger() if each["order_id"])
    assert posts == {planned[0]: 1, planned[1]: 1}
