"""The store on a Redis Cluster: who keeps what is found out, each primary must keep it, and one that hangs is alone."""

from __future__ import annotations

import asyncio
import contextlib
import json

import clusters
import pytest
import redis
import rig
from redis.exceptions import ResponseError, TryAgainError

from service import redis_address
from service.errors import Misconfigured, StoreUnavailable
from service.store import keys, metering
from service.store.clients import register
from service.store.events import stream
from service.store.script import TURN, Script
from service.store.server import assembly, durability, slots
from service.store.server.connecting import connect, connect_cluster
from service.store.server.connection import Store

SECONDS = 0.4


@pytest.fixture(scope="module")
def servers():
    with clusters.running() as made:
        yield made


@pytest.fixture
async def store(servers):
    made = on(servers.url)
    yield made
    await made.close()


def on(url, greet=None):
    return Store(connect_cluster(redis_address.read(url), greet, 2, SECONDS), replicas=1)


def spell(*ports):
    return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports)


async def put(store, account):
    async with store.asked(account) as client:
        await client.set(keys.clock(account), "here")


async def test_a_key_is_where_its_account_is_and_clients_are_somewhere_too(store, servers):
    accounts = [servers.account(number) for number in range(clusters.PRIMARIES)]
    for each in accounts:
        await put(store, each)

    assert [servers.keys(each) for each in accounts] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert await register.version(store) == ""
    assert [each.name for each in await store.primaries()] == sorted(
        f"127.0.0.1:{each.port}" for each in servers.primaries
    )


async def test_servers_that_are_dead_or_replicas_are_passed_over(servers):
    store = on(spell(rig.free_port(), servers.replicas[0].port))
    account = servers.account(1)
    await put(store, account)
    await store.close()

    assert servers.keys(account) == [0, 1, 0]


async def test_a_first_look_that_is_given_up_leaves_the_next_one_to_look_again(servers):
    store = on(servers.url)
    account = servers.account(1)
    looking = asyncio.create_task(put(store, account))
    await asyncio.sleep(0)
    looking.cancel()
    await asyncio.wait((looking,))
    await put(store, account)
    await store.close()

    assert looking.cancelled()
    assert servers.keys(account) == [0, 1, 0]


async def test_a_server_of_no_cluster_and_no_server_at_all_are_told(valkey):
    for port, said in ((valkey.port, "cluster support disabled"), (rig.free_port(), "ConnectionError")):
        store = on(spell(port))
        with pytest.raises(StoreUnavailable, match=said):
            await put(store, "1")
        await store.close()


async def test_one_of_a_cluster_by_its_own_address_is_refused(servers):
    store = Store(connect(f"redis://127.0.0.1:{servers.primaries[0].port}/0"))
    with pytest.raises(Misconfigured, match=r"give TRACKER_REDIS_URL as redis\+cluster"):
        await durability.check(store, "unsafe")
    await store.close()


async def test_every_primary_must_keep_what_it_acknowledges(store, servers):
    await durability.check(store, "strict")
    last = servers.primaries[2]
    last.ask("CONFIG", "SET", "appendfsync", "everysec")
    strict = on(servers.url, durability.greet)
    try:
        with pytest.raises(Misconfigured, match=f"127.0.0.1:{last.port} may lose"):
            await durability.check(store, "strict")
        assert await durability.problems(store) == ["appendfsync is everysec: CONFIG SET appendfsync always"]
        await durability.check(store, "unsafe")
        await put(strict, servers.account(0))
        with pytest.raises(StoreUnavailable, match="appendfsync is everysec"):
            await put(strict, servers.account(2))
    finally:
        last.ask("CONFIG", "SET", "appendfsync", "always")
        await strict.close()


async def test_a_read_that_blocks_waits_at_the_primary_of_its_account(store, servers):
    account = servers.account(2)
    reading = asyncio.create_task(stream.follow(store, account, stream.START))
    async with store.asked(account) as client:
        fields = {"type": "order.updated", "id": "an-order", "kind": "lidb", "state": "received", "version": 1}
        await client.xadd(keys.events(account), fields)
    (entry,) = await reading
    assert entry.event.subject == "an-order"


async def test_a_slot_that_moved_is_followed_by_reads_pipelines_transactions_and_scripts(servers):
    account, (_, source, target) = servers.account(1), servers.primaries
    stores = [on(servers.url) for _ in range(4)]
    for each in stores:
        await put(each, account)
    servers.move(account, source, target)

    async with stores[0].asked(account) as client:
        assert await client.get(keys.clock(account)) == "here"
    for each, transaction in zip(stores[1:3], (False, True), strict=True):
        async with each.asked(account) as client:
            pipeline = client.pipeline(transaction=transaction)
            pipeline.get(keys.clock(account))
            pipeline.exists(keys.pause(account))
            assert await pipeline.execute() == ["here", 0]
    pace = rig.settings_for(servers.url, account, queue_redis_url="redis://localhost", replicas_to_wait=1).pace
    assert await metering.turn(stores[3], account, "other", pace, 1000) == 0
    for each in stores:
        await each.close()


class Counting(Script):
    """Counts calls under a key."""

    text = "return redis.call('INCR', KEYS[1])"


async def test_of_accounts_that_travel_together_one_that_moved_or_moves_is_followed_and_each_call_is_done_once(servers):
    source, target, _ = servers.primaries
    moved, moves, *stay = (servers.account(0) for _ in range(6))
    store, script, times = on(servers.url), Counting("counting"), 10
    for each in (moved, moves, *stay):
        await put(store, each)
    servers.move(moved, source, target)
    with servers.moving(moves, source, target) as bring:
        assert bring(1) == 1
        read = asyncio.gather(*(store.do(moves, "read", [("GET", keys.clock(moves))]) for _ in range(times)))
        calls = [store.run_replicated(script, each, keys.watch(each)) for _ in range(times) for each in (moved, *stay)]
        counted = await asyncio.gather(*calls)
        assert await read == [["here"]] * times
    for at in range(1 + len(stay)):
        assert sorted(counted[at :: 1 + len(stay)]) == [*range(1, times + 1)]
    await store.close()


async def test_keys_that_moved_before_their_slot_are_read_and_written_where_they_are(servers):
    account, (source, target, _) = servers.account(0), servers.primaries
    store = on(servers.url)
    await put(store, account)
    with servers.moving(account, source, target) as bring:
        async with store.asked(account) as client:
            await client.set(keys.watch(account), "a key that was nowhere yet")
        assert servers.keys(account) == [1, 1, 0]
        assert bring(1) == 1
        async with store.asked(account) as client:
            assert await client.get(keys.clock(account)) == "here"
            pipeline = client.pipeline(transaction=False)
            pipeline.get(keys.clock(account))
            pipeline.exists(keys.pause(account))
            assert await pipeline.execute() == ["here", 0]
            with pytest.raises(ResponseError, match="WRONGTYPE"):
                await client.hgetall(keys.clock(account))
    await store.close()


async def test_nothing_that_needs_several_keys_begins_while_a_slot_moves_key_by_key(servers, lines):
    """Not a script, at whatever server and however many keys have moved: it would end in its midst."""
    account, (_, source, target) = servers.account(1), servers.primaries
    store = on(servers.url)
    pace = rig.settings_for(servers.url, account, queue_redis_url="redis://localhost", replicas_to_wait=1).pace

    async def turn():
        return await metering.turn(store, account, "other", pace, 1000)

    await turn()
    await put(store, account)
    count = sum(servers.keys(account))
    with servers.moving(account, source, target) as bring:
        for _ in range(count + 1):
            before = servers.keys(account)
            with pytest.raises(StoreUnavailable, match="moves to another server"):
                await turn()
            with pytest.raises(StoreUnavailable, match="moves to another server"):
                async with store.asked(account) as client:
                    await client.exists(keys.clock(account), keys.pause(account))
            # nor where it moves to, whoever sends it there
            there = redis.Redis(port=target.port).pipeline(transaction=False)
            there.execute_command("ASKING").eval(TURN.text, 1, keys.meter(account), keys.prefix(account), 0)
            with contextlib.closing(there), pytest.raises(TryAgainError):
                there.execute()
            assert servers.keys(account) == before
            bring(1)
    assert await turn() == 0
    assert servers.keys(account) == [0, 0, count]
    told = [each for each in map(json.loads, lines.getvalue().splitlines()) if each["event"].startswith("store.")]
    assert [(each["event"], each["account"]) for each in told] == [("store.account_moving", account)]
    await store.close()


async def test_one_that_hangs_holds_up_its_own_accounts_alone(store, servers):
    hung, well = servers.account(0), servers.account(1)
    await put(store, hung)
    servers.primaries[0].hang()
    try:
        stuck = [asyncio.create_task(put(store, hung)) for _ in range(40)]
        await asyncio.sleep(0)
        # with turns or silence in common, these would fail too
        for _ in range(20):
            await put(store, well)
        # whoever starts now, or is asked whether it is ready, goes on too
        assert await durability.problems(store, SECONDS / 2) == []
        await durability.check(store, "strict")
        results = await asyncio.gather(*stuck, return_exceptions=True)
        assert all(isinstance(each, StoreUnavailable) for each in results)
    finally:
        servers.primaries[0].go_on()

    async def is_back():
        with contextlib.suppress(StoreUnavailable):
            await put(store, hung)
            return True
        return False

    await rig.until(is_back)


async def test_a_slot_that_nobody_keeps_is_told(store, servers, monkeypatch):
    account = servers.account(0)
    monkeypatch.setattr(slots, "_read", lambda told, host: ({0: (host, told[0][2][1])}, []))
    with pytest.raises(StoreUnavailable, match="No server of the cluster keeps"):
        await put(store, account)


async def test_settings_of_a_cluster_make_such_a_store(servers):
    settings = rig.settings_for(servers.url, servers.account(0), queue_redis_url="redis://bells", replicas_to_wait=1)
    store = assembly.assemble(settings)
    await assembly.check(store, settings)
    await store.close()
