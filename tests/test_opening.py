"""A process that starts without the store waits for it, serves what it can, and uses none that may lose orders."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import rig
from test_callbacks_door import GOOD

from service import opening, web
from service.errors import Misconfigured, StoreUnavailable
from service.spool import directory

BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}
ROOT = Path(__file__).parents[1]


class Away:
    """A check that finds the store away some times, then there, or not to be used."""

    def __init__(self, times, then=None):
        self.left = times
        self.then = then

    async def __call__(self):
        self.left -= 1
        if self.left >= 0:
            raise StoreUnavailable("gone")
        if self.then:
            raise self.then


async def hangs():
    await asyncio.Event().wait()


@pytest.fixture
def _quick(monkeypatch):
    monkeypatch.setattr(opening, "LOOK_SECONDS", 0.001)


@pytest.mark.usefixtures("_quick")
async def test_it_waits_until_the_store_is_there_and_says_so_now_and_then(logs, monkeypatch):
    assert await opening.opened(Away(20), asyncio.Event())
    assert logs == []

    monkeypatch.setattr(opening, "TELL_SECONDS", 0)
    assert await opening.opened(Away(3), asyncio.Event())

    assert [each["event"] for each in logs] == ["store.awaited"] * 3
    assert logs[0]["error"] == "gone"


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("check", [Away(10**9), hangs])
async def test_who_waits_stops_at_once_when_asked(check):
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.02, stop.set)
    began = time.monotonic()

    assert not await opening.opened(check, stop)
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("_quick")
async def test_a_store_that_may_lose_orders_is_no_opening():
    wrong = Misconfigured("it may lose")
    with pytest.raises(Misconfigured, match="it may lose"):
        await opening.opened(Away(2, wrong), asyncio.Event())

    refused = asyncio.get_running_loop().create_future()
    async with opening.opening(Away(2, wrong), refused.set_result):
        assert await refused is wrong
    async with opening.opening(hangs, refused.set_result):
        pass


@contextlib.contextmanager
def served(settings, **told):
    app = web.application(settings, **told)
    with rig.served(web.Server(web.configuration(app))) as url:
        yield url


@contextlib.asynccontextmanager
async def api(settings, **told):
    headers = {"Authorization": f"Bearer {rig.TOKEN}"}
    with served(settings, **told) as url:
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
            yield client


def orders(settings):
    return f"/v1/accounts/{settings.accounts[0]}/orders"


def say(client, settings):
    path = f"/callbacks/bandwidth/{settings.accounts[0]}/{rig.SEGMENT}"
    return client.post(path, content=GOOD, auth=rig.CALLBACK, headers={"Content-Type": "application/xml"})


async def test_an_api_that_starts_while_the_store_is_away_serves_at_once_and_is_whole_once_it_is_there(tmp_path):
    with rig.valkey() as server:
        server.kill()
        settings = rig.settings_for(server.url, rig.new_account(), spool_dir=str(tmp_path))
        async with api(settings) as client:
            assert (await client.get("/livez")).status_code == 200
            assert (await client.post(f"{orders(settings)}/tn-options", json=BODY)).status_code == 503
            assert (await say(client, settings)).status_code == 200
            assert len(directory.files(tmp_path)) == 1
            server.start_again()
            began = time.monotonic()

            async def whole():
                accepted = await client.post(f"{orders(settings)}/tn-options", json=BODY)
                return accepted.status_code == 202 and not directory.files(tmp_path)

            await rig.until(whole)
            assert time.monotonic() - began < 20


async def test_a_store_that_may_lose_orders_gets_none_from_an_api_that_meets_it_later(tmp_path):
    """It is found to be so before the first order, however soon that comes."""
    refused = []
    with rig.valkey() as server:
        settings = rig.settings_for(server.url, rig.new_account(), spool_dir=str(tmp_path))
        client = rig.redis.Redis(port=server.port)
        client.config_set("appendfsync", "everysec")
        async with api(settings, refuse=refused.append) as doors:
            answers = await asyncio.gather(
                *(doors.post(f"{orders(settings)}/tn-options", json=BODY) for _ in range(20)), say(doors, settings)
            )

            assert [each.status_code for each in answers] == [503] * 20 + [200]
            assert client.dbsize() == 0
            assert "appendfsync is everysec" in refused[0].detail
            client.config_set("appendfsync", "always")
            assert (await doors.post(f"{orders(settings)}/tn-options", json=BODY)).status_code == 202
        client.close()


async def test_an_application_in_a_server_of_somebody_elses_says_what_is_wrong(logs):
    with rig.valkey() as server:
        client = rig.redis.Redis(port=server.port)
        client.config_set("appendfsync", "everysec")
        client.close()
        async with api(rig.settings_for(server.url, rig.new_account())):

            async def told():
                return [each for each in logs if each["event"] == "store.refused"]

            (line,) = await rig.until(told)
    assert "appendfsync is everysec" in line["error"]


def environment(settings):
    told = {
        "ACCOUNTS": settings.accounts[0],
        "API_TOKEN": rig.TOKEN,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "REDIS_URL": settings.redis_url,
        "BANDWIDTH_URL": str(settings.bandwidth_url),
        "BANDWIDTH_CLIENT_ID": "client",
        "BANDWIDTH_CLIENT_SECRET": "secret",
        "CALLBACK_SEGMENT": rig.SEGMENT,
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "REDIS_"))}
    return inherited | {f"TRACKER_{name}": value for name, value in told.items()} | {"PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def process(settings, where, *command):
    """A process, and what it has said; killed at the end if it still lives."""
    path = where / f"{command[0]}.log"

    def said():
        return [json.loads(line)["event"] for line in path.read_text().splitlines()]

    with (
        path.open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", *command], env=environment(settings), cwd=where, stderr=log
        ) as made,
    ):
        try:
            yield made, said
        finally:
            made.kill()


COMMANDS = (("api", "--port", "0"), ("worker", "check"), ("clock",))


@contextlib.contextmanager
def started(settings, where):
    """All processes at once; each with what it has said."""
    with contextlib.ExitStack() as stack:
        yield {each[0]: stack.enter_context(process(settings, where, *each)) for each in COMMANDS}


def all_said(processes, event):
    return all(event.format(name) in said() for name, (_, said) in processes.items())


def test_processes_that_start_without_the_store_wait_and_end_when_asked(tmp_path):
    settings = rig.settings_for(f"redis://127.0.0.1:{rig.free_port()}/0", rig.new_account())
    with started(settings, tmp_path) as processes:
        rig.until_sync(lambda: all_said(processes, "store.away"), 30)
        assert [made.poll() for made, _ in processes.values()] == [None] * 3
        began = time.monotonic()
        for made, _ in processes.values():
            made.send_signal(signal.SIGTERM)
        ends = [made.wait(30) for made, _ in processes.values()]

    assert time.monotonic() - began < 25
    assert set(ends) <= {0, -signal.SIGTERM}
    assert [said().count("store.away") for _, said in processes.values()] == [1] * 3


def test_processes_that_wait_begin_by_themselves(tmp_path):
    with rig.valkey() as server:
        settings = rig.settings_for(server.url, rig.new_account())
        server.kill()
        with started(settings, tmp_path) as processes:
            rig.until_sync(lambda: all_said(processes, "store.away"), 30)
            server.start_again()
            rig.until_sync(lambda: all_said(processes, "{}.started"), 5)
