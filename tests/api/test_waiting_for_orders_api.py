"""Waiting for an order: answered when there is something new, and never later than was asked."""

from __future__ import annotations

import asyncio
import time

import pytest
import rig
from listening_steps import idle, listeners, second_server, streaming

from service import decisions
from service.api import waiting
from service.store import keys, purging

DAY_MS = 86_400_000


@pytest.fixture
async def seen(world):
    """The world with a second API, into whose listeners one can look."""
    async with second_server(world) as (_, seats, api):
        yield world, seats, api


def own(order):
    return order["links"]["self"]


async def begun(api, seats, path, count=1, **headers):
    """A request that waits."""
    task = asyncio.create_task(api.get(path, headers=headers))
    await idle(seats, path.split("/")[3], count)
    return task


async def submit(world, number="2015550301"):
    return await world.submit([{"telephone_numbers": [number], "sms": "on"}])


async def cancel(world, order):
    known = await world.desk.book.get(world.account, order["id"])
    await world.desk.book.decide(known, decisions.cancel(known))


async def test_it_is_answered_when_the_version_changes_from_the_one_that_is_known(seen):
    world, seats, api = seen
    order = await submit(world)
    tasks = [
        await begun(api, seats, f"{own(order)}?wait=60"),
        await begun(api, seats, f"{own(order)}?wait=60", 2, **{"If-None-Match": 'W/"1"'}),
    ]
    await world.look_once("submit")

    for answer in await asyncio.gather(*tasks):
        assert (answer.status_code, answer.headers["etag"]) == (200, 'W/"2"')
        assert (answer.json()["state"], answer.json()["version"]) == ("received", 2)


async def test_a_version_that_is_known_no_longer_is_answered_at_once(world):
    order = await submit(world)
    await world.look_once("submit")
    answer = await world.api.get(f"{own(order)}?wait=60", headers={"If-None-Match": 'W/"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)


async def test_until_terminal_passes_over_changes_and_is_answered_at_the_end(seen):
    world, seats, api = seen
    order = await submit(world)
    task = await begun(api, seats, f"{own(order)}?wait=60&until=terminal", **{"If-None-Match": 'W/"7"'})
    async with streaming(world.api, world.account) as stream:
        await world.look_once("submit")
        await stream.event()
    assert not task.done()
    done = await world.ended(order["id"])
    answer = await task
    assert (answer.status_code, answer.json()["state"]) == (200, done["state"]) == (200, "complete")


async def test_what_has_ended_is_answered_at_once(world):
    order = await submit(world)
    await cancel(world, order)
    for headers, status in (({}, 200), ({"If-None-Match": 'W/"1"'}, 200), ({"If-None-Match": 'W/"2"'}, 304)):
        answer = await world.api.get(f"{own(order)}?wait=60&until=terminal", headers=headers)
        assert answer.status_code == status
        assert status == 304 or answer.json()["state"] == "cancelled"


async def test_when_the_time_is_up_it_is_answered_as_it_is(world):
    order, began = await submit(world), time.monotonic()
    asked = {
        "wait=1": ({}, 200),
        "wait=1&until=terminal": ({"If-None-Match": 'W/"1"'}, 304),
        "until=terminal&wait=1": ({"If-None-Match": 'W/"5"'}, 200),
    }
    answers = await asyncio.gather(
        world.api.get(f"{own(order)}?wait=1", headers={"If-None-Match": "*"}),
        *(world.api.get(f"{own(order)}?{query}", headers=headers) for query, (headers, _) in asked.items()),
    )
    assert [each.status_code for each in answers] == [304, *(status for _, status in asked.values())]
    assert time.monotonic() - began >= 1


async def test_an_order_that_is_purged_meanwhile_is_410(seen):
    world, seats, api = seen
    order = await submit(world)
    await cancel(world, order)
    task = await begun(api, seats, f"{own(order)}?wait=1")
    world.desk.store.offset += 400 * DAY_MS
    assert await purging.sweep(world.desk.store, world.account, 400 * DAY_MS) == 1
    answer = await task
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/purged")


async def test_an_order_that_is_not_there_is_404_at_once(world):
    answer = await world.api.get(f"{world.orders}/01a20793-86c9-7bcc-8f65-7512482b0f80?wait=60")
    assert answer.status_code == 404


async def test_no_change_is_missed_that_comes_before_the_wait_has_begun(world, monkeypatch):
    """The order changes as soon as it was read: what is heard from then on was subscribed to before."""
    order, find, reads = await submit(world), waiting.find_order, []

    async def find_and_change(desk, account_id, request):
        found = await find(desk, account_id, request)
        reads.append(found)
        if len(reads) == 1:
            await desk.book.decide(found, decisions.cancel(found))
        return found

    monkeypatch.setattr(waiting, "find_order", find_and_change)
    answer = await world.api.get(f"{own(order)}?wait=60")
    assert answer.json()["state"] == "cancelled"
    assert len(reads) == 2


async def test_who_waits_for_one_order_is_not_woken_by_another(seen, monkeypatch):
    world, seats, api = seen
    order, find, reads = await submit(world), waiting.find_order, []

    async def find_and_count(*of):
        reads.append(of)
        return await find(*of)

    monkeypatch.setattr(waiting, "find_order", find_and_count)
    task = await begun(api, seats, f"{own(order)}?wait=60")
    async with streaming(api, world.account) as stream:
        for number in range(5):
            await submit(world, f"201555031{number}")
            await stream.event()
    assert len(reads) == 1
    await cancel(world, order)
    assert (await task).json()["state"] == "cancelled"
    assert len(reads) == 2


async def test_a_caller_who_hangs_up_is_let_go(seen):
    world, seats, api = seen
    order = await submit(world)
    task = await begun(api, seats, f"{own(order)}?wait=60")
    task.cancel()
    await listeners(seats, 0)
    assert list(seats._readers[world.account].audience) == []


WRONG = {
    "wait=0": "?wait",
    "wait=61": "?wait",
    "wait=": "?wait",
    "wait=-1": "?wait",
    "wait=1.5": "?wait",
    "wait=1e1": "?wait",
    "wait=%D9%A1": "?wait",
    "wait=1%00": "?wait",
    "wait=99999999999999999999999": "?wait",
    "wait=1&wait=2": "?wait",
    "until=terminal": "?until",
    "wait=1&until=complete": "?until",
    "wait=1&until=": "?until",
    "wait=1&until=terminal&until=terminal": "?until",
    "wait=1&timeout=2": "?timeout",
}


async def test_what_makes_no_sense_is_400_and_says_where(world):
    order = await submit(world)
    for query, pointer in WRONG.items():
        answer = await world.api.get(f"{own(order)}?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request"), query
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer], query


@pytest.mark.parametrize("way", ["kill", "pause"])
async def test_when_the_store_goes_away_it_is_503_at_once_and_a_wait_goes_on_when_it_is_back(way):
    with rig.valkey() as server:
        async with rig.world(server.url) as world, second_server(world) as (_, seats, api):
            order = await submit(world)
            task, began = await begun(api, seats, f"{own(order)}?wait=60"), time.monotonic()
            getattr(server, way)()
            answer = await task
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
            assert answer.headers["retry-after"]
            assert time.monotonic() - began < 20
            server.go_on()
            if way == "kill":
                server.start_again()

            async def is_back():
                return (await api.get(own(order))).status_code == 200

            await rig.until(is_back)
            task = await begun(api, seats, f"{own(order)}?wait=60")
            await world.desk.store.client.xtrim(keys.events(world.account), 0)
            await cancel(world, order)
            assert (await task).json()["state"] == "cancelled"
