"""A server that may lose what it acknowledged is refused, and the message says how to mend it."""

from __future__ import annotations

import pytest
import rig
from redis.exceptions import NoPermissionError, RedisError

from service.errors import Misconfigured, StoreUnavailable
from service.store import durability
from service.store.connection import Store, connect


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
