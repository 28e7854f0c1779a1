"""A convoy: calls that travel together share a round trip, and nothing else: no reply, no refusal, no cancellation."""

from __future__ import annotations

import asyncio
import random
import re
import time

import pytest
import rig
from between import Wire
from redis.asyncio.client import Pipeline
from redis.exceptions import MovedError

from service.errors import NotReplicated, StoreUnavailable
from service.store.script import Script
from service.store.server import connecting, convoy, patience
from service.store.server.connection import Store
from service.store.server.convoy import LANES, MOST_CALLS, MOST_CHARACTERS, MOST_COMMANDS
from service.store.server.patience import AT_ONCE

SECONDS = 0.3
LOADING = b"-LOADING the data is being read\r\n"


class Counting(Script):
    """Counts calls under a key; tells the key and the count."""

    text = "return {KEYS[1], redis.call('INCR', KEYS[1])}"


@pytest.fixture
async def road(valkey):
    """A store, and the wire between it and its server."""
    async with Wire(int(valkey.url.split(":")[2].split("/")[0])) as wire:
        made = Store(connecting.connect(wire.url), seconds=SECONDS)
        async with made.asked("1") as client:
            await client.flushall()
            await client.mset({f"key-{at}": f"value-{at}" for at in range(100)})
        await asyncio.gather(*(ping(made) for _ in range(LANES)))
        wire.asked.clear()
        yield made, wire
        await made.close()


async def ping(store):
    async with store.asked("1") as client:
        await client.ping()


def node(store):
    return store._servers.node


async def get(store, at):
    return (await store.do("1", "read", [("GET", f"key-{at}")]))[0]


async def count(store, name):
    return (await store.do("1", "count", [("INCR", name)]))[0]


async def counted(store, name):
    async with store.asked("1") as client:
        return await client.get(name)


async def met(condition):
    async def now():
        return condition()

    await rig.until(now)


async def all_lanes(store, wire):
    """Let a call be under way in each lane, and none be answered."""
    wire.open.clear()
    under_way = []
    for _ in range(LANES):
        asked = len(wire.asked)
        under_way.append(asyncio.create_task(get(store, 0)))
        await met(lambda before=asked: len(wire.asked) > before)
    return under_way


async def assert_nothing_is_left(store):
    pool, server = store.client.connection_pool, node(store)
    # a trip that has ended is told of in the loop's next turn
    await asyncio.sleep(0)
    assert pool._in_use_connections == set()
    assert server.patience._turns._value == AT_ONCE
    for each in server._convoys.values():
        assert [*each._waiting, *each._under_way] == []
        assert not each._is_leaving


def refused(outcomes, why=""):
    assert {type(each) for each in outcomes} == {StoreUnavailable}
    return all(why in each.detail for each in outcomes)


async def test_what_is_asked_for_at_the_same_time_goes_in_one_trip_and_each_gets_its_own(road):
    store, wire = road
    assert await asyncio.gather(*(get(store, at) for at in range(MOST_CALLS))) == [
        f"value-{at}" for at in range(MOST_CALLS)
    ]
    assert len(wire.asked) == 1
    await assert_nothing_is_left(store)


async def test_one_more_than_a_trip_takes_goes_in_the_next(road):
    store, wire = road
    ats = [at % 100 for at in range(MOST_CALLS + 1)]
    assert await asyncio.gather(*(get(store, at) for at in ats)) == [f"value-{at}" for at in ats]
    assert len(wire.asked) == 2


async def test_calls_of_several_commands_are_not_taken_apart(road):
    store, _ = road
    calls = [[("GET", f"key-{at}"), ("ECHO", at), ("EXISTS", f"key-{at}", "no")][: at % 4] for at in range(40)]
    all_replies = [[f"value-{at}", str(at), 1][: at % 4] for at in range(40)]
    assert await asyncio.gather(*(store.do("1", "read", each) for each in calls)) == all_replies


async def test_a_long_call_goes_alone_and_those_behind_it_go_together(road):
    store, wire = road
    under_way = await all_lanes(store, wire)
    wire.asked.clear()
    length = MOST_CHARACTERS + 1
    waiting = [asyncio.create_task(get(store, at)) for at in range(3)]
    waiting.append(asyncio.create_task(store.do("1", "long", [("ECHO", "x" * length)])))
    waiting += [asyncio.create_task(get(store, at)) for at in range(3, 6)]
    await asyncio.sleep(0)

    wire.open.set()
    *first, long, one, two, three = await asyncio.gather(*waiting)
    await asyncio.gather(*under_way)

    assert (first, [one, two, three]) == (["value-0", "value-1", "value-2"], ["value-3", "value-4", "value-5"])
    assert long == ["x" * length]
    trips = b"".join(wire.asked).split(b"$4\r\nECHO")
    assert (trips[0].count(b"GET"), trips[1].count(b"GET")) == (3, 3)
    assert not any(b"GET" in each and b"xxx" in each for each in wire.asked if b"ECHO" in each)


async def test_a_call_of_very_many_commands_goes_alone_for_their_replies_may_be_long(road):
    store, wire = road
    many = asyncio.create_task(store.do("1", "list", [("GET", "key-1")] * MOST_COMMANDS))
    others = asyncio.gather(*(get(store, at) for at in range(9)))

    assert await others == [f"value-{at}" for at in range(9)]
    assert await many == ["value-1"] * MOST_COMMANDS
    assert [len(re.findall(b"GET", each)) for each in wire.asked] in ([MOST_COMMANDS, 9], [9, MOST_COMMANDS])


async def test_calls_cancelled_at_any_moment_leave_nothing_behind_and_get_nobody_elses_reply(road):
    store, _ = road
    dice = random.Random(7)
    for _ in range(40):
        tasks = {at: asyncio.create_task(get(store, at)) for at in range(100)}
        for task in tasks.values():
            asyncio.get_running_loop().call_later(dice.random() * 0.008, task.cancel)
        await asyncio.wait(tasks.values())

        told = {at: task.result() for at, task in tasks.items() if not task.cancelled()}

        assert told == {at: f"value-{at}" for at in told}
    await met(lambda: not node(store)._convoys[0]._under_way)
    await assert_nothing_is_left(store)


async def test_a_call_cancelled_while_others_are_under_way_is_never_sent(road):
    store, wire = road
    under_way = await all_lanes(store, wire)
    gone, stays = (asyncio.create_task(count(store, each)) for each in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()

    wire.open.set()
    assert await stays == 1
    assert await asyncio.gather(*under_way) == ["value-0"] * LANES
    assert gone.cancelled()
    assert await counted(store, "gone") is None


async def test_a_call_cancelled_while_its_trip_waits_for_a_turn_is_never_sent(road):
    store, wire = road
    turns = node(store).patience._turns
    for _ in range(AT_ONCE):
        await turns.acquire()
    tasks = [asyncio.create_task(count(store, each)) for each in ("gone", "stays")]
    alone = asyncio.create_task(count(store, "alone"))
    await met(lambda: node(store)._convoys and node(store)._convoys[0]._under_way)
    tasks[0].cancel()
    for _ in range(AT_ONCE):
        turns.release()

    assert await tasks[1] == await alone == 1
    assert b"gone" not in b"".join(wire.asked)


async def test_where_all_callers_of_a_trip_have_gone_there_is_no_trip(road):
    store, wire = road
    turns = node(store).patience._turns
    for _ in range(AT_ONCE):
        await turns.acquire()
    task = asyncio.create_task(count(store, "gone"))
    await met(lambda: node(store)._convoys and node(store)._convoys[0]._under_way)
    task.cancel()
    for _ in range(AT_ONCE):
        turns.release()

    await met(lambda: not node(store)._convoys[0]._under_way)
    assert wire.asked == []
    await assert_nothing_is_left(store)


async def test_a_silent_server_is_given_up_in_time_by_all_and_its_late_replies_go_to_nobody(road):
    store, wire = road
    wire.open.clear()
    began = time.monotonic()
    outcomes = await asyncio.gather(*(get(store, at % 100) for at in range(600)), return_exceptions=True)

    assert refused(outcomes)
    assert "silent for 0.3" in outcomes[0].detail
    assert SECONDS <= time.monotonic() - began < SECONDS + 5
    await assert_nothing_is_left(store)
    wire.open.set()
    assert await asyncio.gather(*(get(store, at) for at in range(99, -1, -1))) == [
        f"value-{at}" for at in range(99, -1, -1)
    ]


async def test_a_trip_that_takes_too_long_while_others_are_answered_takes_nobody_along(road, monkeypatch):
    store, wire = road
    monkeypatch.setattr(patience, "MOST_SECONDS", SECONDS * 2)
    stuck = await all_lanes(store, wire)
    waits = asyncio.create_task(get(store, 1))
    while not all(each.done() for each in stuck):
        node(store).patience.presence.heard_at = time.monotonic()
        await asyncio.sleep(0)

    assert refused(await asyncio.gather(*stuck, return_exceptions=True))
    wire.open.set()
    assert await waits == "value-1"
    await assert_nothing_is_left(store)


async def test_a_call_waits_for_others_so_long_at_most(road, monkeypatch):
    store, wire = road
    under_way = await all_lanes(store, wire)
    monkeypatch.setattr(convoy, "MOST_SECONDS", 0.0)
    waits = asyncio.create_task(count(store, "late"))
    await asyncio.sleep(0)
    wire.open.set()

    assert refused(await asyncio.gather(waits, return_exceptions=True), "no turn")
    assert await asyncio.gather(*under_way) == ["value-0"] * LANES
    assert await counted(store, "late") is None


@pytest.mark.parametrize("through", [0, 1, 20, 100])
async def test_a_server_that_is_killed_amid_its_replies_fails_that_trip_and_no_other(road, through):
    store, wire = road
    wire.cut = through
    outcomes = await asyncio.gather(*(get(store, at) for at in range(30)), return_exceptions=True)

    assert refused(outcomes)
    await assert_nothing_is_left(store)
    assert await asyncio.gather(*(get(store, at) for at in range(30))) == [f"value-{at}" for at in range(30)]


async def test_a_server_that_reads_its_file_refuses_the_trip_and_its_other_replies_go_to_nobody(road):
    store, wire = road
    wire.instead = LOADING * 30
    outcomes = await asyncio.gather(*(get(store, at) for at in range(30)), return_exceptions=True)

    assert refused(outcomes, "BusyLoading")
    assert await asyncio.gather(*(get(store, at) for at in range(30))) == [f"value-{at}" for at in range(30)]
    await assert_nothing_is_left(store)


async def test_of_several_accounts_in_one_trip_only_the_one_that_moved_is_told_so(road):
    store, wire = road
    wire.instead = b"$3\r\none\r\n-MOVED 7 127.0.0.1:1\r\n-TRYAGAIN later\r\n$4\r\nfour\r\n"
    one, moved, again, four = await asyncio.gather(*(get(store, at) for at in range(4)), return_exceptions=True)

    assert (one, four) == ("one", "four")
    assert isinstance(moved, MovedError)
    assert "moves to another server" in again.detail
    await assert_nothing_is_left(store)


async def test_a_server_that_forgot_the_scripts_does_each_call_once(road):
    store, _ = road
    script = Counting("counting")
    for lives in (1, 2):
        replies = await asyncio.gather(*(store.run(script, "1", f"counter-{at % 50}") for at in range(100)))
        assert sorted(map(tuple, replies)) == sorted(
            (f"counter-{at}", 2 * lives - half) for at in range(50) for half in (0, 1)
        )
        async with store.asked("1") as client:
            await client.script_flush()


async def test_a_server_that_is_out_of_memory_refuses_what_writes_and_does_the_rest(road):
    store, _ = road
    await get(store, 0)
    async with store.asked("1") as client:
        await client.config_set("maxmemory", 1)
    try:
        *read, wrote = await asyncio.gather(
            *(get(store, at) for at in range(9)), count(store, "n"), return_exceptions=True
        )
    finally:
        async with store.asked("1") as client:
            await client.config_set("maxmemory", 0)
    assert read == [f"value-{at}" for at in range(9)]
    assert refused([wrote], "OutOfMemory")


async def test_a_server_that_was_demoted_refuses_what_writes_and_its_idle_connections_are_left(road):
    store, wire = road
    await get(store, 0)
    async with store.asked("1") as client:
        await client.execute_command("REPLICAOF", "127.0.0.1", 1)
    before = wire.connections
    try:
        outcomes = await asyncio.gather(get(store, 1), count(store, "n"), count(store, "m"), return_exceptions=True)
        assert await get(store, 2) == "value-2"
    finally:
        async with store.asked("1") as client:
            await client.execute_command("REPLICAOF", "NO", "ONE")
    assert outcomes[0] == "value-1"
    assert refused(outcomes[1:], "ReadOnly")
    assert wire.connections > before
    assert await count(store, "n") == 1


async def test_too_few_replicas_come_to_the_calls_that_waited_for_them_alone(road, monkeypatch):
    store, _ = road
    monkeypatch.setattr(convoy, "WAIT_MS", 10)
    store.replicas = 1
    script, names = Counting("counting"), [f"counter-{at}" for at in range(20)]
    waited = (store.run_replicated(script, "1", each) for each in names)
    others = (store.run(script, "1", f"other-{at}") for at in range(20))

    outcomes = await asyncio.gather(*waited, *others, return_exceptions=True)

    assert [(type(each), each.replies) for each in outcomes[:20]] == [(NotReplicated, [[each, 1]]) for each in names]
    assert outcomes[20:] == [[f"other-{at}", 1] for at in range(20)]


async def test_what_cannot_be_written_fails_by_itself(road):
    store, _ = road
    fine, broken = (
        asyncio.gather(*(get(store, at) for at in range(9))),
        asyncio.create_task(store.do("1", "odd", [("GET", "\ud800")])),
    )
    assert await fine == [f"value-{at}" for at in range(9)]
    with pytest.raises(UnicodeEncodeError):
        await broken
    await assert_nothing_is_left(store)


async def test_uvloops_word_for_a_lost_connection_is_told_as_one_to_each_caller(road, monkeypatch):
    async def execute(*_, **__):
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")

    store, _ = road
    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "execute", execute)
        outcomes = await asyncio.gather(*(get(store, at) for at in range(9)), return_exceptions=True)
    assert refused(outcomes, "closed")
    assert len({id(each) for each in outcomes}) == 9
    assert await get(store, 1) == "value-1"
    await assert_nothing_is_left(store)


async def test_who_closes_tells_all_who_wait_and_sends_nothing_more(road):
    store, wire = road
    under_way = await all_lanes(store, wire)
    waiting = [asyncio.create_task(count(store, "waiting")) for _ in range(MOST_CALLS + 1)]
    await asyncio.sleep(0)

    await store.close()
    outcomes = await asyncio.wait_for(asyncio.gather(*under_way, *waiting, return_exceptions=True), 15)

    assert refused(outcomes, "given back")
    assert b"waiting" not in b"".join(wire.asked)
    assert refused(await asyncio.gather(get(store, 1), return_exceptions=True), "given back")
    await assert_nothing_is_left(store)


@pytest.mark.parametrize("turns", range(6))
async def test_who_closes_while_a_call_is_about_to_leave_does_not_let_it_wait_for_ever(road, turns):
    store, _ = road
    asked = asyncio.create_task(get(store, 1))
    for _ in range(turns):
        await asyncio.sleep(0)
    await store.close()

    (outcome,) = await asyncio.wait_for(asyncio.gather(asked, return_exceptions=True), 15)
    assert outcome == "value-1" or refused([outcome], "given back")
    await assert_nothing_is_left(store)
