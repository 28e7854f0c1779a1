"""A connection that breaks leaves an order uncertain; it is looked for before anything is sent again."""

from __future__ import annotations

import pytest
import rig

BODY = {"telephone_numbers": ["2015551301"], "sms": "on"}


async def sent(world, order_id):
    """Let an order have one look after the other until its bytes have left: a busy machine may connect too late."""

    async def has_left():
        await world.look_once("submit")
        return (await world.order(order_id))["state"] != "accepted"

    await rig.until(has_left)


async def test_an_order_whose_answer_was_lost_is_found_and_adopted(world):
    await world.faults(accept_then_reset=1.0)
    order = await world.submit([BODY])
    await sent(world, order["id"])
    assert (await world.order(order["id"]))["state"] == "uncertain"
    await world.faults()

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    (entry,) = await world.ledger()
    assert (entry["posts"], entry["order_id"]) == (1, done["bandwidth_order_id"])
    events = [each["event"] for each in await world.timeline(order["id"])]
    assert "answer_lost" in events
    assert "found" in events


async def test_the_right_one_is_found_among_orders_with_the_same_reference(world):
    earlier = [await world.submit([BODY], customer_order_id="monthly run") for _ in range(2)]
    ended = [await world.ended(each["id"]) for each in earlier]
    await world.faults(accept_then_reset=1.0)
    order = await world.submit([BODY], customer_order_id="monthly run")
    await sent(world, order["id"])
    assert (await world.order(order["id"]))["state"] == "uncertain"
    await world.faults()

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    ids = {each["bandwidth_order_id"] for each in [*ended, done]}
    assert len(ids) == 3
    entries = await world.ledger()
    assert {each["order_id"] for each in entries} == ids
    # the sandbox counts POSTs by their body, and the three bodies are equal: three orders, three POSTs
    assert [each["posts"] for each in entries] == [3, 3, 3]


async def test_an_order_that_never_arrived_is_sent_again_only_after_every_search(world):
    await world.faults(reset_before_accept=1.0)
    order = await world.submit([BODY])
    await sent(world, order["id"])
    assert (await world.order(order["id"]))["state"] == "uncertain"
    await world.faults()

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    timeline = await world.timeline(order["id"])
    searches = [each for each in timeline if each["event"] == "not_found"]
    assert len(searches) >= 4
    (made,) = [each for each in await world.ledger() if each["order_id"]]
    assert made["order_id"] == done["bandwidth_order_id"]


@pytest.mark.parametrize("fault", ["error_500", "error_503"])
async def test_a_server_error_is_not_an_answer(world, fault):
    await world.faults(**{fault: 1.0})
    order = await world.submit([BODY])
    await sent(world, order["id"])
    assert (await world.order(order["id"]))["state"] == "uncertain"
    await world.faults()

    assert (await world.ended(order["id"]))["state"] == "complete"


async def test_two_candidates_are_a_matter_for_a_person(world):
    """Somebody else sent the same order with the same reference at the same time."""
    await world.faults(accept_then_reset=1.0)
    order = await world.submit([BODY], customer_order_id="twins")
    await sent(world, order["id"])
    assert (await world.order(order["id"]))["state"] == "uncertain"
    await world.faults()
    xml = (
        "<TnOptionOrder><CustomerOrderId>twins</CustomerOrderId><TnOptionGroups><TnOptionGroup><Sms>on</Sms>"
        "<TelephoneNumbers><TelephoneNumber>2015551301</TelephoneNumber></TelephoneNumbers>"
        "</TnOptionGroup></TnOptionGroups></TnOptionOrder>"
    )
    auth = ("sandbox-user", "sandbox-password")
    await world.sandbox.post(f"/api/v1/accounts/{world.account}/tnoptions", content=xml, auth=auth)

    stuck = await world.until(order["id"], "needs_attention", "complete")

    assert stuck["attention"]["why"] == "several_candidates"
    candidates = [entry["order_id"] for entry in await world.ledger()]
    assert len(candidates) == 2
    assert all(each in stuck["attention"]["do"] for each in candidates)


async def test_a_throttled_order_waits_and_says_why(world):
    await world.faults(error_429=1.0)
    order = await world.submit([BODY])
    other = await world.submit([{"telephone_numbers": ["2015551302"], "sms": "on"}])
    await world.turn()

    waiting = await world.order(order["id"])
    assert waiting["state"] == "accepted"
    assert "429" in waiting["waiting"]["why"]
    assert waiting["waiting"]["until"]
    assert "429" in (await world.order(other["id"]))["waiting"]["why"]
    await world.faults()

    assert (await world.ended(order["id"]))["state"] == "complete"
    assert (await world.ended(other["id"]))["state"] == "complete"
    assert len([each for each in await world.ledger() if each["order_id"]]) == 2


async def test_a_bandwidth_that_is_away_costs_only_time(valkey):
    async with rig.world(valkey.url, bandwidth_url=f"http://127.0.0.1:{rig.free_port()}/api/v1") as world:
        order = await world.submit([BODY])
        await world.turn()

        still = await world.order(order["id"])

    assert still["state"] == "accepted"
    assert still["next_look_at"] > still["created_at"]
    assert still["first_sent_at"] is not None
