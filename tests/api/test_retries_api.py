"""`retry-failed`: a linked order of just the numbers of an ended one that failed and may succeed now."""

from __future__ import annotations

import asyncio
import time

import pytest
from ending_steps import end
from rig import until

from service.kinds import shelf
from service.lifecycle import State
from service.order import Outcome
from service.store import purging
from service.times import iso, parse

A, B, C, D, E = (f"20155519{n:02d}" for n in range(1, 6))
GROUPS = [
    {"telephone_numbers": [A, B], "port_out_passcode": "first1"},
    {"telephone_numbers": [C], "sms": "on"},
    {"telephone_numbers": [D, E], "port_out_passcode": "third3", "sms": "off"},
]
AGAIN = Outcome("failed", "1000", "Please try again.", retryable=True)
NEVER = Outcome("failed", "5076", "Telephone number is not available.", retryable=False)
NEEDED = "/groups/2/port_out_passcode"
SECRETS = {"secrets": {NEEDED: "again3"}}


async def retry(world, order_id, body=None, **more):
    more |= {} if body is None else {"json": body}
    return await world.api.post(f"{world.orders}/{order_id}/retry-failed", **more)


async def partial(world, differing=None, **more):
    order = await world.submit(GROUPS, **more)
    await end(world, order["id"], differing or {C: AGAIN, D: NEVER, E: AGAIN})
    return await world.order(order["id"])


async def sent_request(world, order_id):
    order = await world.desk.book.get(world.account, order_id)
    return world.desk.requests.unsealed(order, shelf()[order.kind])


async def test_the_numbers_that_may_succeed_go_again_in_their_groups_with_their_secrets_given_again(world):
    order = await partial(world, customer_order_id="ours", metadata={"port_out_passcode": "is a name of theirs"})

    answer = await retry(world, order["id"], SECRETS)

    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, made["links"]["self"])
    assert [each["telephone_numbers"] for each in made["groups"]] == [[C], [E]]
    assert made["groups"][1] == {"telephone_numbers": [E], "port_out_passcode": "********", "sms": "off"}
    assert (made["customer_order_id"], made["metadata"]) == ("ours", order["metadata"])
    assert (made["retries"], made["state"], made["counts"]["total"]) == (order["id"], "accepted", 2)
    assert (await sent_request(world, made["id"])).groups[1].port_out_passcode == "again3"

    first = await world.order(order["id"])
    assert (first["retried_by"], first["state"], first["version"]) == (made["id"], "partial", order["version"] + 1)
    (entry,) = [each for each in await world.timeline(order["id"]) if each["event"] == "failed_retried"]
    assert (entry["by"], made["id"] in entry["detail"]) == ("default", True)
    assert (await world.ended(made["id"]))["state"] == "complete"


async def test_what_the_body_says_stands_for_what_the_order_said(world):
    order = await partial(world, customer_order_id="ours", metadata={"a": "1"})
    body = {"customer_order_id": None, "metadata": {}, "not_before": "2020-01-01T00:00:00Z", **SECRETS}

    made = (await retry(world, order["id"], body)).json()

    assert (made["customer_order_id"], made["metadata"], made["not_before"][:4]) == (None, {}, "2020")


async def test_secrets_that_are_missing_not_needed_or_wrong_are_named_where_they_were_given(world):
    order = await partial(world, {B: AGAIN, C: AGAIN, E: AGAIN})

    async def wrong(secrets):
        answer = await retry(world, order["id"], {"secrets": secrets})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-order")
        return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]

    first, third = ("/secrets/~1groups~10~1port_out_passcode", "/secrets/~1groups~12~1port_out_passcode")
    assert await wrong({}) == [(first, None), (third, None)]
    strange = {"/groups/0/port_out_passcode": "first1", "/groups/1/sms": "x", "": "y"}
    assert await wrong(strange) == [(third, None), ("/secrets/~1groups~11~1sms", None), ("/secrets/", None)]
    bad = {"/groups/0/port_out_passcode": "first1", NEEDED: "no!"}
    assert [pointer for pointer, _ in await wrong(bad)] == [third]
    assert (await world.order(order["id"]))["retried_by"] is None


@pytest.mark.parametrize("kind", ["number-options", "location-failover"])
async def test_an_order_about_one_thing_is_made_again_as_it_was(world, kind):
    body = dict(shelf()[kind].example)
    answer = await world.api.post(f"{world.orders}/{kind}", json=body)
    order_id = answer.json()["id"]
    await end(world, order_id, {}, AGAIN, State.FAILED)

    made = (await retry(world, order_id)).json()

    assert {name: made[name] for name in body}.keys() == body.keys()
    assert made["retries"] == order_id
    first, second = await sent_request(world, order_id), await sent_request(world, made["id"])
    assert first.model_dump() == second.model_dump()


async def refused(world, order_id, said):
    answer = await retry(world, order_id, SECRETS)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-possible-now")
    assert said in answer.json()["detail"], answer.json()["detail"]


async def test_an_order_of_which_nothing_may_be_retried_is_409_with_the_reason(world):
    order = await world.submit()
    await refused(world, order["id"], "this one is accepted")
    await world.ended(order["id"])
    await refused(world, order["id"], "Nothing of this order is left to retry")
    await refused(world, (await partial(world, {A: NEVER}))["id"], "Nothing of this order is left")
    withdrawn = await world.submit()
    await world.api.post(f"{world.orders}/{withdrawn['id']}/cancel")
    await refused(world, withdrawn["id"], "Nothing of this order is left")
    for field, value, said in (
        ("origin", "external", "placed elsewhere"),
        ("amends", order["id"], "changes order"),
        ("amended_by", order["id"], "changed what this one asks for"),
    ):
        strange = await partial(world)
        await world.desk.store.client.hset(f"{{{world.account}}}:order:{strange['id']}", field, value)
        await refused(world, strange["id"], said)


async def test_what_is_taken_up_already_waits_for_its_end_and_then_only_what_is_left_goes_again(world):
    order = await partial(world, {B: AGAIN, C: AGAIN})
    both = {"secrets": {"/groups/0/port_out_passcode": "first1"}}
    one = (await retry(world, order["id"], both)).json()
    await refused(world, order["id"], f"Order {one['id']} has taken up what failed, and is accepted")
    await refused(world, one["id"], f"retries order {order['id']}")

    await end(world, one["id"], {C: AGAIN})
    two = (await retry(world, order["id"])).json()
    assert [each["telephone_numbers"] for each in two["groups"]] == [[C]]

    await world.api.post(f"{world.orders}/{two['id']}/cancel")
    three = (await retry(world, order["id"])).json()
    assert [each["telephone_numbers"] for each in three["groups"]] == [[C]], "what was withdrawn was not tried"

    await end(world, three["id"], {}, NEVER, State.FAILED)
    await refused(world, order["id"], "Nothing of this order is left")
    assert (await world.order(order["id"]))["retried_by"] == three["id"]


async def test_two_at_once_make_one(world):
    order = await partial(world, {C: AGAIN})
    answers = await asyncio.gather(*(retry(world, order["id"]) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [202] + [409] * 5


async def test_the_same_key_gets_the_same_retry_whatever_has_become_of_it(world):
    order, key = await partial(world), {"Idempotency-Key": "once"}
    made = (await retry(world, order["id"], SECRETS, headers=key)).json()
    await world.ended(made["id"])

    again = await retry(world, order["id"], SECRETS, headers=key)
    assert (again.status_code, again.json()["id"], again.headers["idempotency-replayed"]) == (202, made["id"], "true")

    for order_id, body in ((order["id"], SECRETS | {"metadata": {"a": "1"}}), ((await partial(world))["id"], SECRETS)):
        other = await retry(world, order_id, body, headers=key)
        assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_body_that_is_none_is_refused_and_says_where(world):
    order = await partial(world, {C: AGAIN})
    for body, pointer in (
        ([], ""),
        ("text", ""),
        ({"groups": []}, "/groups"),
        ({"secrets": []}, "/secrets"),
        ({"secrets": {"/groups/1/sms": 5}}, "/secrets/~1groups~11~1sms"),
        ({"secrets": {"/groups/1/sms": None}}, "/secrets/~1groups~11~1sms"),
        ({"secrets": {"\x00": "x"}}, "/secrets/\x00"),
        ({"metadata": {"a": 1}}, "/metadata/a"),
        ({"customer_order_id": "!"}, "/customer_order_id"),
    ):
        answer = await retry(world, order["id"], body)
        assert answer.status_code == 422, body
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer], body
    many = await retry(world, order["id"], {"secrets": {f"/{n}": "x" for n in range(5_000)}})
    assert (many.status_code, len(many.json()["errors"])) == (422, 1_000)
    assert (await retry(world, order["id"], content=b"{}")).status_code == 415
    json = {"Content-Type": "application/json"}
    assert (await retry(world, order["id"], content=b"{", headers=json)).status_code == 400
    assert (await retry(world, "01a20793-86c9-7bcc-8f65-7512482b0f80")).status_code == 404
    assert (await retry(world, order["id"], {})).status_code == 202


@pytest.mark.parametrize(
    "body", [b'{"metadata": {"a": "\\ud800"}}', b'{"x": 99999999999999999999999}', b"[18446744073709551616]"]
)
async def test_a_body_that_no_order_is_made_of_is_refused_with_a_key_as_without_one(world, body):
    order = await partial(world, {C: AGAIN})
    json, key = {"Content-Type": "application/json"}, {"Idempotency-Key": "once"}

    for headers in (json, json | key, json | key):
        answer = await retry(world, order["id"], content=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-order")

    again = [await retry(world, order["id"], {}, headers=key) for _ in range(2)]
    assert [each.status_code for each in again] == [202, 202]
    refused = await retry(world, order["id"], content=body, headers=json | key)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_a_request_that_is_repeated_once_its_time_has_passed_finds_its_order(world):
    order, key = await partial(world, {C: AGAIN}), {"Idempotency-Key": "once"}
    soon = iso(round((time.time() + 0.2) * 1000))
    first = await retry(world, order["id"], {"not_before": soon}, headers=key)

    async def passed():
        return time.time() * 1000 > parse(soon)

    await until(passed)
    again = await retry(world, order["id"], {"not_before": soon}, headers=key)
    assert (first.status_code, again.status_code, again.json()["id"]) == (202, 202, first.json()["id"])


async def test_an_order_that_was_purged_is_410(world):
    order = await partial(world)
    world.desk.store.offset += 400 * 86_400_000
    assert await purging.sweep(world.desk.store, world.account, 400 * 86_400_000) == 1
    assert (await retry(world, order["id"], SECRETS)).status_code == 410


async def test_what_a_retry_has_completed_is_not_offered_again_however_long_the_first_order_is_kept(world):
    order = await partial(world, {C: AGAIN})
    made = (await retry(world, order["id"])).json()
    await end(world, made["id"], {}, state=State.COMPLETE)
    record = f"{{{world.account}}}:order:{order['id']}"
    # as if something kept it for years
    await world.desk.store.client.hset(record, "completed_at", 4_000_000_000_000)
    world.desk.store.offset += 401 * 86_400_000
    assert await purging.sweep(world.desk.store, world.account, 400 * 86_400_000) == 0
    await refused(world, order["id"], "Nothing of this order is left")


async def test_what_bandwidth_itself_lets_fail_can_be_retried(world):
    """2015550111 fails a whole order of names with 5015, which may succeed later."""
    group = {"subscriber_information": "Joes Garage", "use_type": "BUSINESS", "visibility": "PUBLIC"}
    order = await world.submit([group | {"telephone_numbers": ["2015550111"]}], kind="lidb")
    assert (await world.ended(order["id"]))["state"] == "failed"

    made = (await retry(world, order["id"])).json()

    assert made["groups"] == [group | {"telephone_numbers": ["2015550111"]}]
    await world.ended(made["id"])
    assert len(await world.ledger()) == 2
