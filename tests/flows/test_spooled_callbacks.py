"""Bandwidth says it once: a callback that came while the store was away ends its order all the same."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import redis
import rig
from test_callbacks_are_hints import notification

from service import callbacks
from service.spool import directory, draining

GROUP = {"telephone_numbers": ["2015551501"], "sms": "on"}
ROOT = Path(__file__).parents[2]
#: so high that no check would come by itself
NEVER = 100_000


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(callbacks, "COMMIT_SECONDS", 0.3)
    monkeypatch.setattr(draining, "ROUND_SECONDS", 0.05)


@pytest.fixture
def server():
    with rig.valkey() as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "spool"
    made.mkdir()
    return made


@pytest.fixture
async def world(server, folder):
    async with rig.world(server.url, look_factor=NEVER, spool_dir=str(folder), spool_bytes=100_000) as made:
        yield made


async def taken(world):
    """An order that is complete at Bandwidth, and that nothing but a callback would have looked at."""
    order = await world.submit([GROUP])
    order = await world.until(order["id"], "received")

    async def complete_at_bandwidth():
        return [each for each in await world.ledger() if each["status"] == "COMPLETE"]

    await rig.until(complete_at_bandwidth)
    await world.turn()
    assert (await world.order(order["id"]))["state"] == "received"
    return order


async def drained(folder):
    async def empty():
        return not directory.files(folder)

    await rig.until(empty)


async def spooled(world):
    return await world.desk.store.client.hget(f"{{{world.account}}}:counters", "callback.spooled")


@contextlib.asynccontextmanager
async def killed(server, _client):
    server.kill()
    yield
    server.start_again()


@contextlib.asynccontextmanager
async def paused(server, _client):
    server.pause()
    yield
    server.go_on()


@contextlib.asynccontextmanager
async def out_of_memory(_server, client):
    await client.config_set("maxmemory", "1mb")
    yield
    await client.config_set("maxmemory", "0")


@contextlib.asynccontextmanager
async def read_only(server, _client):
    # the tracker's own client would be refused by its greeting, should it have to connect again
    with contextlib.closing(redis.Redis(port=server.port)) as operator:
        operator.execute_command("REPLICAOF", "127.0.0.1", str(rig.free_port()))
        yield
        operator.execute_command("REPLICAOF", "NO", "ONE")


@pytest.mark.parametrize("outage", [killed, paused, out_of_memory, read_only])
async def test_what_came_while_the_store_took_nothing_ends_its_order_once_it_does(world, server, folder, outage):
    order = await taken(world)
    said = notification(order["bandwidth_order_id"], "COMPLETE")

    async with outage(server, world.desk.store.client):
        answers = [await world.callback(said) for _ in range(3)]
        assert [each.status_code for each in answers] == [200] * 3
        (path,) = directory.files(folder)
        assert path.read_bytes().count(b"\n") == 3
        assert order["bandwidth_order_id"].encode() not in path.read_bytes()

    await drained(folder)
    assert (await world.ended(order["id"]))["state"] == "complete"
    assert await spooled(world) == "3"
    told = [each for each in await world.timeline(order["id"]) if each["source"] == "callback"]
    assert len([each for each in told if not each.get("duplicate")]) == 1


async def test_many_callbacks_of_an_outage_reach_their_orders_in_any_order(world, server, folder):
    orders = [await world.submit([{"telephone_numbers": [f"20155516{at:02d}"], "sms": "on"}]) for at in range(8)]
    orders = [await world.until(each["id"], "received") for each in orders]
    server.kill()
    said = [
        notification(each["bandwidth_order_id"], status, modified=status)
        for each in orders
        for status in ("COMPLETE", "PROCESSING", "RECEIVED")
    ]
    answers = await asyncio.gather(*(world.callback(each) for each in said))
    assert {each.status_code for each in answers} == {200}
    assert len(directory.files(folder)) == 1
    server.start_again()

    assert {(await world.ended(each["id"]))["state"] for each in orders} == {"complete"}
    await drained(folder)
    assert await spooled(world) == str(len(said))


async def test_two_processes_spool_beside_each_other_and_each_callback_is_heard(world, server, folder):
    orders = [await world.submit([{"telephone_numbers": [f"20155517{at:02d}"], "sms": "on"}]) for at in range(6)]
    orders = [await world.until(each["id"], "received") for each in orders]
    path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    with rig.served(rig.api_server(world.settings)) as second:
        server.kill()
        async with httpx.AsyncClient(base_url=second, trust_env=False) as other:
            for at, order in enumerate(orders):
                said = notification(order["bandwidth_order_id"], "COMPLETE")
                client = other if at % 2 else world.api
                assert (await client.post(path, content=said, auth=rig.CALLBACK)).status_code == 200
        assert len(directory.files(folder)) == 2
        server.start_again()
        await drained(folder)

    assert {(await world.ended(each["id"]))["state"] for each in orders} == {"complete"}


async def test_without_room_on_disk_or_a_directory_it_is_503(world, server, folder):
    server.kill()
    long = notification("0b3aa54d-0ce5-4f5b-bd75-1c30967b197f", "COMPLETE", note="x" * 1000)
    answers = await asyncio.gather(*(world.callback(long) for _ in range(100)))

    codes = [each.status_code for each in answers]
    assert set(codes) == {200, 503}
    assert {each.headers["retry-after"] for each in answers if each.status_code == 503} == {"1"}
    (path,) = directory.files(folder)
    path.unlink()
    folder.rmdir()
    assert (await world.callback(long)).status_code == 503
    folder.mkdir()
    assert (await world.callback(long)).status_code == 200


async def test_a_callback_that_makes_us_stumble_is_kept_and_heard_once_we_do_not(world, folder, monkeypatch):
    order = await taken(world)
    with monkeypatch.context() as patch:
        patch.setattr("service.book.adoptable", lambda _order_type: 1 / 0)
        answer = await world.callback(notification(order["bandwidth_order_id"], "COMPLETE"))
        assert answer.status_code == 200
        assert len(directory.files(folder)) == 1

    await drained(folder)
    assert (await world.ended(order["id"]))["state"] == "complete"


def environment(settings):
    told = {
        "ACCOUNTS": settings.accounts[0],
        "API_TOKEN": rig.TOKEN,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "REDIS_URL": settings.redis_url,
        "BANDWIDTH_URL": str(settings.bandwidth_url),
        "BANDWIDTH_CLIENT_ID": settings.bandwidth_client_id,
        "BANDWIDTH_CLIENT_SECRET": settings.bandwidth_client_secret.get_secret_value(),
        "CALLBACK_SEGMENT": rig.SEGMENT,
        "CALLBACK_USERNAME": rig.CALLBACK[0],
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
        "LOOK_FACTOR": str(settings.look_factor),
        # what a clock has rung for is due again within the lease of this test's own worker
        "LEASE_SECONDS": str(settings.lease_seconds),
        "EXCHANGE_SECONDS": str(settings.exchange_seconds),
        "SPOOL_DIR": settings.spool_dir,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
    return inherited | {f"TRACKER_{name}": value for name, value in told.items()} | {"PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def process(settings, where, *command):
    """A process of the tracker by itself; killed at the end if it still lives."""
    with (
        (where / f"{command[0]}.log").open("a") as log,
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", *command], env=environment(settings), cwd=where, stderr=log
        ) as made,
    ):
        try:
            yield made
        finally:
            made.kill()


@contextlib.asynccontextmanager
async def api(settings, where):
    """An API process that answers, and a client of its door."""
    port = rig.free_port()
    with process(settings, where, "api", "--port", str(port)) as made:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

            async def answers():
                with contextlib.suppress(httpx.TransportError):
                    return (await client.get("/livez")).status_code == 200

            await rig.until(answers, 20)
            yield made, client


@pytest.fixture
async def apart(server, folder):
    """A world whose own API has no spool, and settings of processes that have one."""
    async with rig.world(server.url, look_factor=NEVER) as world:
        yield world, world.settings.model_copy(update={"spool_dir": str(folder)})


async def say(client, world, order):
    path = f"/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    said = notification(order["bandwidth_order_id"], "COMPLETE")
    return (await client.post(path, content=said, auth=rig.CALLBACK)).status_code


async def test_an_api_process_killed_after_its_200_loses_nothing_and_a_clock_drains(apart, server, folder, tmp_path):
    world, settings = apart
    order = await taken(world)
    async with api(settings, tmp_path) as (killed_process, client):
        server.kill()
        assert await say(client, world, order) == 200
        killed_process.kill()
        killed_process.wait()
    assert len(directory.files(folder)) == 1
    server.start_again()

    with process(settings, tmp_path, "clock"):
        await drained(folder)

    assert (await world.ended(order["id"]))["state"] == "complete"
    assert await spooled(world) == "1"


async def test_an_api_process_that_is_asked_to_end_leaves_what_it_cannot_drain_to_the_next(
    apart, server, folder, tmp_path
):
    world, settings = apart
    order = await taken(world)
    async with api(settings, tmp_path) as (ended, client):
        server.kill()
        assert await say(client, world, order) == 200
        ended.send_signal(signal.SIGTERM)
        ended.wait(20)
    assert len(directory.files(folder)) == 1
    server.start_again()

    async with api(settings, tmp_path):
        await drained(folder)

    assert (await world.ended(order["id"]))["state"] == "complete"


@pytest.mark.parametrize("command", [["api", "--port", "0"], ["clock"]], ids=["api", "clock"])
def test_a_directory_that_cannot_be_written_is_refused_at_the_start(valkey, tmp_path, command):
    (tmp_path / "file").touch()
    settings = rig.settings_for(valkey.url, rig.new_account(), spool_dir=str(tmp_path / "file"))

    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *command],
        env=environment(settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(f"TRACKER_SPOOL_DIR: {tmp_path / 'file'} cannot be written to")
    assert "Traceback" not in done.stderr
