"""What the callbacks' door counts while the store may be away reaches the store's counters, once."""

from __future__ import annotations

import asyncio

import pytest
import rig
from test_callbacks_door import basic, knock

from service import tally, vitals
from service.store import keys
from service.store.server.connecting import connect
from service.store.server.connection import Store
from service.tally import Tally

NAME = "callback.unauthenticated"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(tally, "COLLECT_SECONDS", 0.01)


async def kept(store, account):
    return await store.client.hget(keys.counters(account), NAME)


async def test_wrong_credentials_are_counted_and_none_are_not(world):
    for authorization in (None, basic("somebody", "else"), basic("somebody", "else"), None):
        assert (await knock(world, authorization)).status_code == 401

    async def two():
        return (await vitals.read(world.desk.store, world.account)).counted.callbacks["unauthenticated"] == 2

    await rig.until(two)


async def test_what_is_left_is_written_at_the_end_for_each_account(valkey, monkeypatch):
    monkeypatch.setattr(tally, "COLLECT_SECONDS", 60)
    store = Store(connect(valkey.url))
    counting = Tally(store)
    for account in ("1", "2", "1"):
        counting.count(account, NAME)
    await counting.close()

    assert [await kept(store, account) for account in "12"] == ["2", "1"]
    await store.close()


async def test_it_waits_for_a_store_that_is_away():
    with rig.valkey() as server:
        store = Store(connect(server.url))
        counting = Tally(store)
        server.kill()
        counting.count("1", NAME)
        await asyncio.sleep(0)
        counting.count("1", NAME)
        server.start_again()

        async def written():
            # a write that an end breaks off may count twice: it has had its answer
            return counting._writing is None and await kept(store, "1") == "2"

        await rig.until(written)
        await counting.close()
        assert await kept(store, "1") == "2"
        await store.close()


async def test_the_end_waits_for_no_store():
    store = Store(connect(f"redis://127.0.0.1:{rig.free_port()}/0"))
    counting = Tally(store)
    counting.count("1", NAME)
    await counting.close()
    await store.close()
