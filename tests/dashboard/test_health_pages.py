"""The health page and the strip, over HTTP: where all is well, where something is not, and while Redis is away."""

from __future__ import annotations

import re
import time

import pytest
import rig
from rig import TOKEN, new_account, until

from service import governor
from service.store import keys
from service.times import iso

UNSAFE = '<img src=x onerror="alert(1)">'


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """What was read is not kept, and a slow reading is waited for: a test sees what it has just done."""
    monkeypatch.setattr("service.dashboard.health.readings.FRESH_SECONDS", 0.0)
    monkeypatch.setattr("service.dashboard.health.readings.WAIT_SECONDS", 20.0)


def _room(world):
    return f"/dashboard/accounts/{world.account}"


async def _pause(world, text, until=""):
    await world.desk.store.client.hset(keys.pause(world.account), mapping={"why": text, "until": until})


async def _tick(world):
    await world.desk.store.client.set(keys.clock(world.account), "here (pid 1)", px=3_600_000)


def _text(answer):
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def test_the_strip_stands_above_the_orders_and_alone(world, visit):
    await world.submit()
    visitor = await visit(world, "orders:read")
    table = await visitor.get(f"{_room(world)}/orders")
    strip = await visitor.get(f"{_room(world)}/health/strip")
    for answer in (table, strip):
        assert answer.status_code == 200
        assert re.search(r'Oldest open</span>.*?tn-options <time datetime="', answer.text, re.DOTALL)
        for word in ("To send", "In flight", "Due", "Bandwidth", "Callbacks", "Subscriptions", "Endpoints", "Orphans"):
            assert f'<span class="word">{word}</span>' in answer.text
    assert f'data-live="{_room(world)}/health/strip"' in table.text
    assert "<html" not in strip.text


async def test_a_part_that_has_not_changed_is_not_sent_again(world, visit):
    visitor = await visit(world, "orders:read")
    await _tick(world)
    await world.submit(not_before=iso(round(time.time() * 1000) + 3_600_000))
    path = f"{_room(world)}/health/strip"
    first = await visitor.get(path)
    # the age of the oldest order is told by the script
    again = await visitor.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "no-store"
    await world.submit()
    moved = await visitor.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert moved.status_code == 200


async def test_the_page_says_that_all_is_well_and_shows_everything_in_its_sections(valkey, visit, tmp_path):
    async with rig.world(valkey.url, spool_dir=str(tmp_path)) as world:
        await world.subscribe()
        done = await world.submit()
        await world.ended(done["id"])
        await _tick(world)
        visitor = await visit(world, "orders:read")
        page = await visitor.get(f"{_room(world)}/health")
    said = _text(page)
    # no worker process runs here, and all else is well
    troubles = re.findall(r'<strong><a href="[^"]+">([^<]+)</a>', page.text)
    assert set(troubles) == {"Workers"}
    for part in (
        "10,000 exchanges a second, 1,000 at once",
        "Usually at most",
        "Until Bandwidth has them",
        "accepted 1",
        "0 callbacks wait",
        "append-only file, fsync before each reply",
        "on time",
        "Runbook: OrderTrackerNoWorkers.",
    ):
        assert part in said, part
    assert 'role="img"' in page.text
    assert "style=" not in page.text
    assert len(page.content) < 60_000


async def test_callbacks_are_drawn_by_how_late_they_came(world, visit):
    lag = {"callback_lag.100": 3, "callback_lag.2500": 1, "callback_lag.sum": 2_200}
    await world.desk.store.client.hset(keys.histograms(world.account), mapping=lag)
    said = (await (await visit(world, "orders:read")).get(f"{_room(world)}/health")).text
    assert 'aria-label="Callbacks by how late they came: up to 100 ms 3; over 1 s, up to 2.5 s 1"' in said
    assert said.count("<rect") >= 2
    assert "<td>over 1 s, up to 2.5 s</td>" in said
    assert "75%" in said


async def test_what_is_wrong_is_on_top_with_what_to_do_and_on_the_strip(world, visit):
    visitor = await visit(world, "orders:read")
    ago = round(time.time() * 1000) - 7_200_000
    order = await world.submit()
    client = world.desk.store.client
    await client.hset(keys.order(world.account, order["id"]), "created_at", ago)
    await client.zadd(keys.due(world.account, "deliver"), {"an-endpoint": ago})
    await client.hset(keys.subscriptions_told(world.account), "tnoptions", f"3 missing {UNSAFE.replace(' ', '')}")
    await _pause(world, governor.UNAUTHORIZED)
    page, strip = [await visitor.get(f"{_room(world)}/health/{part}") for part in ("now", "strip")]
    said = _text(page)
    for part in (
        "Bandwidth : refuses our credentials",
        "Correct TRACKER_BANDWIDTH_*",
        "OrderTrackerUnauthorized",
        "Clock : not seen for an hour",
        "Start one: order-tracker clock",
        "Oldest open : tn-options",
        "Due: deliver: 1, first for 2 h",
        "1 of 1 not whole",
        "no submit, check, deliver worker",
    ):
        assert part in said, part
    assert said.index("refuses our credentials") < said.index("1 of 1 not whole")
    assert "<img" not in page.text
    assert "&lt;img" in page.text
    told = _text(strip)
    assert "wrong: refuses our credentials" in told
    assert "deserves a look: tn-options" in told
    assert "Correct TRACKER_BANDWIDTH_*" in told


async def test_a_pause_by_429_says_until_when(world, visit):
    await _pause(world, governor.THROTTLED, str(round(time.time() * 1000) + 30_000))
    page = await (await visit(world, "orders:read")).get(f"{_room(world)}/health")
    assert re.search(r"lets us wait</span> until <time [^>]+>in \d+ s</time>", page.text)


async def test_what_has_happened_since_somebody_looked_is_a_column_of_its_own(world, visit, monkeypatch):
    monkeypatch.setattr("service.dashboard.health.view._SHORTEST_SECONDS", 0.0)
    client, path = world.desk.store.client, f"{_room(world)}/health"
    await client.hset(keys.counters(world.account), mapping={"order.ended.lidb.complete.check": 9, "callback.new": 50})
    visitor = await visit(world, "orders:read")
    assert "since the first order" in (await visitor.get(path)).text
    missed = {"order.ended.lidb.complete.check": 17, "order.ended.lidb.complete.callback": 2, "callback.new": 52}
    await client.hset(keys.counters(world.account), mapping=missed)

    async def told():
        return (found := await visitor.get(path)) and "80% missed" in found.text and found

    said = _text(await until(told))
    assert "8 orders ended of late before any callback had announced it" in said
    assert re.search(r"share missed of the ends that callbacks tell of 80% 89%", said)
    assert re.search(r"last 0 ms since the first order", said)


async def test_nobody_sees_the_health_of_anothers_account(world, visit):
    visitor = await visit(world, "orders:read")
    for path in ("health", "health/now", "health/strip"):
        assert (await visitor.get(f"/dashboard/accounts/{new_account()}/{path}")).status_code == 404
        assert (await visitor.get(f"{_room(world)}/{path}", params={"since": "1"})).status_code == 400
        assert (await visitor.post(f"{_room(world)}/{path}")).status_code == 405
    visitor.http.cookies.clear()
    assert (await visitor.get(f"{_room(world)}/health")).status_code == 303
    asked = await visitor.get(f"{_room(world)}/health/strip", headers={"Sec-Fetch-Dest": "empty"})
    assert asked.status_code == 401


async def test_while_redis_is_away_the_page_says_so_and_what_becomes_of_orders(visit, tmp_path, monkeypatch):
    monkeypatch.setattr("service.dashboard.health.readings.WAIT_SECONDS", 0.3)
    with rig.valkey() as server:
        async with rig.world(server.url, spool_dir=str(tmp_path)) as world:
            visitor = await visit(world)
            assert TOKEN not in (await visitor.get(f"{_room(world)}/health")).text
            server.pause()
            hanging = await visitor.get(f"{_room(world)}/health")
            assert hanging.elapsed.total_seconds() < 10
            server.go_on()
            server.kill()

            async def told():
                found = await visitor.get(f"{_room(world)}/health")
                return "Nothing is known of the account now" in found.text and "StoreAway" in found.text and found

            said = _text(await until(told))
            assert "No order is accepted and none is sent" in said
            assert "Callbacks go to the spool" in said
            assert "OrderTrackerStoreAway" in said
            assert "wrong: does not answer" in _text(await visitor.get(f"{_room(world)}/health/strip"))
            server.start_again()

            async def back():
                return "Nothing is known" not in (await visitor.get(f"{_room(world)}/health")).text

            await until(back)
