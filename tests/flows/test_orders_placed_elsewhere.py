"""Orders that somebody else places on the account are adopted when Bandwidth calls back, and followed like ours."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import pytest
import rig
from structlog.testing import capture_logs
from test_callbacks_are_hints import notification
from test_listings import EDITABLE, listing

from service import xml
from service.governor import NONE
from service.kinds import shelf
from service.kinds.dlda import groups_xml
from service.order import Found
from service.order_request.reading import read_order
from service.store import adopting, keys
from workers.adopt import adopt_all

sys.path.insert(0, str(Path(__file__).parents[1] / "local"))
import local_harness

ENDLESS, SLOW, UNKNOWN = "2015550120", "2015550122", "2015550101"
STRANGE = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"
BASIC = ("sandbox-user", "sandbox-password")
KIND = shelf()["tn-options"]


def order(*numbers, reference="theirs"):
    """An order as somebody else would write it."""
    named = "".join(f"<TelephoneNumber>{each}</TelephoneNumber>" for each in numbers)
    told = f"<CustomerOrderId>{reference}</CustomerOrderId>" if reference else ""
    return (
        f"<TnOptionOrder>{told}<TnOptionGroups><TnOptionGroup><CallForward>systemDefault</CallForward><Sms>on</Sms>"
        f"<TelephoneNumbers>{named}</TelephoneNumbers></TnOptionGroup></TnOptionGroups></TnOptionOrder>"
    )


async def place(world, *numbers, reference="theirs"):
    """Place an order as somebody else would; returns Bandwidth's id of it."""
    return await post(world, "tnoptions", order(*numbers, reference=reference))


async def post(world, path, body):
    answer = await world.sandbox.post(f"/api/v1/accounts/{world.account}/{path}", content=body, auth=BASIC)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def orders(world, origin="external"):
    page = (await world.api.get(world.orders)).json()["orders"]
    return [each for each in page if each["origin"] == origin]


async def adopted(world):
    """Work until an order is adopted; returns it."""

    async def seen():
        await world.turn()
        return await orders(world)

    (found,) = await rig.until(seen)
    return await world.order(found["id"])


def later(world, seconds):
    world.desk.store.offset += int(seconds * 1000)


@pytest.mark.parametrize("reference", ["theirs", None])
async def test_an_order_placed_elsewhere_is_adopted_and_checked_to_its_end(world, reference):
    await world.subscribe()
    bandwidth_order_id = await place(world, "2015551801", UNKNOWN, reference=reference)

    theirs = await adopted(world)
    done = await world.ended(theirs["id"])

    assert (theirs["kind"], theirs["bandwidth_order_id"]) == ("tn-options", bandwidth_order_id)
    assert theirs["groups"] == [
        {"telephone_numbers": ["2015551801", UNKNOWN], "call_forward": "systemdefault", "sms": "on"}
    ]
    assert (done["state"], done["bandwidth_status"], done["customer_order_id"]) == ("partial", "PARTIAL", reference)
    numbers = await world.numbers(theirs["id"])
    assert numbers["2015551801"]["outcome"] == "complete"
    assert (numbers[UNKNOWN]["outcome"], numbers[UNKNOWN]["code"]) == ("failed", "5076")
    timeline = [(each["source"], each["event"]) for each in await world.timeline(theirs["id"])]
    assert timeline.count(("adopt", "adopted")) == 1
    assert {"callback", "check"} <= {source for source, _ in timeline}
    assert await orders(world, "api") == []


async def test_an_order_that_has_ended_before_it_is_adopted_gets_its_end_too(world):
    bandwidth_order_id = await place(world, "2015551802")

    async def complete_at_bandwidth():
        return [each for each in await world.ledger() if each["status"] == "COMPLETE"]

    await rig.until(complete_at_bandwidth)
    await world.callback(notification(bandwidth_order_id, "COMPLETE"))

    assert (await world.ended((await adopted(world))["id"]))["state"] == "complete"


async def test_what_our_model_does_not_know_is_followed_all_the_same(world):
    bandwidth_order_id = await place(world, "2015551803")
    groups = [{"telephone_numbers": ["2015551803"], "sms": "perhaps", "a_new_option": {"of": "Bandwidth"}}]
    found = Found(bandwidth_order_id, None, "RECEIVED", ("2015551803",), {"groups": groups})
    order_id = (await world.desk.book.adopt(world.account, found, KIND, NONE)).order_id

    assert (await world.ended(order_id))["state"] == "complete"
    assert (await world.order(order_id))["groups"] == groups


@pytest.mark.parametrize("faults", [{"accept_then_reset": 1.0}, {"early_callbacks": 1.0}, {}], ids=str)
@pytest.mark.parametrize("reference", [None, "ours"])
async def test_orders_of_ours_are_never_adopted(world, faults, reference):
    await world.subscribe()
    await world.faults(**faults)
    more = {"customer_order_id": reference} if reference else {}
    ours = [await world.submit([{"telephone_numbers": [f"201555181{at}"], "sms": "on"}], **more) for at in range(3)]
    for each in ours:
        await world.until(each["id"], "uncertain", "received", "processing", "complete")
    await world.faults()

    done = [await world.ended(each["id"]) for each in ours]

    assert [each["state"] for each in done] == ["complete"] * 3
    later(world, 100)
    await world.turn()
    assert await orders(world) == []
    assert await world.desk.store.client.zcard(keys.due_adopt(world.account)) == 0
    for each in ours:
        assert "callback" in [entry["event"] for entry in await world.timeline(each["id"])]


async def test_an_uncertain_order_is_left_to_its_search(world):
    await world.faults(accept_then_reset=1.0)
    ours = await world.submit()
    await world.look_once("submit")
    await world.faults()
    (entry,) = await world.ledger()
    await world.callback(notification(entry["order_id"], "PROCESSING"))
    later(world, 1)
    members = await world.desk.book.unknown(world.account, 10)
    assert members == [f"tn-options/{entry['order_id']}"]

    await adopt_all(world.desk, world.account, members)

    assert (await world.order(ours["id"]))["state"] == "uncertain"
    assert await orders(world) == []
    done = await world.ended(ours["id"])
    assert (done["state"], done["bandwidth_order_id"]) == ("complete", entry["order_id"])
    assert "merged" not in [each["event"] for each in await world.timeline(ours["id"])]


async def test_an_order_of_ours_on_its_number_waits_for_its_end(valkey):
    async with rig.world(valkey.url, sandbox={"pace": 0.3}) as world:
        await world.subscribe()
        await place(world, SLOW)
        theirs = await adopted(world)
        ours = await world.submit([{"telephone_numbers": [SLOW], "sms": "off"}])
        assert (ours["state"], ours["held_by"]) == ("held", theirs["id"])

        done = await world.ended(ours["id"])

        theirs = await world.order(theirs["id"])
        assert (theirs["state"], done["state"]) == ("complete", "complete")
        assert done["first_sent_at"] >= theirs["completed_at"]
        assert not any(each["overlapped"] for each in await world.ledger())


async def test_an_order_that_never_ends_keeps_ours_waiting_for_three_days(world):
    await world.subscribe()
    await place(world, ENDLESS)
    theirs = await adopted(world)
    await world.until(theirs["id"], "processing")
    ours = await world.submit([{"telephone_numbers": [ENDLESS], "sms": "off"}])
    await world.turn()
    assert (await world.order(ours["id"]))["held_by"] == theirs["id"]

    later(world, adopting.LINE_MS / 1000)
    await world.until(ours["id"], "received", "processing")

    assert (await world.order(theirs["id"]))["state"] == "processing"
    assert "left_line" in [each["event"] for each in await world.timeline(theirs["id"])]


async def test_an_order_that_bandwidth_does_not_show_stays_an_orphan_and_is_seldom_asked_for(valkey):
    async with rig.world(valkey.url, look_factor=1) as world:
        await world.callback(notification(STRANGE, "COMPLETE"))
        tries = f"{keys.prefix(world.account)}adopt:tries"
        await world.turn()
        assert not await world.desk.store.client.exists(tries)

        later(world, adopting.HEAD_START_MS / 1000)
        for _ in range(5):
            await world.turn()
            await world.callback(notification(STRANGE, "COMPLETE", note=str(_)))

        assert await world.desk.store.client.hgetall(tries) == {f"tn-options/{STRANGE}": "1"}
        assert await world.desk.store.client.hlen(f"{keys.prefix(world.account)}orphan:{STRANGE}") == 6
        assert await orders(world) == []


async def test_an_order_that_turns_out_to_be_ours_is_one_order_in_the_end(world):
    await world.faults(accept_then_reset=1.0)
    ours = await world.submit([{"telephone_numbers": ["2015551804"], "sms": "on"}])
    await world.look_once("submit")
    await world.faults()
    (entry,) = await world.ledger()
    await world.callback(notification(entry["order_id"], "PROCESSING"))
    found = Found(entry["order_id"], "told wrongly", "PROCESSING", ("2015551804",), {})
    theirs = (await world.desk.book.adopt(world.account, found, KIND, NONE)).order_id
    assert (await world.order(theirs))["origin"] == "external"

    done = await world.ended(ours["id"])

    assert (done["state"], done["bandwidth_order_id"]) == ("complete", entry["order_id"])
    assert await orders(world) == []
    timeline = await world.timeline(ours["id"])
    assert [each["merged"] for each in timeline if each["event"] == "merged"] == [theirs]
    assert "PROCESSING" in [each.get("status") for each in timeline if each["source"] == "callback"]
    assert len(await world.ledger()) == 1


async def test_a_second_order_of_ours_is_for_a_person_and_the_log_says_so(world):
    ours = await world.submit([{"telephone_numbers": [ENDLESS], "sms": "on"}])
    await world.until(ours["id"], "processing")
    second = await place(world, ENDLESS, reference=ours["id"])
    await world.callback(notification(second, "PROCESSING"))

    with capture_logs() as logs:
        await adopt_all(world.desk, world.account, [f"tn-options/{second}"])

    told = next(each for each in logs if each["event"] == "order.doubled")
    assert (told["log_level"], told["order"], told["bandwidth_order"]) == ("error", ours["id"], second)
    doubled = await world.until(ours["id"], "needs_attention")
    assert doubled["attention"]["why"] == "duplicate_at_carrier"
    assert await orders(world) == []


async def test_an_id_in_capitals_is_the_same_order(world):
    ours = await world.submit([{"telephone_numbers": ["2015551806"], "sms": "on"}])
    bandwidth_order_id = (await world.ended(ours["id"]))["bandwidth_order_id"]

    await world.callback(notification(bandwidth_order_id.upper(), "COMPLETE", note="in capitals"))
    later(world, 100)
    await world.turn()

    assert await orders(world) == []
    assert "in capitals" in [each.get("note") for each in await world.timeline(ours["id"])]
    theirs = await place(world, "2015551807")
    await world.callback(notification(theirs.upper(), "PROCESSING"))
    assert (await adopted(world))["bandwidth_order_id"] == theirs


async def test_refused_credentials_pause_the_account(valkey):
    async with rig.world(valkey.url, bandwidth_client_secret="wrong") as world:
        await world.callback(notification(STRANGE, "COMPLETE"))
        later(world, 1)

        await world.turn()

        waiting = await world.submit()
        assert (await world.order(waiting["id"]))["waiting"]["why"].startswith("unauthorized")
        later(world, 3600)
        assert await world.desk.book.unknown(world.account, 10) == []


async def listed_elsewhere(world):
    """A listing placed elsewhere that waits to be changed, adopted."""
    await world.subscribe("dldas")
    request = read_order(shelf()["dlda"].model, {"groups": [listing(EDITABLE)]})
    await post(world, "dldas", xml.write(groups_xml.write("theirs", request.groups, None)))
    return await adopted(world)


async def test_a_listing_placed_elsewhere_is_changed_like_ours_while_it_stands_in_line(world):
    theirs = await listed_elsewhere(world)
    change = {"groups": [listing(EDITABLE, first_name="Anna")]}

    answer = await world.api.put(f"{world.orders}/{theirs['id']}", json=change)

    assert answer.status_code == 202, answer.text
    done = await world.ended(answer.json()["id"])
    theirs = await world.ended(theirs["id"])
    assert (done["state"], theirs["state"]) == ("complete", "complete")
    assert (theirs["origin"], theirs["amended_by"]) == ("external", done["id"])


async def test_a_listing_that_stands_in_line_no_more_takes_no_change(world):
    theirs = await listed_elsewhere(world)
    later(world, adopting.LINE_MS / 1000)

    async def left():
        await world.turn()
        return "left_line" in [each["event"] for each in await world.timeline(theirs["id"])]

    await rig.until(left)

    change = {"groups": [listing(EDITABLE, first_name="Anna")]}
    answer = await world.api.put(f"{world.orders}/{theirs['id']}", json=change)

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "not-possible-now")
    assert "placed elsewhere" in answer.json()["detail"]


async def test_it_is_withdrawn_by_nobody_here(world):
    await world.subscribe()
    await place(world, ENDLESS)
    theirs = await adopted(world)

    answers = [await world.api.post(f"{world.orders}/{theirs['id']}/{each}") for each in ("cancel", "retry")]

    assert [each.status_code for each in answers] == [409, 409]


def test_clock_and_workers_adopt_it_without_a_person(tmp_path):
    """Real processes, and the subscriptions that the tracker has made by itself."""
    with local_harness.running(tmp_path / "data", "--no-sample", TRACKER_LOOK_FACTOR="0.1") as run:
        local_harness.ready(run)
        there = run.connection
        theirs = f"{there['sandbox_url']}/api/v1/accounts/{there['account_id']}/tnoptions"
        user = (there["sandbox_credentials"]["username"], there["sandbox_credentials"]["password"])
        httpx.post(theirs, content=order("2015551805"), auth=user, trust_env=False).raise_for_status()
        with run.api() as api:

            def complete():
                return [each for each in api.get("/orders").json()["orders"] if each["state"] == "complete"]

            (done,) = rig.until_sync(complete, 30)
    assert (done["origin"], done["counts"]["complete"]) == ("external", 1)
