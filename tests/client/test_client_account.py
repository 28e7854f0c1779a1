"""Calls about all that is not one order, against the running service: events, uploads, endpoints, the account."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rig
from bulk_steps import accept
from event_steps import bring, listening
from tracker_steps import GROUPS, address, whole

from service.client import AsyncOrderTracker, DeliveryWaits, InvalidRows, NotFound, ScopeMissing, Unauthenticated
from service.client.webhooks import verify
from service.scopes import Scope

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from test_callbacks_are_hints import notification

STRANGE = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"


async def test_events_are_heard_as_they_happen_and_after_the_last_one(world, tracker):
    async def listen(**more):
        async with aclosing(tracker.events(**more)) as events:
            return [each async for each in _until_completed(events)]

    before = await tracker.submit_tn_options(GROUPS)
    heard, *_ = await asyncio.gather(listen(last_event_id="0-1", kind="tn-options"), world.ended(before.id))
    assert [each.version for each in heard] == list(range(1, len(heard) + 1))
    assert {each.order_id for each in heard} == {before.id}
    again = await listen(last_event_id=heard[0].place, type=["order.completed", "order.accepted"])
    assert again == heard[-1:]


async def test_many_orders_are_made_of_one_upload(world, tracker):
    rows = [{"telephone_number": f"20185514{at:02d}", "sms": "on"} for at in range(5)]
    batch = await tracker.submit_bulk("tn-options", [*rows, {"telephone_number": "1"}], order_size=2)
    assert (batch.rows.valid, batch.rows.wrong, batch.orders.planned) == (5, 1, 3)
    assert [(each.line, each.code) for each in batch.errors] == [(6, "5070")]
    await accept(world)
    orders = await whole(tracker.iter_orders(batch_id=batch.id))
    assert Counter(each.batch_id for each in orders) == {batch.id: 3}
    ended, *_ = await asyncio.gather(
        tracker.wait_batch(batch.id, timeout=20), *(world.ended(each.id) for each in orders)
    )
    assert (ended.state, ended.numbers.complete) == ("ended", 5)
    assert [each.id async for each in tracker.iter_batches()] == [batch.id]
    assert await whole(tracker.iter_batch_errors(batch.id)) == list(batch.errors)
    csv = b"telephone_number,sms\r\n2018551450,on\r\nnonsense,on\r\n"
    with pytest.raises(InvalidRows) as raised:
        await tracker.submit_bulk("tn-options", csv, media_type="text/csv", on_errors="reject")
    assert (raised.value.errors[0].line, "line 3" in str(raised.value)) == (3, True)


async def test_endpoints_are_made_changed_told_and_removed(valkey, receiver):
    async with (
        listening(valkey) as world,
        AsyncOrderTracker(address(world), rig.TOKEN, world.account) as tracker,
    ):
        made = await tracker.create_endpoint(receiver.url, types=["order.accepted"], idempotency_key="once")
        assert (
            await tracker.create_endpoint(receiver.url, types=["order.accepted"], idempotency_key="once")
        ).id == made.id
        changed = await tracker.change_endpoint(made.id, description="ours", enabled=True)
        assert (changed.description, changed.types, changed.secret) == ("ours", ("order.accepted",), None)
        took = _overheard(receiver)
        ping = await tracker.ping_endpoint(made.id)
        order = await tracker.submit_tn_options(GROUPS)
        with pytest.raises(DeliveryWaits):
            await tracker.replay_delivery(made.id, ping.id)
        await bring(world)
        events = [verify(raw, headers, made.secret) for headers, raw in took]
        assert {(each.type, each.order_id) for each in events} == {("ping", None), ("order.accepted", order.id)}
        assert {each.status async for each in tracker.iter_deliveries(made.id, status="delivered")} == {"delivered"}
        assert (await tracker.delivery(made.id, ping.id)).attempts[0].status == 200
        assert (await tracker.replay_delivery(made.id, ping.id)).status == "waiting"
        replay = await tracker.replay_events(made.id, datetime.now(UTC) - timedelta(minutes=1))
        assert (replay.whole, replay.ended_at) == (True, None)
        rotated = await tracker.rotate_endpoint(made.id)
        assert (rotated.secret == made.secret, rotated.previous_secret_until is None) == (False, False)
        assert [each.id for each in await tracker.list_endpoints()] == [made.id]
        await tracker.delete_endpoint(made.id)
        with pytest.raises(NotFound):
            await tracker.endpoint(made.id)


async def test_the_account_is_looked_after(world, tracker):
    await world.callback(notification(STRANGE, "PROCESSING", reference="a/b"))
    (orphan,) = await whole(tracker.iter_orphans())
    assert (orphan.bandwidth_order_id, orphan.callbacks, orphan.adoption.kind) == (STRANGE, 1, "tn-options")
    replayed = await tracker.replay_orphan(orphan.key)
    assert (replayed.outcome, replayed.adoption_due, replayed.callbacks[0].outcome) == ("kept", True, "kept")
    assert (await tracker.subscriptions()).missing
    assert (await tracker.heal_subscriptions()).are_well
    deeds = await whole(tracker.iter_audit())
    assert (deeds[0].by, {each.action for each in deeds}) == ("default", {"replayOrphan", "healSubscriptions"})


async def test_a_token_that_is_wrong_or_may_not_do_it_is_said(world):
    async with AsyncOrderTracker(address(world), "a-wrong-token", world.account) as stranger:
        with pytest.raises(Unauthenticated):
            await stranger.summary()
    token = (await world.client(Scope.READ))["Authorization"].partition(" ")[2]
    async with AsyncOrderTracker(address(world), token, world.account) as reader:
        assert await whole(reader.iter_orders()) == []
        with pytest.raises(ScopeMissing) as raised:
            await reader.submit_tn_options(GROUPS)
        assert token not in f"{raised.value!r} {raised.value}"


async def _until_completed(events):
    async for each in events:
        yield each
        if each.type == "order.completed":
            return


def _overheard(receiver):
    """Return a list that will hold the headers and the body of each attempt."""
    took, take = [], receiver.take

    def overhear(headers, raw):
        took.append((dict(headers), raw))
        return take(headers, raw)

    receiver.take = overhear
    return took
