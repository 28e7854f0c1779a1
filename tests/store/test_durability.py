"""A server that may lose what it acknowledged is refused, and the message says how to mend it."""

from __future__ import annotations

from contextlib import suppress

import pytest
import rig
from redis.exceptions import NoPermissionError, RedisError

from service.errors import Misconfigured, StoreUnavailable
from service.store.server import durability
from service.store.server.connecting import connect
from service.store.server.connection import Store


@pytest.fixture
async def store():
    with rig.valkey() as server:
        store = Store(connect(server.url))
        yield store
        await store.close()


async def test_a_server_that_writes_before_it_answers_is_taken(store):
    await durability.check(store, "strict")


@pytest.mark.parametrize(
    ("setting", "value", "mend"),
    [
        ("appendfsync", "everysec", "CONFIG SET appendfsync always"),
        ("appendonly", "no", "CONFIG SET appendonly yes"),
        ("maxmemory-policy", "allkeys-lru", "CONFIG SET maxmemory-policy noeviction"),
    ],
)
async def test_a_server_that_may_lose_orders_is_refused_with_the_mend(store, setting, value, mend):
    await store.client.config_set(setting, value)

    with pytest.raises(Misconfigured, match=mend):
        await durability.check(store, "strict")
    await durability.check(store, "unsafe")


async def test_a_server_that_still_reads_its_file_is_away_and_not_refused(store, monkeypatch):
    """Until it has read it, it says that it keeps none: a process that starts right after a crash meets that."""
    info = await store.client.info()

    async def loading():
        return {**info, "loading": 1, "aof_enabled": 0}

    monkeypatch.setattr(store.client, "info", loading)

    with pytest.raises(StoreUnavailable, match="reading its file"):
        await durability.check(store, "strict")
    await durability.check(store, "unsafe")


async def test_a_server_that_forbids_config_is_taken_and_one_that_breaks_off_is_not(store, monkeypatch):
    def answering(error):
        async def config_get(_name):
            raise error

        monkeypatch.setattr(store.client, "config_get", config_get)

    answering(NoPermissionError("no"))
    await durability.check(store, "strict")
    answering(RedisError("gone"))
    with pytest.raises(StoreUnavailable):
        await durability.check(store, "strict")


async def test_a_server_that_is_away_is_said_to_be_away():
    store = Store(connect(f"redis://127.0.0.1:{rig.free_port()}/0"))
    with pytest.raises(StoreUnavailable):
        await durability.check(store, "strict")
    await store.close()


@pytest.fixture
async def greeted():
    """A store whose every new connection looks at its server first, and that server."""
    with rig.valkey() as server:
        store = Store(connect(server.url, durability.greet))
        yield store, server
        await store.close()


async def read(store):
    async with store.asked("1") as client:
        return await client.get("anything")


async def spoil(server, *command):
    other = Store(connect(server.url))
    await other.client.execute_command(*command)
    await other.close()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("CONFIG", "SET", "appendfsync", "everysec"), "appendfsync is everysec"),
        (("CONFIG", "SET", "appendonly", "no"), "keeps no append-only file"),
        (("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"), "may evict keys"),
        (("REPLICAOF", "127.0.0.1", "1"), "is a replica"),
    ],
)
async def test_another_server_in_the_place_of_the_first_is_looked_at_before_it_is_written_to(greeted, command, why):
    """A replica without a file that was promoted, or a server that was started again without its options."""
    store, server = greeted
    assert await read(store) is None
    await spoil(server, *command)
    assert await read(store) is None, "a connection is looked at when it is made"
    await store.client.connection_pool.disconnect()

    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=why):
            await read(store)
    with pytest.raises(StoreUnavailable if "replica" in why else Misconfigured, match=why):
        await durability.check(store, "strict")
    assert store.client.connection_pool._in_use_connections == set()


async def test_a_server_that_is_well_again_needs_no_restart(greeted):
    store, server = greeted
    await spoil(server, "CONFIG", "SET", "appendfsync", "everysec")
    with pytest.raises(StoreUnavailable, match="MayLose"):
        await read(store)
    await spoil(server, "CONFIG", "SET", "appendfsync", "always")

    assert await read(store) is None


async def test_a_server_that_forbids_config_is_greeted(greeted):
    store, server = greeted
    await spoil(server, "ACL", "SETUSER", "default", "-config")

    assert await read(store) is None
    await durability.check(store, "strict")


async def test_while_it_reads_its_file_no_connection_is_made_and_then_one_is(greeted):
    store, server = greeted
    await spoil(server, "SET", "anything", "kept")
    server.kill()
    with server.loading():
        with pytest.raises(StoreUnavailable, match="reading its file"):
            await read(store)
        with pytest.raises(StoreUnavailable, match="reading its file"):
            await durability.check(store, "strict")

    async def found():
        with suppress(StoreUnavailable):
            return await read(store)

    assert await rig.until(found) == "kept"
