"""Every version of an order has one event, written by the script that made it; what changes nothing makes none."""

from __future__ import annotations

import pytest
import receiver as receivers
from event_steps import listen, listening, stream
from store_steps import FIRST, KIND, SECOND, claim, later, report, sent, submit

from service import decisions
from service.governor import NONE
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Found, Outcome, Outcomes, Waiting
from service.report import Report
from service.store import keys

COMPLETE = Report(Source.CHECK, "checked", state=State.COMPLETE, outcomes=Outcomes(Outcome("complete")))
DAY = 86_400


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


def told(events):
    return [(each["type"], each["state"], each["version"]) for each in events]


async def looked(world, order, what, step="submit"):
    return await report(world, await claim(world, order, step), what)


async def test_an_order_tells_of_its_beginning_each_change_and_its_end(world):
    order = await submit(world, "2015550201")
    await looked(world, order, sent())
    later(world, 60)
    await looked(world, order, COMPLETE, "check")

    assert told(await stream(world, order)) == [
        ("order.accepted", "accepted", "1"),
        ("order.updated", "received", "2"),
        ("order.completed", "complete", "3"),
    ]
    assert {each["kind"] for each in await stream(world, order)} == {"tn-options"}
    assert (await world.order(order["id"]))["version"] == 3


async def test_what_changes_nothing_makes_none(world):
    order = await submit(world, "2015550202")
    await world.desk.book.claim(world.account, [order["id"]], "submit")
    later(world, 60)
    await looked(world, order, Report(Source.FIND, "not found", searched=True, waiting=Waiting("searching")))
    later(world, 60)
    await looked(world, order, Report(Source.FIND, "found", state=State.RECEIVED, bandwidth_order_id=FIRST))
    later(world, 3600)
    await looked(world, order, Report(Source.CHECK, "checked", bandwidth_status=None), "check")

    assert told(await stream(world, order)) == [("order.accepted", "accepted", "1"), ("order.updated", "received", "2")]


async def test_what_is_repeated_makes_none(world):
    key = {"Idempotency-Key": "first"}
    order = await world.submit(headers=key)
    assert (await world.submit(headers=key))["id"] == order["id"]
    claimed = await claim(world, order)
    await report(world, claimed, sent())
    assert (await report(world, claimed, sent())).outcome == "repeated"

    assert len(await stream(world)) == 2


async def test_a_person_and_a_callback_make_events_as_a_worker_does(world):
    withdrawn = await submit(world, "2015550203")
    order = await world.desk.book.get(world.account, withdrawn["id"])
    await world.desk.book.decide(order, decisions.cancel(order))
    assert told(await stream(world, withdrawn))[1:] == [("order.completed", "cancelled", "2")]

    moved = await submit(world, "2015550204")
    await looked(world, moved, sent())
    told_of = f"<OrderId>{FIRST}</OrderId><OrderType>TnOptions</OrderType><Status>PROCESSING</Status>"
    body = f"<Notification>{told_of}</Notification>"
    assert (await world.callback(body)).status_code == 200
    assert told(await stream(world, moved))[2:] == [("order.updated", "processing", "3")]
    assert (await world.callback(body)).status_code == 200
    assert len(await stream(world, moved)) == 3


async def test_a_second_order_at_bandwidth_is_told_of(world):
    order = await submit(world, "2015550205")
    slow = await claim(world, order)
    await report(world, slow, sent())
    later(world, 60)
    quick = await claim(world, order, "check")
    await report(world, quick, Report(Source.CHECK, "checked", bandwidth_order_id=SECOND))
    version = (await world.order(order["id"]))["version"]
    assert told(await stream(world, order))[-1] == ("order.updated", "needs_attention", str(version))


async def test_an_order_placed_elsewhere_is_told_of_from_its_first_version(world):
    found = Found(FIRST, "theirs", "PROCESSING", ("2015550206",), {})
    assert (await world.desk.book.adopt(world.account, found, KIND, NONE)).verdict == "adopted"
    assert told(await stream(world)) == [("order.updated", "received", "1")]


async def test_whoever_is_changed_by_another_order_is_told_of_too(world):
    kind = shelf()["dlda"]
    target = await world.submit(kind="dlda", **kind.example)
    await looked_at(world, target, kind)
    answer = await world.api.put(f"{world.orders}/{target['id']}", json=dict(kind.example))
    assert answer.status_code == 202, answer.text

    assert told(await stream(world, target))[2:] == [("order.updated", "received", "3")]
    assert told(await stream(world, answer.json())) == [("order.accepted", "accepted", "1")]


async def looked_at(world, order, kind):
    await world.desk.book.report(await claim(world, order), sent(), kind, NONE)


@pytest.fixture
async def old_events(world):
    """More of them than the stream keeps in one piece."""
    client, key = world.desk.store.client, keys.events(world.account)
    parts = {"type": "order.accepted", "id": "o", "kind": "lidb", "state": "accepted", "version": 1}
    for at in range(250):
        await client.xadd(key, parts, id=f"{1000 + at}-0")
    await submit(world, "2015550207")
    return lambda: client.xlen(key)


async def test_events_go_when_they_are_old(world, old_events):
    assert await old_events() == 251
    assert not await world.desk.events.courier.are_pending(world.account)
    assert await old_events() <= 100
    later(world, 8 * DAY)
    assert not await world.desk.events.courier.are_pending(world.account)
    assert await stream(world) == []


async def test_no_event_goes_before_its_deliveries_are_made(world, old_events):
    with receivers.receiver() as receiver:
        await listen(world, receiver)
    await world.desk.store.client.set(f"{{{world.account}}}:events:cursor", "1100-0")
    assert await world.desk.events.courier.are_pending(world.account)
    kept = await world.desk.store.client.xrange(keys.events(world.account), "1100-0", "1249-0")
    assert len(kept) == 150

    await world.desk.events.courier.fan_out(world.account)
    assert not await world.desk.events.courier.are_pending(world.account)
    assert await old_events() <= 100
