"""Many orders in one body: what is accepted, what is told of wrong rows, keys, and everything that is refused."""

from __future__ import annotations

import asyncio
import json

import bulk_steps
import httpx
import pytest
import rig
from bulk_steps import NUMBERS, ndjson, rows, send, submit

from service.store import keys

GOOD = rows(NUMBERS[:3])
WRONG = ndjson({"telephone_number": "1", "sms": "on"}, {"telephone_number": NUMBERS[4], "sms": "maybe"})


async def batches(world):
    return (await world.api.get(f"/v1/accounts/{world.account}/batches")).json()["batches"]


async def nothing_is_left(world):
    """A plan that nobody committed is not seen, and expires."""
    assert await batches(world) == []
    for each in await world.desk.store.client.keys(f"{keys.prefix(world.account)}batch:*"):
        assert 0 < await world.desk.store.client.pttl(each) <= 3_600_000
    return True


async def test_rows_are_accepted_as_a_batch(world):
    answer = await send(world, GOOD + rows(NUMBERS[3:5], sms="off") + WRONG, order_size=2)

    assert answer.status_code == 202
    made = answer.json()
    assert answer.headers["location"] == made["links"]["self"]
    assert (made["kind"], made["account_id"], made["state"]) == ("tn-options", world.account, "accepting")
    assert made["rows"] == {"total": 7, "valid": 5, "wrong": 2}
    assert made["orders"] == {"planned": 3, "accepted": 0, "refused": 0, "by_state": {}}
    assert made["numbers"]["total"] == made["numbers"]["pending"] == 5
    assert [(each["line"], each["pointer"], each["code"], each["order_id"]) for each in made["errors"]] == [
        (6, "/telephone_number", "5070", None),
        (7, "/sms", "5113", None),
    ]
    assert await bulk_steps.batch(world, made) == {name: each for name, each in made.items() if name != "errors"}


async def test_rows_of_every_kind_and_form_become_its_orders(world):
    listing = b"telephone_number,subscriber_type,listing_type,listing_name.last_name,list_address,address.city,"
    listing += b"address.state_code,address.zip\n%s,BUSINESS,LISTED,Joes,false,Reno,NV,89501\n"
    bodies = {
        ("tn-options", "text/csv"): b"telephone_number,sms\n%s,on\n",
        ("lidb", "text/csv; charset=UTF-8"): b"telephone_number,subscriber_information,use_type,visibility\n"
        b"%s,=Joe,business,public\n",
        ("dlda", "text/csv"): listing,
        ("number-options", "application/x-ndjson"): b'{"telephone_number": "%s", "sms": true}',
    }
    for at, ((kind, media), body) in enumerate(bodies.items()):
        made = await submit(world, body % NUMBERS[at].encode(), kind, key=kind, media=media)
        await bulk_steps.accept(world)
        (order,) = await bulk_steps.orders(world, made)
        assert (order["kind"], order["counts"]["total"], order["batch_id"]) == (kind, 1, made["id"])
    name = (await world.order((await bulk_steps.orders(world, (await batches(world))[2]))[0]["id"]))["groups"][0]
    assert name["subscriber_information"] == "=Joe"


async def test_with_reject_one_wrong_row_refuses_all(world):
    answer = await send(world, GOOD + WRONG, on_errors="reject")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-rows")
    assert answer.json()["detail"] == "2 of 5 rows are wrong, and no order was made."
    assert [(each["line"], each["pointer"]) for each in answer.json()["errors"]] == [
        (4, "/telephone_number"),
        (5, "/sms"),
    ]
    assert await nothing_is_left(world)
    # the key was not used up
    assert (await send(world, GOOD, on_errors="reject")).status_code == 202


async def test_without_a_right_row_there_is_no_batch(world):
    answer = await send(world, WRONG)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-rows")
    assert await nothing_is_left(world)


async def test_all_errors_are_on_their_pages_and_the_first_thousand_in_the_answer(world):
    wrong = ndjson(*({"telephone_number": NUMBERS[0], "a": 1, "b": 2} for _ in range(700)))
    made = await submit(world, wrong + GOOD)

    told = await bulk_steps.errors(world, made, limit=333)
    assert len(told) == 700 * 2
    assert made["errors"] == told[:1000]
    assert [each["line"] for each in told] == sorted(each["line"] for each in told)
    assert {each["pointer"] for each in told[:2]} == {"/a", "/b"}


@pytest.mark.parametrize("made_up", ["000000001 0000x", "1", "a" * 30, ""])
async def test_a_made_up_cursor_of_errors_is_400(world, made_up):
    made = await submit(world, WRONG + GOOD)
    answer = await world.api.get(made["links"]["errors"], params={"cursor": made_up})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?cursor")


async def test_the_same_key_and_body_get_the_first_batch(world):
    first = await send(world, GOOD + WRONG)
    again = await send(world, GOOD + WRONG)

    assert (again.status_code, again.json()) == (202, first.json())
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert again.headers["location"] == first.headers["location"]
    assert len(await batches(world)) == 1


@pytest.mark.parametrize(
    ("body", "more"),
    {
        "other rows": (rows(NUMBERS[5:7]), {}),
        "wrong rows": (b"{", {}),
        "another size": (GOOD, {"order_size": 2}),
        "another way with errors": (GOOD, {"on_errors": "reject"}),
        "another kind": (rows(NUMBERS[:3], sms=True), {"kind": "number-options"}),
        "another form": (b"telephone_number,sms\n2015551234,on\n", {"media": "text/csv"}),
    }.values(),
)
async def test_the_same_key_with_anything_else_is_422(world, body, more):
    await submit(world, GOOD)
    answer = await send(world, body, **more)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert len(await batches(world)) == 1


async def test_an_order_and_a_batch_never_share_a_key(world):
    await submit(world, GOOD)
    order = {"groups": [{"telephone_numbers": NUMBERS[:1], "sms": "on"}]}
    answer = await world.api.post(f"{world.orders}/tn-options", json=order, headers={"Idempotency-Key": "a-key"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")

    await world.submit(headers={"Idempotency-Key": "another"})
    assert (await send(world, GOOD, key="another")).status_code == 422


async def test_the_same_body_twice_at_once_makes_one_batch(world):
    answers = await asyncio.gather(*(send(world, GOOD * 1) for _ in range(8)))

    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["id"] for each in answers}) == 1
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1
    assert len(await batches(world)) == 1


REFUSED = {
    "no key": ({"key": None}, 400, "Idempotency-Key"),
    "a wrong key": ({"key": "a b"}, 400, "Idempotency-Key"),
    "JSON": ({"media": "application/json"}, 415, "application/x-ndjson or text/csv"),
    "no type": ({"media": ""}, 415, "none"),
    "another charset": ({"media": "text/csv; charset=iso-8859-1"}, 415, "UTF-8"),
    "a kind without numbers": ({"kind": "location-failover"}, 404, "tn-options"),
    "a made-up kind": ({"kind": "nothing"}, 404, "tn-options"),
    "no size": ({"order_size": 0}, 400, "order_size"),
    "too large a size": ({"order_size": 5001}, 400, "order_size"),
    "a size in other digits": ({"order_size": "٣"}, 400, "order_size"),
    "a made-up way with errors": ({"on_errors": "ignore"}, 400, "on_errors"),
    "a made-up parameter": ({"dry_run": "true"}, 400, "dry_run"),
}


@pytest.mark.parametrize(("more", "status", "said"), REFUSED.values(), ids=REFUSED)
async def test_what_is_wrong_with_the_request_is_said(world, more, status, said):
    answer = await send(world, GOOD, **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.text


async def test_a_compressed_body_is_415(world):
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "k", "Content-Encoding": "gzip"}
    answer = await world.api.post(f"{world.orders}/tn-options/bulk", content=b"x", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("body", [b"", b"\n \n\r\n", b"\xef\xbb\xbf"])
async def test_a_body_without_rows_is_400(world, body):
    answer = await send(world, body)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body has no rows.")


async def test_batches_are_listed_newest_first_with_pages_and_tags(world):
    made = [await submit(world, rows([each]), key=each) for each in NUMBERS[:5]]
    path = f"/v1/accounts/{world.account}/batches"

    first = await world.api.get(path, params={"limit": 3})
    second = await world.api.get(first.json()["next"])
    found = [each["id"] for page in (first, second) for each in page.json()["batches"]]
    assert found == [each["id"] for each in made][::-1]
    assert (first.headers["link"], second.json()["next"]) == (f'<{first.json()["next"]}>; rel="next"', None)
    assert (await world.api.get(path, params={"cursor": "eA=="})).status_code == 400

    one = await world.api.get(made[0]["links"]["self"])
    known = {"If-None-Match": one.headers["etag"]}
    assert (await world.api.get(made[0]["links"]["self"], headers=known)).status_code == 304
    await bulk_steps.accept(world)
    moved = await world.api.get(made[0]["links"]["self"], headers=known)
    assert (moved.status_code, moved.json()["state"]) == (200, "open")


async def test_a_batch_belongs_to_its_account_and_needs_its_token(valkey, world):
    made = await submit(world, GOOD)
    async with rig.world(valkey.url) as other:
        for path in (made["links"]["self"], made["links"]["errors"]):
            answer = await other.api.get(path)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        strange = made["links"]["self"].replace(world.account, other.account)
        assert (await other.api.get(strange)).status_code == 404
        assert await batches(other) == []
    async with httpx.AsyncClient(base_url=world.api.base_url, trust_env=False) as nobody:
        assert (await nobody.get(made["links"]["self"])).status_code == 401
        assert (await nobody.post(f"{world.orders}/tn-options/bulk", content=GOOD)).status_code == 401


async def test_orders_are_found_by_their_batch_alone_or_with_more(world):
    made = await submit(world, rows(NUMBERS[:6]), order_size=2)
    await submit(world, rows(NUMBERS[6:8]), key="other")
    await bulk_steps.accept(world)
    first = (await bulk_steps.orders(world, made))[0]
    await world.ended(first["id"])

    async def ids(**query):
        answer = await world.api.get(world.orders, params={"batch_id": made["id"], **query})
        return [each["id"] for each in answer.json()["orders"]]

    assert len(await ids()) == 3
    assert await ids(telephone_number=NUMBERS[0]) == [first["id"]]
    assert await ids(telephone_number=NUMBERS[6]) == []
    assert await ids(kind="lidb") == []
    answer = await world.api.get(world.orders, params={"batch_id": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?batch_id")


async def test_a_third_body_waits_its_turn_and_is_503_when_it_does_not_come(world, monkeypatch):
    monkeypatch.setattr("service.api.bulk.TURN_SECONDS", 0.05)
    go_on = asyncio.Event()

    async def slow():
        yield GOOD
        await go_on.wait()

    headers = {"Content-Type": "application/x-ndjson"}
    held = [
        asyncio.create_task(
            world.api.post(
                f"{world.orders}/tn-options/bulk", content=slow(), headers={**headers, "Idempotency-Key": key}
            )
        )
        for key in "ab"
    ]

    async def is_refused():
        answer = await send(world, GOOD, key="c")
        return answer if answer.status_code == 503 else None

    # the first tries may come before both are being read
    refused = await rig.until(is_refused)
    go_on.set()
    assert {each.status_code for each in await asyncio.gather(*held)} == {202}
    assert (refused.json()["type"], refused.headers["retry-after"]) == ("/problems/too-many-uploads", "1")
    assert (await world.api.get(refused.json()["type"])).status_code == 200


async def test_passcodes_stand_nowhere_in_clear_and_come_back_nowhere(world):
    made = await submit(world, rows(NUMBERS[:2], port_out_passcode="s3cretxyz"))

    async def kept():
        found = []
        client = world.desk.store.client
        async for key in client.scan_iter(f"{keys.prefix(world.account)}*"):
            kind = await client.type(key)
            if kind == "hash":
                found.append(json.dumps(await client.hgetall(key)))
        return found

    assert not any("s3cretxyz" in each for each in await kept())
    await bulk_steps.accept(world)
    assert not any("s3cretxyz" in each for each in await kept())
    (order,) = await bulk_steps.orders(world, made)
    assert "s3cretxyz" not in json.dumps(await world.order(order["id"]))
    done = await world.ended(order["id"])
    assert done["state"] == "complete"
    assert "s3cretxyz" not in (await world.api.get(f"{world.orders}/{order['id']}/documents")).text
