"""Calls about orders against the running service, awaited; and the blocking client beside it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import rig
from tracker_steps import GROUPS, address, whole

from service.client import IdempotencyReused, InvalidOrder, MalformedRequest, NotPossibleNow, OrderTracker

NAMES = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
LISTING = {
    "subscriber_type": "RESIDENTIAL",
    "listing_type": "LISTED",
    "listing_name": {"first_name": "John", "last_name": "Smith"},
    "list_address": False,
    "address": {"city": "Carpinteria", "state_code": "CA", "zip": "93013"},
}


async def test_an_order_is_submitted_waited_for_and_read(world, tracker):
    order = await tracker.submit_tn_options(GROUPS, customer_order_id="a-reference", metadata={"ours": "x"})
    assert (order.state, order.is_terminal, order.counts.pending, order.request) == (
        "accepted",
        False,
        2,
        {"groups": GROUPS},
    )
    assert order.created_at.tzinfo is UTC
    changed, ended, _ = await asyncio.gather(
        tracker.wait(order.id, until="change", known=order, timeout=20),
        tracker.wait(order.id, timeout=20),
        world.ended(order.id),
    )
    assert changed.version > order.version
    assert (ended.state, ended.counts.complete, ended.counts.failed) == ("partial", 1, 1)
    assert str(ended) == f"order {order.id}: tn-options, partial, 1 of 2 numbers complete"
    assert (ended.errors[0].code, ended.metadata, ended.customer_order_id) == ("5076", {"ours": "x"}, "a-reference")
    outcomes = {each.telephone_number: each async for each in tracker.iter_numbers(order.id)}
    assert (outcomes["2015550101"].outcome, outcomes["2015550101"].code) == ("failed", "5076")
    assert outcomes["2018551021"].e164 == "+12018551021"
    events = [each.event for each in await tracker.timeline(order.id)]
    assert (events[0], events[-1]) == ("accepted", "checked")
    assert [each.direction for each in await tracker.documents(order.id)][:2] == ["sent", "received"]
    assert await tracker.get(order.id, known=ended) is ended
    assert await tracker.get(order.id, known=order) == ended


async def test_lists_and_numbers_show_what_was_asked_for(world, tracker):
    first = await tracker.submit_tn_options(GROUPS[:1])
    second = await tracker.submit_lidb([{"telephone_numbers": ["(201) 855-1021", "2015550120"], **NAMES}])
    await world.ended(first.id)
    page = await tracker.list_orders(limit=1)
    assert [each.id for each in page.items] == [second.id]
    following = await tracker.list_orders(limit=1, cursor=page.cursor)
    assert ([each.id for each in following.items], page.next is None) == ([first.id], False)
    recent = datetime.now(UTC) - timedelta(minutes=5)
    for filters, found in (
        ({}, [second, first]),
        ({"kind": "lidb"}, [second]),
        ({"state": ["partial", "failed"]}, [first]),
        ({"telephone_number": "+1 201-855-1021", "created_from": recent}, [second, first]),
        ({"created_to": recent}, []),
        ({"error_code": "5076", "origin": "api"}, [first]),
    ):
        assert [each.id for each in await whole(tracker.iter_orders(**filters))] == [each.id for each in found], filters
    assert [each.id for each in await whole(tracker.iter_orders_of_all_accounts())] == [second.id, first.id]
    assert [each.id for each in await whole(tracker.iter_number_orders("2018551021", kind="lidb"))] == [second.id]
    with pytest.raises(MalformedRequest, match="state"):
        await tracker.list_orders(state="nonsense")
    number = await tracker.number("(201) 855-1021")
    assert (number.telephone_number, number.open_orders[0].order_id) == ("2018551021", second.id)
    assert (number.last_outcomes[0].order_id, number.bandwidth["full_number"]) == (first.id, "2018551021")
    summary = await tracker.summary()
    assert (summary.open, summary.ended, summary.counts["tn-options"]["partial"]) == (1, 1, 1)
    assert set(summary.oldest_open) == {"lidb"}
    assert await tracker.summary(known=summary) is summary


async def test_the_same_key_gets_the_same_order_and_another_body_is_refused(tracker):
    first = await tracker.submit("tn-options", {"groups": GROUPS}, idempotency_key="a-key")
    assert (await tracker.submit_tn_options(GROUPS, idempotency_key="a-key")).id == first.id
    assert (await tracker.submit_tn_options(GROUPS)).id != first.id
    with pytest.raises(IdempotencyReused):
        await tracker.submit_tn_options([{"telephone_numbers": ["2018551022"], "sms": "on"}], idempotency_key="a-key")


async def test_what_is_wrong_with_an_order_is_said_field_by_field(tracker):
    with pytest.raises(InvalidOrder) as raised:
        await tracker.submit_tn_options([{"telephone_numbers": ["1"], "sms": "maybe"}])
    assert [each.pointer for each in raised.value.errors] == ["/groups/0/telephone_numbers/0", "/groups/0/sms"]


async def test_a_dry_run_stores_nothing_and_shows_what_would_be_sent(tracker):
    order = await tracker.submit_tn_options(GROUPS, dry_run=True)
    assert (order.id, order.state, order.dry_run.foreseen) == ("", "accepted", None)
    (planned,) = order.dry_run.requests
    assert (planned.method, "2018551021" in planned.body) == ("POST", True)
    assert await whole(tracker.iter_orders()) == []


async def test_decisions_are_taken_or_refused_with_the_reason(world, tracker):
    at = datetime.now(UTC) + timedelta(hours=1)
    later = await tracker.submit_number_options("2018551050", sms=True, not_before=at)
    assert abs(later.not_before - at) < timedelta(seconds=1)
    assert (later.waiting.until, (await tracker.cancel(later.id)).state) == (later.not_before, "cancelled")
    order = await tracker.submit_tn_options([{"telephone_numbers": ["2015550121"], "sms": "on"}])
    await world.until(order.id, "received")
    assert (await tracker.check(order.id)).id == order.id
    for refused in (
        *(tracker.cancel(order.id), tracker.retry(order.id)),
        *(tracker.check(later.id), tracker.step_aside(order.id)),
    ):
        with pytest.raises(NotPossibleNow):
            await refused
    behind = await tracker.submit_tn_options([{"telephone_numbers": ["2015550121"], "sms": "off"}])
    assert behind.held_by == order.id
    assert (await tracker.step_aside(order.id)).aside_since
    assert (await tracker.get(behind.id)).held_by is None


async def test_what_failed_is_tried_again_by_an_order_of_its_own(world, tracker):
    order = await tracker.submit_lidb([{"telephone_numbers": ["2015550111"], **NAMES}])
    await world.ended(order.id)
    again = await tracker.retry_failed(order.id, metadata={"try": "2"})
    assert (again.retries, again.metadata, again.kind) == (order.id, {"try": "2"}, "lidb")
    assert (await tracker.get(order.id)).retried_by == again.id


async def test_an_open_listing_is_amended(world, tracker):
    order = await tracker.submit_dlda([{"telephone_numbers": ["2015550125"], **LISTING}])
    await world.until(order.id, "received")
    body = {"groups": [{"telephone_numbers": ["2015550125"], **LISTING, "listing_type": "NON_LISTED"}]}
    amended = await tracker.amend(order.id, body)
    assert (amended.amends, amended.request["groups"][0]["listing_type"]) == (order.id, "NON_LISTED")
    removal = await tracker.submit_dlda([{"telephone_numbers": ["2018551041"]}], delete_dlda_tn_groups=True)
    assert removal.request["delete_dlda_tn_groups"] == "true"


async def test_a_location_is_given_a_destination(world, tracker):
    order = await tracker.submit_location_failover(2, "500014", "sip:failover@203.0.113.9:5060")
    assert (await world.ended(order.id))["state"] == "complete"


async def test_the_blocking_client_makes_the_same_calls_from_many_threads(world):
    def use(tracker, at):
        order = tracker.submit_tn_options([{"telephone_numbers": [f"20185513{at:02d}"], "sms": "on"}])
        ended = tracker.wait(order.id, timeout=20)
        events = tracker.events(last_event_id="0-1", order_id=order.id, type="order.completed")
        completed = next(events)
        events.close()
        return ended.state, completed.order_id == order.id, [each.outcome for each in tracker.iter_numbers(order.id)]

    async def work():
        while True:
            await world.turn()
            await asyncio.sleep(0.005)

    with OrderTracker(address(world), rig.TOKEN, world.account) as tracker:
        working = asyncio.create_task(work())
        try:
            found = await asyncio.gather(*(asyncio.to_thread(use, tracker, at) for at in range(4)))
        finally:
            working.cancel()
    assert found == [("complete", True, ["complete"])] * 4
