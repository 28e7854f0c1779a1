"""Patience with the store: its silence is bounded, a wait for one's turn is not, and a late reply goes to nobody."""

from __future__ import annotations

import asyncio
import random
import time

import pytest
import rig

from service.errors import StoreUnavailable
from service.store.server import connecting, patience
from service.store.server.connection import Store
from service.store.server.patience import AT_ONCE, LOOK_SECONDS, Patience

SECONDS = 0.3


@pytest.fixture
async def store():
    with rig.valkey() as server:
        made = Store(connecting.connect(server.url), seconds=SECONDS)
        for at in range(100):
            await made.client.set(f"key-{at}", f"value-{at}")
        yield made, server
        await made.close()


async def ask(store, at):
    """Return what was answered, or None."""
    try:
        async with store.asked("1") as client:
            return await client.get(f"key-{at}")
    except StoreUnavailable:
        return None


def assert_nothing_is_left(store):
    pool = store.client.connection_pool
    assert pool._in_use_connections == set()
    assert store._servers.node.patience._turns._value == AT_ONCE


async def test_a_silent_store_is_given_up_in_time_by_all_who_wait(store):
    store, server = store
    server.pause()
    began = time.monotonic()

    answers = await asyncio.gather(*(ask(store, at) for at in range(100)))

    assert answers == [None] * 100
    assert SECONDS < time.monotonic() - began < SECONDS + 10
    assert_nothing_is_left(store)


async def test_the_late_reply_of_a_call_that_was_given_up_goes_to_no_other(store):
    store, server = store
    for round_ in range(5):
        server.pause()
        assert await asyncio.gather(*(ask(store, at) for at in range(AT_ONCE))) == [None] * AT_ONCE
        server.go_on()
        others = [(round_ + 1) * AT_ONCE + at for at in range(AT_ONCE)]

        assert await asyncio.gather(*(ask(store, at) for at in others)) == [f"value-{at}" for at in others]
    assert_nothing_is_left(store)


async def test_a_call_cancelled_at_any_moment_leaves_no_connection_and_no_reply_behind(store):
    store, _ = store
    dice = random.Random(7)
    for _ in range(30):
        tasks = {at: asyncio.create_task(ask(store, at)) for at in range(40)}
        for task in tasks.values():
            asyncio.get_running_loop().call_later(dice.random() * 0.01, task.cancel)
        await asyncio.wait(tasks.values())

        told = {at: task.result() for at, task in tasks.items() if not task.cancelled()}

        assert told == {at: f"value-{at}" for at in told}
    assert_nothing_is_left(store)


async def test_no_more_than_some_are_with_the_store_at_once():
    bounded, inside, most = Patience(5), 0, 0

    async def call():
        nonlocal inside, most
        async with bounded.asked("call"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(call() for _ in range(100)))

    assert most == AT_ONCE


async def others_answered(bounded):
    while True:
        async with bounded.asked("other"):
            await asyncio.sleep(LOOK_SECONDS / 2)


async def long_call(bounded, seconds):
    async with bounded.asked("long"):
        await asyncio.sleep(seconds)


async def test_while_others_are_answered_a_call_may_wait_but_not_for_ever(monkeypatch):
    bounded = Patience(SECONDS)
    others = asyncio.create_task(others_answered(bounded))
    await long_call(bounded, SECONDS * 3)

    monkeypatch.setattr(patience, "MOST_SECONDS", SECONDS * 2)
    with pytest.raises(StoreUnavailable, match="silent"):
        await long_call(bounded, SECONDS * 4)

    others.cancel()
    await asyncio.wait({others})
    with pytest.raises(StoreUnavailable, match=r"silent for 0\.[34] s"):
        await long_call(bounded, SECONDS * 3)


async def test_the_time_for_which_this_process_was_busy_is_not_the_stores_silence(store):
    """A timer that is due goes before what has arrived, and a new connection needs several answers."""
    store, _ = store
    await store.client.connection_pool.disconnect()
    asked = asyncio.create_task(ask(store, 1))
    await asyncio.sleep(0)

    time.sleep(SECONDS * 3)  # noqa: ASYNC251  (that is how a process is busy)

    assert await asked == "value-1"


@pytest.mark.parametrize("warm", [True, False])
async def test_a_call_to_a_silent_store_can_be_cancelled_at_any_moment(store, warm):
    """Python 3.11 forgets a cancellation that meets the end of `wait_for`."""
    store, server = store
    for moments in range(30):
        server.go_on()
        await store.client.connection_pool.disconnect()
        if warm:
            await store.client.ping()
        server.pause()
        asked = asyncio.create_task(store.client.ping())
        for _ in range(moments):
            await asyncio.sleep(0)
        asked.cancel()

        assert (await asyncio.wait({asked}, timeout=15))[0], moments
    assert_nothing_is_left(store)
