"""Idempotency-Key: one key is one order, in parallel, after a crash, and however the same body is written."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
import rig

from service.errors import NotCommitted, StoreUnavailable
from service.kinds import shelf
from service.store import reading

BODY = {"metadata": {"b": "2", "a": "1"}, "groups": [{"sms": "on", "telephone_numbers": ["2015551234", "2015551235"]}]}
KEY = {"Idempotency-Key": "a-key/of:the{tests}!"}


async def post(world, body=BODY, headers=KEY, kind="tn-options"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    return await world.api.post(f"{world.orders}/{kind}", content=content, headers=headers)


async def ids(world):
    return [each["id"] for each in (await world.api.get(world.orders)).json()["orders"]]


async def test_the_same_key_and_body_answers_the_first_order_again(world):
    first, again = await post(world), await post(world)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert await ids(world) == [first.json()["id"]]


async def test_a_replay_shows_the_order_as_it_is_now(world):
    first = (await post(world)).json()
    done = await world.ended(first["id"])

    assert (await post(world)).json() == done


async def test_the_same_body_in_other_blanks_and_another_order_of_names_is_the_same_body(world):
    first = await post(world)
    spread = json.dumps(BODY, indent=7, sort_keys=True).encode() + b"\r\n\t "
    escaped = json.dumps(BODY).replace("sms", "\\u0073ms").encode()

    for body in (spread, escaped):
        again = await post(world, body)
        assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


async def test_another_body_under_the_same_key_is_422_and_makes_no_order(world):
    first = await post(world)
    for other in [
        BODY | {"metadata": {"a": "1"}},
        BODY | {"customer_order_id": "x"},
        {"groups": [{"sms": "on", "telephone_numbers": ["2015551235", "2015551234"]}], "metadata": BODY["metadata"]},
        {"groups": [{"sms": "off", "telephone_numbers": ["2015551234", "2015551235"]}], "metadata": BODY["metadata"]},
    ]:
        answer = await post(world, other)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
        assert await ids(world) == [first.json()["id"]]


async def test_another_passcode_is_another_body(world):
    group = {"telephone_numbers": ["2015551234"], "port_out_passcode": "aaaa1"}
    await post(world, {"groups": [group]})

    assert (await post(world, {"groups": [group | {"port_out_passcode": "aaaa2"}]})).status_code == 422


async def test_twenty_at_once_make_exactly_one_order(world):
    answers = await asyncio.gather(*(post(world) for _ in range(20)))

    assert {each.status_code for each in answers} == {202}
    assert len({each.json()["id"] for each in answers}) == 1
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1
    assert len(await ids(world)) == 1


async def test_twenty_different_bodies_at_once_under_one_key_make_exactly_one_order(world):
    bodies = [BODY | {"metadata": {"at": str(at)}} for at in range(20)]

    answers = await asyncio.gather(*(post(world, each) for each in bodies))

    assert sorted(each.status_code for each in answers) == [202] + [422] * 19
    assert len(await ids(world)) == 1


async def test_a_key_belongs_to_its_account(valkey):
    async with rig.world(valkey.url) as one, rig.world(valkey.url) as other:
        first, second = await post(one), await post(other, BODY | {"metadata": {}})

        assert (first.status_code, second.status_code) == (202, 202)


async def test_a_key_is_known_after_the_store_was_killed_and_restarted():
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            first = await post(world)
            server.kill()
            server.start_again()

            again = await post(world)
            other = await post(world, BODY | {"metadata": {}})

            assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
            assert again.headers["idempotency-replayed"] == "true"
            assert other.status_code == 422
            assert await ids(world) == [first.json()["id"]]


async def test_a_key_of_a_wrong_form_is_400_and_makes_no_order(world):
    for key in [b"", b"a b", b"a\tb", b"x" * 256, "clé".encode(), b"\xff", b"a\x7f"]:
        headers = [(b"Content-Type", b"application/json"), (b"Idempotency-Key", key)]
        headers.append((b"Authorization", f"Bearer {rig.TOKEN}".encode()))
        request = httpx.Request(
            "POST", world.api.base_url.join(f"{world.orders}/tn-options"), headers=headers, json=BODY
        )
        answer = await world.api.send(request)
        assert answer.status_code == 400
        assert await ids(world) == []


async def test_two_keys_in_one_request_are_400(world):
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    answer = await world.api.post(f"{world.orders}/tn-options", json=BODY, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert await ids(world) == []


async def test_a_refused_body_does_not_use_its_key_up(world):
    refused = await post(world, {"groups": []})

    assert refused.status_code == 422
    assert (await post(world)).status_code == 202


async def test_a_replay_whose_order_cannot_be_read_names_no_other_order(world, monkeypatch):
    requests = world.desk.requests

    def new():
        return requests.new_order(world.account, shelf()["tn-options"], BODY, "default", "read-fails")

    await world.desk.book.accept(new())

    async def fails(*_):
        raise StoreUnavailable

    monkeypatch.setattr(reading, "get", fails)
    with pytest.raises(StoreUnavailable) as error:
        await world.desk.book.accept(new())
    assert not isinstance(error.value, NotCommitted)
