"""Whether a process should be sent requests: what each purpose needs, and what is said of what it lacks."""

from __future__ import annotations

import signal
import threading
import time

import httpx
import pytest
import rig
import uvicorn

from service import readiness

AWAY = "The store does not answer: orders are answered 503.\n"


@pytest.fixture
def alone(valkey, monkeypatch):
    """A server that goes on again whatever happens; every look is a new one."""
    monkeypatch.setattr(readiness, "KEEP_SECONDS", 0.0)
    yield valkey
    valkey.go_on()


async def ask(world, purpose=None):
    answer = await world.api.get("/readyz", params={"for": purpose} if purpose else {})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert ("retry-after" in answer.headers) == (answer.status_code == 503)
    return answer.status_code, answer.text


async def test_a_process_that_lacks_nothing_is_ready_for_everything(alone, tmp_path):
    async with rig.world(alone.url, spool_dir=str(tmp_path)) as world:
        assert [await ask(world, each) for each in (None, "callbacks", "orders")] == [(200, "ready\n")] * 3
        assert (await world.api.head("/readyz")).status_code == 200


async def test_with_a_spool_it_takes_callbacks_while_the_store_is_away_and_says_so_in_time(alone, tmp_path):
    async with rig.world(alone.url, spool_dir=str(tmp_path)) as world:
        alone.pause()
        began = time.monotonic()
        assert await ask(world) == (200, f"ready for callbacks only\n{AWAY}")
        assert time.monotonic() - began < 15
        assert await ask(world, "orders") == (503, f"not ready\n{AWAY}")
        alone.go_on()

        async def ready():
            return await ask(world, "orders") == (200, "ready\n")

        await rig.until(ready)


async def test_without_a_spool_it_is_not_ready_while_the_store_is_away(alone):
    async with rig.world(alone.url) as world:
        alone.pause()
        assert await ask(world) == (503, f"not ready\n{AWAY}")
        assert (await world.api.get("/livez")).status_code == 200


async def test_a_spool_that_cannot_be_written_is_told_without_its_place_and_is_missed_with_the_store_only(
    alone, tmp_path
):
    (tmp_path / "file").touch()
    async with rig.world(alone.url, spool_dir=str(tmp_path / "file" / "spool")) as world:
        for purpose in (None, "orders"):
            status, said = await ask(world, purpose)
            assert (status, said.partition("\n")[0], "spool cannot be written" in said) == (200, "ready", True)
            assert str(tmp_path) not in said
        alone.pause()
        status, said = await ask(world)
        assert (status, said.splitlines()[:2]) == (503, ["not ready", AWAY.strip()])


async def test_a_spool_whose_disk_hangs_is_told_and_holds_one_look_up(alone, tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "LOOK_SECONDS", 0.2)
    looks, over = [], threading.Event()

    def hang(folder):
        looks.append(folder)
        over.wait(30)

    async with rig.world(alone.url, spool_dir=str(tmp_path)) as world:
        monkeypatch.setattr(readiness.directory, "check", hang)
        said = [await ask(world), await ask(world)]
        over.set()
        assert [(status, "disk does not answer" in text) for status, text in said] == [(200, True)] * 2
        assert len(looks) == 1


async def test_a_store_that_may_lose_what_it_acknowledges_is_none(alone):
    async with rig.world(alone.url) as world:
        await world.desk.store.client.config_set("appendfsync", "everysec")
        try:
            status, said = await ask(world, "orders")
        finally:
            await world.desk.store.client.config_set("appendfsync", "always")
        assert (status, "may lose" in said or "does not answer" in said) == (503, True)


async def test_what_was_seen_is_told_to_all_who_ask_at_once(valkey, monkeypatch):
    looks, look = [], readiness.durability.problems

    async def counted(store, seconds):
        looks.append(store)
        return await look(store, seconds)

    monkeypatch.setattr(readiness.durability, "problems", counted)
    monkeypatch.setattr(readiness, "KEEP_SECONDS", 60.0)
    async with rig.world(valkey.url) as world:
        for _ in range(20):
            assert await ask(world) == (200, "ready\n")
    assert len(looks) == 1


@pytest.mark.parametrize("query", ["for=anything", "for=", "for=orders&for=callbacks", "four=orders"])
async def test_a_purpose_that_there_is_not_is_400(world, query):
    answer = await world.api.get(f"/readyz?{query}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


def test_whoever_is_asked_to_end_is_not_ready_from_that_moment(valkey, tmp_path, monkeypatch):
    server = rig.api_server(rig.settings_for(valkey.url, rig.new_account(), spool_dir=str(tmp_path)))
    with rig.served(server) as url, httpx.Client(base_url=url, trust_env=False) as api:
        assert api.get("/readyz").status_code == 200
        # the server itself ends a moment later: whether it had answered before that would be chance
        monkeypatch.setattr(uvicorn.Server, "handle_exit", lambda *_: None)
        server.handle_exit(signal.SIGTERM, None)
        for purpose in ("callbacks", "orders"):
            answer = api.get("/readyz", params={"for": purpose})
            assert (answer.status_code, answer.text.splitlines()[0]) == (503, "not ready")
            assert "ending" in answer.text
