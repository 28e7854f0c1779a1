"""What a person may decide: retry what needs attention, withdraw what Bandwidth does not have, let others go past."""

from __future__ import annotations

import pytest
import rig

FORBIDDEN = "2015550142"


async def decide(world, order_id, decision):
    return await world.api.post(f"{world.orders}/{order_id}/{decision}")


async def stuck(world, number=FORBIDDEN):
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])
    return await world.until(order["id"], "needs_attention")


async def test_a_refused_order_is_sent_again_when_a_person_says_so(world):
    order = await stuck(world)

    answer = await decide(world, order["id"], "retry")

    assert (answer.status_code, answer.json()["state"], answer.json()["attention"]) == (202, "accepted", None)
    again = await world.until(order["id"], "needs_attention")
    assert again["version"] > answer.json()["version"]
    assert sum(entry["posts"] for entry in await world.ledger()) == 2
    assert "retried" in [entry["event"] for entry in await world.timeline(order["id"])]


async def test_an_order_that_may_be_at_bandwidth_is_looked_for_before_it_is_sent_again(world):
    await world.faults(accept_then_reset=1.0)
    order = await world.submit(customer_order_id="twins")
    await world.look_once("submit")
    await world.faults()
    xml = (
        "<TnOptionOrder><CustomerOrderId>twins</CustomerOrderId><TnOptionGroups><TnOptionGroup><Sms>on</Sms>"
        "<TelephoneNumbers><TelephoneNumber>2015551234</TelephoneNumber></TelephoneNumbers>"
        "</TnOptionGroup></TnOptionGroups></TnOptionOrder>"
    )
    path = f"/api/v1/accounts/{world.account}/tnoptions"
    await world.sandbox.post(path, content=xml, auth=("sandbox-user", "sandbox-password"))
    found = await world.until(order["id"], "needs_attention")
    assert found["attention"]["why"] == "several_candidates"

    assert (await decide(world, order["id"], "retry")).json()["state"] == "uncertain"

    assert (await world.until(order["id"], "needs_attention"))["attention"]["why"] == "several_candidates"
    assert len([entry for entry in await world.ledger() if entry["order_id"]]) == 2


async def test_a_cancelled_order_frees_its_numbers(world):
    order = await stuck(world)
    behind = await world.submit([{"telephone_numbers": [FORBIDDEN, "2015551703"], "sms": "on"}])
    assert (behind["state"], behind["held_by"]) == ("held", order["id"])

    answer = await decide(world, order["id"], "cancel")

    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert (await world.numbers(order["id"]))[FORBIDDEN]["outcome"] == "cancelled"
    assert answer.json()["counts"]["pending"] == 0
    await world.until(behind["id"], "needs_attention")


async def test_a_held_order_can_be_withdrawn_from_the_middle_of_its_line(world):
    first, middle, last = [await world.submit() for _ in range(3)]

    assert (await decide(world, middle["id"], "cancel")).json()["state"] == "cancelled"

    assert (await world.order(last["id"]))["held_by"] == first["id"]
    assert [(await world.ended(each["id"]))["state"] for each in (first, last)] == ["complete", "complete"]
    assert len(await world.ledger()) == 2


async def test_an_accepted_order_can_be_withdrawn_before_it_is_sent(world):
    order = await world.submit()
    assert (await decide(world, order["id"], "cancel")).json()["state"] == "cancelled"
    await world.turn()
    assert await world.ledger() == []


async def test_an_order_steps_aside_and_those_behind_it_go_past_it(world):
    order = await stuck(world)
    behind = await world.submit([{"telephone_numbers": [FORBIDDEN, "2015551703"], "sms": "on"}])

    answer = await decide(world, order["id"], "step-aside")

    aside = answer.json()
    assert (answer.status_code, aside["state"], aside["version"]) == (202, "needs_attention", order["version"] + 1)
    assert aside["aside_since"] == aside["updated_at"]
    assert answer.headers["etag"] == f'W/"{aside["version"]}"'
    entry = (await world.timeline(order["id"]))[-1]
    assert (entry["event"], entry["source"], entry["by"]) == ("stepped_aside", "operator", "default")
    await world.until(behind["id"], "needs_attention")
    again = (await decide(world, order["id"], "retry")).json()
    assert (again["state"], again["held_by"], again["aside_since"]) == ("held", behind["id"], None)


async def test_an_order_for_which_nobody_waits_does_not_step_aside(world):
    order = await world.submit()
    answer = await decide(world, order["id"], "step-aside")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-possible-now")
    assert answer.json()["detail"] == "No order waits for this one: it stands in nobody's way."


async def test_an_order_finds_no_room_at_the_end_of_its_lines(valkey):
    async with rig.world(valkey.url, max_conflicts=1) as world:
        numbers = [FORBIDDEN, "2015551711", "2015551712"]
        order = await world.submit([{"telephone_numbers": numbers, "sms": "on"}])
        await world.until(order["id"], "needs_attention")
        await world.submit([{"telephone_numbers": [FORBIDDEN], "sms": "on"}])
        await decide(world, order["id"], "step-aside")
        await world.submit([{"telephone_numbers": ["2015551711"], "sms": "on"}])

        answer = await decide(world, order["id"], "retry")

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-conflicts")
        assert "Decide again when some of them have ended" in answer.json()["detail"]


@pytest.mark.parametrize("decision", ["retry", "cancel"])
async def test_what_bandwidth_has_or_has_ended_takes_no_decision(world, decision):
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    await world.until(order["id"], "processing")
    ended = await world.submit()
    await world.ended(ended["id"])

    for each in (order, ended):
        answer = await decide(world, each["id"], decision)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-possible-now")
        assert answer.json()["detail"].endswith(".")


async def test_an_order_under_way_is_not_withdrawn(world):
    order = await world.submit()
    (claimed,) = await world.desk.book.claim(world.account, [order["id"]], "submit")
    assert claimed.order.state == "submitting"
    assert (await decide(world, order["id"], "cancel")).status_code == 409


async def test_an_order_that_a_worker_looks_at_takes_no_decision_now(world):
    order = await stuck(world)
    world.desk.store.offset += 100_000_000
    assert await world.desk.book.claim(world.account, [order["id"]], "check")
    world.desk.store.offset -= 100_000_000
    answer = await decide(world, order["id"], "cancel")
    assert answer.status_code == 409
    assert "again" in answer.json()["detail"]


async def test_unknown_orders_and_other_decisions_are_404(world):
    order = await world.submit()
    assert (await decide(world, "01a20793-86c9-7bcc-8f65-7512482b0f80", "retry")).status_code == 404
    assert (await decide(world, order["id"], "bless")).status_code == 404
