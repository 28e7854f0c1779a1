"""Directory listings: made, changed while Bandwidth has not begun, taken away; their history stands on the timeline."""

from __future__ import annotations

import copy

import pytest
import rig

from service.kinds import shelf

#: the sandbox leaves its order RECEIVED until it is changed, or does not go on at all
EDITABLE, ENDLESS, CANCELLED, UNKNOWN = "2015550125", "2015550120", "2015550124", "2015550101"
TN = "2018551940"


def listing(*numbers, first_name="John"):
    group = copy.deepcopy(shelf()["dlda"].example["groups"][0])
    group["telephone_numbers"] = list(numbers)
    group["listing_name"]["first_name"] = first_name
    return group


async def amend(world, order, *groups, **headers):
    return await world.api.put(f"{world.orders}/{order['id']}", json={"groups": list(groups)}, headers=headers)


async def waiting(world, *numbers):
    order = await world.submit([listing(*(numbers or (EDITABLE,)))], kind="dlda")
    return await world.until(order["id"], "received", "processing")


async def test_a_listing_is_changed_by_another_order_and_both_end_as_they_must(world):
    target = await waiting(world)

    answer = await amend(world, target, listing(EDITABLE, first_name="Anna"))
    assert answer.status_code == 202, answer.text
    change = answer.json()
    assert (change["amends"], change["state"], change["kind"]) == (target["id"], "accepted", "dlda")
    done, target = await world.ended(change["id"]), await world.ended(target["id"])

    assert (done["state"], target["state"]) == ("complete", "complete")
    assert target["amended_by"] == done["id"]
    assert done["bandwidth_order_id"] is None
    (entry,) = await world.ledger()
    assert (entry["posts"], entry["answers"], entry["changes"]) == (1, ["201"], ["200"])
    assert (await world.numbers(done["id"]))[EDITABLE]["outcome"] == "complete"
    assert "amended" in [each["event"] for each in await world.timeline(target["id"])]


async def test_the_change_keeps_the_reference_that_the_order_has_at_bandwidth(world):
    target = await waiting(world)
    change = (await amend(world, target, listing(EDITABLE, first_name="Anna"))).json()
    await world.ended(change["id"])

    documents = (await world.api.get(f"{world.orders}/{change['id']}/documents")).json()["documents"]

    put = next(each["xml"] for each in documents if each["title"] == "PUT dldas")
    assert f"<CustomerOrderId>{target['id']}</CustomerOrderId>" in put


async def test_a_change_whose_answer_is_lost_is_found_and_not_put_again(world):
    target = await waiting(world)
    await world.faults(accept_then_reset=1.0)
    change = (await amend(world, target, listing(EDITABLE, first_name="Anna"))).json()

    done = await world.ended(change["id"])

    assert done["state"] == "complete"
    assert "answer_lost" in [each["event"] for each in await world.timeline(change["id"])]
    assert len((await world.ledger())[0]["changes"]) == 1


async def test_bandwidth_refuses_to_change_what_it_works_on(world):
    target = await waiting(world, ENDLESS)
    await world.until(target["id"], "processing")

    change = (await amend(world, target, listing(ENDLESS, first_name="Anna"))).json()
    done = await world.ended(change["id"])

    assert (done["state"], done["errors"][0]["code"]) == ("rejected", "16105")
    assert (await world.numbers(done["id"]))[ENDLESS]["outcome"] == "failed"
    assert (await world.order(target["id"]))["state"] == "processing"


async def test_only_an_open_order_with_nobody_behind_it_takes_a_change(world):
    ended = await world.ended((await world.submit([listing(TN)], kind="dlda"))["id"])
    target = await waiting(world)

    late = await amend(world, ended, listing(TN, first_name="Anna"))
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-possible-now")
    behind = await world.submit([listing(EDITABLE, first_name="Bert")], kind="dlda")
    assert behind["state"] == "held"
    followed = await amend(world, target, listing(EDITABLE, first_name="Anna"))
    assert followed.status_code == 409
    assert behind["id"] in followed.json()["detail"]


async def test_a_change_names_the_numbers_of_its_order(world):
    target = await waiting(world)

    answer = await amend(world, target, listing(EDITABLE, TN))

    assert answer.status_code == 422
    assert "exactly the numbers" in answer.json()["errors"][0]["detail"]


async def test_a_change_repeated_under_its_key_is_the_same_order(world):
    target = await waiting(world)
    key = {"Idempotency-Key": "change-1"}

    first, again = [await amend(world, target, listing(EDITABLE, first_name="Anna"), **key) for _ in range(2)]

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("kind", ["tn-options", "lidb", "number-options", "location-failover"])
async def test_orders_of_other_kinds_take_no_change(world, kind):
    order = (await world.api.post(f"{world.orders}/{kind}", json=dict(shelf()[kind].example))).json()

    answer = await world.api.put(f"{world.orders}/{order['id']}", json=dict(shelf()[kind].example))

    assert answer.status_code == 409
    assert "only of dlda" in answer.json()["detail"]


async def test_bandwidths_word_cancelled_ends_the_order_and_its_numbers(world):
    done = await world.ended((await world.submit([listing(CANCELLED)], kind="dlda"))["id"])

    assert (done["state"], done["bandwidth_status"]) == ("cancelled", "CANCELLED")
    assert (await world.numbers(done["id"]))[CANCELLED]["outcome"] == "cancelled"


async def test_some_listings_fail(world):
    done = await world.ended((await world.submit([listing(TN, UNKNOWN)], kind="dlda"))["id"])

    numbers = await world.numbers(done["id"])
    assert done["state"] == "partial"
    assert (numbers[TN]["outcome"], numbers[UNKNOWN]["outcome"], numbers[UNKNOWN]["code"]) == (
        "complete",
        "failed",
        "16101",
    )


async def test_bandwidths_history_stands_on_the_timeline_once_in_the_order_of_time(world):
    done = await world.ended((await world.submit([listing(TN)], kind="dlda"))["id"])

    timeline = await world.timeline(done["id"])

    told = [each for each in timeline if each["source"] == "history"]
    assert told[0]["bandwidth_status"] == "RECEIVED"
    assert told[-1]["bandwidth_status"] == "COMPLETE"
    assert len({(each["at"], each["detail"]) for each in told}) == len(told)
    assert [each["at"] for each in timeline] == sorted(each["at"] for each in timeline)


async def test_listings_are_taken_away(world):
    await world.ended((await world.submit([listing(TN)], kind="dlda"))["id"])
    body = [{"telephone_numbers": [TN]}]

    done = await world.ended((await world.submit(body, kind="dlda", delete_dlda_tn_groups=True))["id"])

    assert done["state"] == "complete"
    auth = ("sandbox-user", "sandbox-password")
    details = await world.sandbox.get(f"/api/v1/tns/{TN}/tndetails", auth=auth)
    assert "<Dlda>" not in details.text


async def test_a_callback_about_the_changed_order_brings_the_look_at_both(valkey):
    async with rig.world(valkey.url, sandbox={"pace": 0.4}, look_factor=1000) as world:
        await world.subscribe("dldas")
        target = await waiting(world)
        change = (await amend(world, target, listing(EDITABLE, first_name="Anna"))).json()

        done, target = await world.ended(change["id"]), await world.ended(target["id"])

        assert (done["state"], target["state"]) == ("complete", "complete")
