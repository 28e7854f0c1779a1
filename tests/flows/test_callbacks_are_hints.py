"""Callbacks make us quick, checking makes us right: none of them ends an order, none is lost."""

from __future__ import annotations

import asyncio
import random

import rig

GROUP = {"telephone_numbers": ["2015551501"], "sms": "on"}


def notification(order_id=None, status=None, *, reference=None, note=None, modified="2026-01-01T00:00:00.000Z"):
    parts = {
        "Status": status,
        "SubscriptionId": "9a434012-501b-4d7f-989d-fb64a4fcb74b",
        "Message": "said by a test",
        "Note": note,
        "OrderId": order_id,
        "OrderType": "tnoptions",
        "CustomerOrderId": reference,
        "LastModifiedDate": modified,
    }
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items() if text)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Notification>{inner}</Notification>'


async def at_bandwidth(world, number="2015550120"):
    """An order that Bandwidth works on for ever."""
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])
    return await world.until(order["id"], "processing")


async def test_an_end_that_bandwidths_own_order_does_not_show_ends_nothing(world):
    order = await at_bandwidth(world)

    answer = await world.callback(notification(order["bandwidth_order_id"], "COMPLETE"))
    await world.turn()

    assert answer.status_code == 200
    still = await world.order(order["id"])
    assert still["state"] == "processing"
    assert still["announced"] == "COMPLETE"
    assert still["counts"]["pending"] == 1


async def test_a_callback_that_announces_an_end_brings_the_check_to_now(valkey):
    async with rig.world(valkey.url, look_factor=1000) as world:
        order = await world.submit([GROUP])
        await world.until(order["id"], "received")
        bandwidth_order_id = (await world.order(order["id"]))["bandwidth_order_id"]

        async def complete_at_bandwidth():
            return [each for each in await world.ledger() if each["status"] == "COMPLETE"]

        await rig.until(complete_at_bandwidth)
        await world.turn()
        assert (await world.order(order["id"]))["state"] == "received"
        await world.callback(notification(bandwidth_order_id, "COMPLETE"))

        assert (await world.ended(order["id"]))["state"] == "complete"


async def test_processing_by_callback_moves_forward_and_received_never_back(world):
    await world.faults()
    order = await world.submit([{"telephone_numbers": ["2015550121"], "sms": "on"}])
    order = await world.until(order["id"], "received")

    await world.callback(notification(order["bandwidth_order_id"], "PROCESSING", modified="1"))
    await world.callback(notification(order["bandwidth_order_id"], "RECEIVED", modified="2"))
    await world.turn()

    assert (await world.order(order["id"]))["state"] == "processing"


async def test_the_same_callback_again_is_kept_on_the_timeline_and_changes_nothing(world):
    order = await at_bandwidth(world)
    body = notification(order["bandwidth_order_id"], "PROCESSING")
    await world.callback(body)
    before = await world.order(order["id"])

    assert (await world.callback(body)).status_code == 200

    assert (await world.order(order["id"]))["version"] == before["version"]
    assert (await world.timeline(order["id"]))[-1]["duplicate"] is True


async def test_a_note_goes_on_the_timeline_and_nothing_else(world):
    order = await at_bandwidth(world)

    await world.callback(notification(order["bandwidth_order_id"], note="please wait"))

    assert (await world.order(order["id"]))["version"] == order["version"]
    entry = (await world.timeline(order["id"]))[-1]
    assert (entry["event"], entry["note"]) == ("note", "please wait")


async def test_a_callback_after_the_end_is_on_the_timeline_and_changes_nothing(world):
    order = await world.submit([GROUP])
    done = await world.ended(order["id"])

    answer = await world.callback(notification(done["bandwidth_order_id"], "FAILED"))

    assert answer.status_code == 200
    after = await world.order(order["id"])
    assert (after["state"], after["version"]) == ("complete", done["version"])
    assert (await world.timeline(order["id"]))[-1]["status"] == "FAILED"


async def test_an_unknown_status_brings_a_check_and_is_never_refused(world):
    order = await at_bandwidth(world)

    assert (await world.callback(notification(order["bandwidth_order_id"], "WHATEVER"))).status_code == 200

    assert (await world.order(order["id"]))["announced"] == "WHATEVER"


async def test_callbacks_before_our_own_201_lose_nothing(world):
    await world.subscribe()
    await world.faults(early_callbacks=1.0)
    order = await world.submit([GROUP])

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    early = [each for each in await world.timeline(order["id"]) if each["source"] == "callback"]
    assert early


async def test_a_callback_for_an_unknown_order_is_kept_until_the_order_is_known(world):
    """The id is learned later: what was said of it is applied then."""
    await world.faults(accept_then_reset=1.0)
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    await world.look_once("submit")
    await world.faults()
    (entry,) = await world.ledger()

    answer = await world.callback(notification(entry["order_id"], "COMPLETE"))
    assert answer.status_code == 200
    assert (await world.order(order["id"]))["bandwidth_order_id"] is None
    found = await world.until(order["id"], "processing")

    assert found["bandwidth_order_id"] == entry["order_id"]
    assert found["announced"] == "COMPLETE"


async def test_a_reference_alone_changes_no_order_but_brings_the_search_of_an_uncertain_one_to_now(valkey):
    async with rig.world(valkey.url, searches=(0, 100, 200)) as world:
        await world.faults(reset_before_accept=1.0)
        order = await world.submit([GROUP], customer_order_id="nudged")
        idle = await world.submit([{"telephone_numbers": ["2015550121"], "sms": "on"}], customer_order_id="nudged")
        await world.look_once("submit")
        await world.look_once("submit")
        assert (await world.order(order["id"]))["state"] == "uncertain"
        before = len(await world.timeline(order["id"]))

        await world.callback(notification("0b3aa54d-0ce5-4f5b-bd75-1c30967b197f", "COMPLETE", reference="nudged"))
        await world.look_once("submit")

        assert len(await world.timeline(order["id"])) == before + 1
        assert (await world.order(order["id"]))["state"] == "uncertain"
        assert (await world.order(idle["id"]))["announced"] is None


async def test_nudges_bring_searches_forward_but_never_the_second_sending(valkey):
    async with rig.world(valkey.url, searches=(0, 50, 100)) as world:
        await world.faults(reset_before_accept=1.0)
        order = await world.submit([GROUP], customer_order_id="often nudged")
        await world.look_once("submit")
        for number in range(8):
            body = notification(f"0b3aa54d-0ce5-4f5b-bd75-1c30967b19{number:02d}", "COMPLETE", reference="often nudged")
            await world.callback(body)
            await world.look_once("submit")

        assert (await world.order(order["id"]))["state"] == "uncertain"
        assert not [each for each in await world.ledger() if each["order_id"]]


async def test_any_duplication_and_reordering_ends_in_the_same_state(world):
    """Every callback of an order's life, shuffled and repeated, while it is worked on."""
    order = await world.submit([GROUP])
    await world.look_once("submit")
    bandwidth_order_id = (await world.order(order["id"]))["bandwidth_order_id"]
    said = [
        notification(bandwidth_order_id, status, modified=str(at))
        for at, status in enumerate(("RECEIVED", "PROCESSING", "COMPLETE", "FAILED", "PARTIAL"))
    ] * 3
    random.Random(7).shuffle(said)

    answers = await asyncio.gather(*(world.callback(each) for each in said), world.turn())

    assert {each.status_code for each in answers if each} == {200}
    done = await world.ended(order["id"])
    assert (done["state"], done["bandwidth_status"], done["announced"]) == ("complete", "COMPLETE", None)
