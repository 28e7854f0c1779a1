"""An endpoint's deliveries, page by page: those that wait first, then the newest that have ended; by status too."""

from __future__ import annotations

import pytest
from event_steps import bring, door, later, listen, ping
from test_fan_out import fan_out, tell


@pytest.fixture
async def endpoint(world, receiver):
    return await listen(world, receiver)


async def page(world, endpoint, **query):
    answer = await world.api.get(door(world, endpoint, "deliveries"), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pages(world, endpoint, **query):
    """All pages, one after the other."""
    found = [await page(world, endpoint, **query)]
    while url := found[-1]["next"]:
        found.append((await world.api.get(url)).json())
    return [[each["data"].get("order_id") or each["type"] for each in one["deliveries"]] for one in found]


def every(found):
    return [each for one in found for each in one]


@pytest.fixture
async def full(world, receiver, endpoint):
    """Seven that were delivered at once, two later, and five that wait, at one time each."""
    await tell(world, *(("order.accepted", f"a{at}", 1) for at in range(7)))
    await bring(world)
    later(world, 10)
    for _ in range(2):
        await ping(world, endpoint)
    await bring(world)
    await tell(world, *(("order.accepted", f"w{at}", 1) for at in range(5)))
    await fan_out(world)
    return endpoint


async def test_pages_hold_everything_once(world, full):
    found = await pages(world, full, limit=4)
    assert [len(each) for each in found] == [4, 4, 4, 2]
    waiting, done = every(found)[:5], every(found)[5:]
    assert sorted(waiting) == [f"w{at}" for at in range(5)]
    assert done[:2] == ["ping", "ping"]
    assert sorted(done[2:]) == [f"a{at}" for at in range(7)]
    assert await pages(world, full, limit=14) == [every(found)]


async def test_one_that_ends_between_two_pages_is_not_passed_over(world, receiver, full):
    first = await page(world, full, limit=3)
    await bring(world)
    rest = [first]
    while url := rest[-1]["next"]:
        rest.append((await world.api.get(url)).json())
    ids = {each["id"] for one in rest for each in one["deliveries"]}
    assert len(ids) == 14


async def test_by_status(world, full):
    for status, count in (("waiting", 5), ("delivered", 9), ("given_up", 0), (["waiting", "replaced"], 5)):
        assert len(every(await pages(world, full, status=status, limit=2))) == count, status


async def test_what_has_expired_is_not_shown_and_hides_nothing(world, full):
    client = world.desk.store.client
    key = f"{{{world.account}}}:endpoint:{full['id']}:ended"
    await client.zadd(key, {f"old{at:03d}": 9e14 for at in range(300)})
    assert len(every(await pages(world, full, limit=5))) == 14


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"status": ["waiting", "Waiting"]},
        {"limit": 0},
        {"limit": [1, 2]},
        {"cursor": "bm9uc2Vuc2U="},
        {"cursor": ""},
        {"state": "waiting"},
    ],
)
async def test_wrong_queries_are_400(world, endpoint, query):
    answer = await world.api.get(door(world, endpoint, "deliveries"), params=query)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


async def test_a_cursor_is_good_for_its_own_list_only(world, receiver, full):
    url = (await page(world, full, limit=2))["next"]
    another = await listen(world, receiver)
    elsewhere = await world.api.get(url.replace(full["id"], another["id"]))
    filtered = await world.api.get(url + "&status=waiting")
    assert (elsewhere.status_code, filtered.status_code) == (400, 400)
