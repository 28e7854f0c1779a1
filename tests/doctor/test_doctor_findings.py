"""What the doctor finds wrong, each by its own check: how bad it is, what is said of it, and what to do."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import rig
from pydantic import AnyHttpUrl
from subscriptions_at_bandwidth import calling, held_by

from service.bandwidth.connection import Connection
from service.bells import queue
from service.doctor import backlog, bandwidth, callbacks, endpoints, orphans, processes, spool, store
from service.doctor import queue as queues
from service.store import keys, ticking
from service.store.server.connecting import connect_blocking


@pytest.fixture
def account(world):
    return world.account


def changed(desk, **settings):
    return replace(desk, settings=desk.settings.model_copy(update=settings))


def told(findings, check=None):
    """The findings of a check, or all, as (level, found and do)."""
    return [(each.level, f"{each.found} / {each.do}") for each in findings if check in (None, each.check)]


def only(findings, check=None):
    (found,) = told(findings, check)
    return found


def is_told(found, level, *words):
    assert found[0] == level, found
    assert all(word in found[1] for word in words), found
    # what is well says no more, and what is not says what to do
    assert found[1].endswith(" / ") == (level == "ok"), found


async def ago(world, milliseconds):
    seconds, _ = await world.desk.store.client.time()
    return seconds * 1000 - milliseconds


async def test_a_store_that_is_well(world):
    for check in (store.server, store.promises, store.clock, store.scripts):
        for each in told(await check(world.desk)):
            is_told(each, "ok")


async def test_a_server_that_may_lose_what_it_acknowledges():
    with rig.valkey() as server:
        client = connect_blocking(server.url)
        client.config_set("appendfsync", "everysec")
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        async with rig.world(server.url, durability="unsafe") as world:
            strict = changed(world.desk, durability="strict")
            evicts, syncs = told(await store.promises(strict))
            is_told(evicts, "fail", "evict", "maxmemory-policy noeviction")
            is_told(syncs, "fail", "appendfsync is everysec", "CONFIG SET appendfsync always")
            unsafe = told(await store.promises(world.desk))
            assert [level for level, _ in unsafe] == ["warn"] * 3
            is_told(unsafe[-1], "warn", "TRACKER_DURABILITY=unsafe")

            is_told(only(await store.server(world.desk), "memory"), "ok")
            client.config_set("maxmemory", "1mb")
            is_told(only(await store.server(world.desk), "memory"), "warn", "TRACKER_RETENTION_DAYS")
        client.close()


async def test_replicas_that_are_waited_for_and_not_there(world):
    found = await store.server(changed(world.desk, replicas_to_wait=2))
    is_told(only(found, "replicas"), "fail", "no replicas connected, 2 waited for", "start replicas")
    assert told(await store.server(world.desk), "replicas") == []


@pytest.mark.parametrize(("by", "level"), [(0, "ok"), (-10, "warn"), (10, "warn"), (600, "fail")])
async def test_clocks_that_differ(world, monkeypatch, by, level):
    now = time.time
    monkeypatch.setattr(store.time, "time", lambda: now() + by)
    found = only(await store.clock(world.desk))
    is_told(found, level, "between this machine and the store")
    assert float(found[1].partition(" ")[0]) == pytest.approx(abs(by), abs=1)


async def test_a_server_that_takes_no_scripts(world, monkeypatch):
    monkeypatch.setattr(store.script, "BROKEN", store.script.Script("record"), raising=False)
    store.script.BROKEN.__dict__["text"] = "this is no Lua"
    is_told(only(await store.scripts(world.desk)), "fail", "does not take record", "SCRIPT LOAD")


@pytest.fixture
def server():
    """A queue of our own: other tests ring in the common one."""
    with rig.valkey() as made:
        yield made


async def test_bells_that_nobody_takes_and_jobs_that_failed(server):
    async with rig.world(server.url) as world:
        assert {level for level, _ in told(await queues.bells(world.desk))} == {"ok"}
        with connect_blocking(server.url) as connection:
            rung = queue("check", connection)
            job = rung.enqueue("workers.check.check", "1", [])
            connection.hset(job.key, "enqueued_at", "2026-01-01T00:00:00.000000Z")
            failed = queue("submit", connection)
            failed.failed_job_registry.add(failed.enqueue("workers.submit.submit", "1", []), ttl=100)
        found = await queues.bells(world.desk)
        is_told(only(found, "bells check"), "warn", "1 bell, the oldest for ", "order-tracker worker check")
        is_told(told(found, "bells submit")[1], "warn", "1 job failed", "traceback")
        for each in told(await processes.workers(world.desk)):
            is_told(each, "warn" if "deliver" in each[1] else "fail", "none is alive", "order-tracker worker")


async def test_workers_that_are_alive(server, monkeypatch):
    heard = [processes.alive.__globals__["Heard"](step, "here", 5, 1.0) for step in ("submit", "submit", "check")]
    monkeypatch.setattr(processes, "alive", lambda _url, _works: heard)
    async with rig.world(server.url) as world:
        submit, check, deliver = told(await processes.workers(world.desk))
    is_told(submit, "ok", "2 processes on here")
    is_told(check, "ok", "1 process on here")
    is_told(deliver, "warn", "none is alive")


async def test_a_clock_that_is_missed(world, account):
    is_told(only(await processes.clock(world.desk, account)), "fail", "for an hour", "order-tracker clock")
    await ticking.note(world.desk.store, [account], "here (pid 5)")
    is_told(only(await processes.clock(world.desk, account)), "ok", "on here (pid 5)")
    await world.desk.store.client.pexpire(keys.clock(account), ticking.KEEP_MS - 300_000)
    is_told(only(await processes.clock(world.desk, account)), "fail", "here (pid 5) went round last, 5 min ago")


async def test_an_account_that_is_paused(world, account):
    is_told(only(await backlog.pause(world.desk, account)), "ok")
    client = world.desk.store.client
    await client.hset(keys.pause(account), mapping={"why": "throttled: wait", "until": await ago(world, -9_000)})
    is_told(only(await backlog.pause(world.desk, account)), "warn", "throttled", "ends by itself")
    await client.hset(keys.pause(account), mapping={"why": "unauthorized: 401", "until": ""})
    is_told(only(await backlog.pause(world.desk, account)), "fail", "unauthorized", "correct")


@pytest.mark.parametrize("check", ["due to submit", "due to check", "due to deliver"])
async def test_what_is_due_and_waits(world, account, check):
    key = f"{{{account}}}:{check.replace('due to ', 'due:')}"
    await world.desk.store.client.zadd(key, {"x": await ago(world, 30_000)})
    assert {level for level, _ in told(await backlog.due(world.desk, account))} == {"ok"}
    await world.desk.store.client.zadd(key, {"y": await ago(world, 3 * 3_600_000)})
    found = await backlog.due(world.desk, account)
    is_told(only(found, check), "warn", "due for 3 h", "TRACKER_RATE")
    assert sum(each.level != "ok" for each in found) == 1


async def test_orders_that_need_a_person_and_callbacks_of_unknown_ones(world, account):
    is_told(only(await backlog.attention(world.desk, account)), "ok")
    await world.desk.store.client.zadd(keys.index(account, state="needs_attention"), {"x": 0})
    is_told(only(await backlog.attention(world.desk, account)), "warn", "1 order needs a person", "retry or cancel")

    await world.desk.store.client.zadd(keys.orphans(account), {"orphan:new": await ago(world, 60_000)})
    is_told(only(await orphans.kept(world.desk, account)), "ok")
    await world.desk.store.client.zadd(keys.orphans(account), {"orphan:old": await ago(world, 4_000_000)})
    is_told(only(await orphans.kept(world.desk, account)), "warn", "1 unknown order", "callbacks orphans")


@pytest.mark.parametrize(
    ("fields", "level", "words"),
    [
        ({}, "ok", ["1 endpoint"]),
        ({"enabled": "0", "off_why": "person"}, "ok", ["1 endpoint"]),
        ({"enabled": "0", "off_why": "gone"}, "warn", ["answered 410", "endpoints change"]),
        ({"enabled": "0", "off_why": "failing"}, "warn", ["failed for days"]),
        ({"failing_since": "5"}, "warn", ["fails; no deliveries wait", "deliveries list"]),
    ],
)
async def test_endpoints_that_cannot_be_reached(world, account, fields, level, words):
    body = {"url": "https://hooks.example.com/"}
    made = (await world.api.post(f"/v1/accounts/{account}/endpoints", json=body)).json()
    if fields:
        await world.desk.store.client.hset(keys.endpoint(account, made["id"]), mapping=fields)
    is_told(only(await endpoints.reached(world.desk, account)), level, *words)


async def test_a_spool(world, tmp_path):
    is_told(only(await spool.room(changed(world.desk, spool_dir=""))), "warn", "there is none", "TRACKER_SPOOL_DIR")
    desk = changed(world.desk, spool_dir=str(tmp_path))
    is_told(only(await spool.room(desk)), "ok", "nothing waits")
    (tmp_path / "1-a.spool").write_text("one\ntwo\n")
    (tmp_path / "1-b.unreadable").write_text("three\n")
    waiting, aside = told(await spool.room(desk))
    is_told(waiting, "warn", "2 callbacks wait", "drain")
    is_told(aside, "warn", "1 file could not be read", "TRACKER_SECRET_KEY")
    (tmp_path / "file").write_text("")
    is_told(only(await spool.room(changed(desk, spool_dir=str(tmp_path / "file")))), "fail", "cannot be written")


async def test_a_bandwidth_that_takes_us(world, account):
    desk = calling(world)
    await held_by(desk).heal(account)
    assert {level for level, _ in told([*await bandwidth.name(desk), *await bandwidth.account(desk, account)])} == {
        "ok"
    }


async def test_subscriptions_that_are_wrong(world, account):
    found = await bandwidth.account(world.desk, account)
    is_told(only(found, "subscription tnoptions"), "fail", "missing", "subscriptions ensure")
    elsewhere = calling(world, f"http://127.0.0.1:{rig.free_port()}")
    await held_by(elsewhere).heal(account)
    order = await world.submit()
    await world.ended(order["id"])

    async def failing():
        (found,) = told(await bandwidth.account(elsewhere, account), "subscription tnoptions")
        return found if found[0] == "warn" else None

    is_told(await rig.until(failing), "warn", "last callback failed", "TRACKER_CALLBACK_BASE_URL")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bandwidth_url": AnyHttpUrl("http://127.0.0.1:9/api/v1")}, ["could not be reached", "firewall"]),
        ({"bandwidth_client_id": "nobody"}, ["refuses our credentials", "TRACKER_BANDWIDTH_*"]),
    ],
)
async def test_a_bandwidth_that_is_away_or_does_not_take_us(world, account, changes, words):
    settings = world.settings.model_copy(update=changes)
    desk = replace(world.desk, settings=settings, connection=Connection(settings))
    is_told(only(await bandwidth.account(desk, account)), "fail", *words)
    await desk.connection.close()


async def test_a_name_that_leads_nowhere(world):
    desk = changed(world.desk, bandwidth_url=AnyHttpUrl("http://nowhere.invalid/api/v1"))
    is_told(only(await bandwidth.name(desk)), "fail", "nowhere.invalid does not resolve", "DNS")


async def test_our_own_address(world):
    here = {"callback_base_url": AnyHttpUrl(str(world.api.base_url))}
    is_told(only(await callbacks.door(changed(world.desk, **here))), "ok")
    strange = {**here, "callback_segment": type(world.settings.callback_segment)("another-unguessable-one")}
    is_told(only(await callbacks.door(changed(world.desk, **strange))), "warn", "404", "TRACKER_CALLBACK_SEGMENT")
    nowhere = {"callback_base_url": AnyHttpUrl("http://127.0.0.1:9")}
    found = only(await callbacks.door(changed(world.desk, **nowhere)))
    is_told(found, "warn", "no connection could be made", "firewall")
    assert rig.SEGMENT not in found[1]
