"""When the store is away: a bounded answer with the order's id, which tells the truth once the store is back."""

from __future__ import annotations

import asyncio
import time

import pytest
import rig

from service.store import connection

BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}
KEY = {"Idempotency-Key": "a-key"}


@pytest.fixture
async def alone():
    """A world with a server of its own, and that server."""
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            yield world, server


async def post(world, headers=KEY):
    return await world.api.post(f"{world.orders}/tn-options", json=BODY, headers=headers)


async def is_back(world):
    async def reads():
        return (await world.api.get(world.orders)).status_code == 200

    await rig.until(reads)


def assert_not_committed(answer):
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (503, "/problems/not-committed")
    assert int(answer.headers["retry-after"]) >= 1
    assert problem["order_id"] in answer.text
    return problem["order_id"]


async def orders(world):
    return [each["id"] for each in (await world.api.get(world.orders)).json()["orders"]]


@pytest.mark.parametrize("warm", [True, False])
async def test_with_the_store_stopped_the_answer_is_503_in_time_and_the_id_tells_the_truth_later(
    alone, monkeypatch, warm
):
    world, server = alone
    if warm:
        assert (await world.api.get(world.orders)).status_code == 200
    server.pause()
    began = time.monotonic()

    answers = await asyncio.gather(*(post(world) for _ in range(5)))

    assert time.monotonic() - began < connection.REPLY_SECONDS + connection.CONNECT_SECONDS + 1
    minted = [assert_not_committed(each) for each in answers]
    server.go_on()
    await is_back(world)
    again = await post(world)
    found = [(await world.api.get(f"{world.orders}/{each}")).status_code for each in minted]
    assert again.status_code == 202
    assert await orders(world) == [again.json()["id"]]
    assert sorted(found) in ([404] * 5, [200] + [404] * 4)
    if 200 in found:
        assert minted[found.index(200)] == again.json()["id"]


async def test_with_the_store_dead_the_answer_is_503_at_once_and_one_key_makes_one_order(alone):
    world, server = alone
    server.kill()
    began = time.monotonic()

    minted = [assert_not_committed(await post(world)) for _ in range(3)]

    assert time.monotonic() - began < 3
    server.start_again()
    assert {(await world.api.get(f"{world.orders}/{each}")).status_code for each in minted} == {404}
    again = [await post(world) for _ in range(2)]
    assert {each.status_code for each in again} == {202}
    assert await orders(world) == [again[0].json()["id"]] == [again[1].json()["id"]]


async def test_reading_while_the_store_is_dead_is_503_and_tells_nothing_of_the_inside(alone):
    world, server = alone
    order = (await post(world)).json()
    server.kill()

    for path in (world.orders, *order["links"].values()):
        answer = await world.api.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable"), path
        assert answer.headers["retry-after"] == "1"
        assert str(server.port) not in answer.text
        assert "127.0.0.1" not in answer.text


async def test_what_the_store_cannot_change_is_still_told_while_it_is_dead(alone):
    world, server = alone
    server.kill()

    refused = await world.api.post(f"{world.orders}/tn-options", json={"groups": []})
    unknown = await world.api.get(f"{world.orders}/nonsense")
    stranger = await world.api.get(world.orders, headers={"Authorization": "Bearer nonsense"})

    assert [each.status_code for each in (refused, unknown, stranger)] == [422, 404, 401]


async def test_a_store_that_takes_no_more_writes_is_503_and_reading_goes_on(alone):
    world, _ = alone
    order = (await post(world, {})).json()
    await world.desk.store.client.config_set("maxmemory", "1mb")

    minted = assert_not_committed(await post(world))

    assert (await world.api.get(order["links"]["self"])).status_code == 200
    assert (await world.api.get(f"{world.orders}/{minted}")).status_code == 404
    await world.desk.store.client.config_set("maxmemory", "0")
    assert (await post(world)).status_code == 202
