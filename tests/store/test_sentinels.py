"""Asking sentinels: several questions at once lose none of them, and one that is dead is passed over."""

from __future__ import annotations

import asyncio

import pytest
from redis.exceptions import ConnectionError as NotConnected

from service.store.server import connecting

URL = "redis+sentinel://one,two,three/orders"
STATE = {"is_master": True, "is_sdown": False, "is_odown": False, "ip": "10.0.0.1", "port": 6379}


def told(dead, name):
    if name in dead:
        raise NotConnected(name)
    return {"orders": {**STATE, "num-other-sentinels": 2}}


def names(manager):
    return [each.connection_pool.connection_kwargs["host"] for each in manager.sentinels]


async def test_questions_at_once_lose_no_sentinel():
    manager = connecting.connect(URL).connection_pool.sentinel_manager
    dead = set()
    for each, name in zip(manager.sentinels, names(manager), strict=True):

        async def masters(name=name):
            await asyncio.sleep(0)
            return told(dead, name)

        each.sentinel_masters = masters
    for name in ("one", "two"):
        dead = {name}
        found = await asyncio.gather(*(manager.discover_master("orders") for _ in range(10)))
        assert set(found) == {("10.0.0.1", 6379)}
        assert sorted(names(manager)) == ["one", "three", "two"]
        assert names(manager)[0] != name
    dead = {"one", "two", "three"}
    with pytest.raises(NotConnected, match="No master found"):
        await manager.discover_master("orders")


def test_a_blocking_client_passes_a_dead_sentinel_over():
    manager = connecting.connect_blocking(URL).connection_pool.sentinel_manager
    for each, name in zip(manager.sentinels, names(manager), strict=True):
        each.sentinel_masters = lambda name=name: told({"one"}, name)

    assert manager.discover_master("orders") == ("10.0.0.1", 6379)
    assert names(manager) == ["two", "one", "three"]
