"""Lines against a reference: for every subject a plain list of orders, first come, first served."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest
import rig
from hypothesis import given, settings
from hypothesis import strategies as st

from service.order import NewOrder
from service.store import accepting, keys
from service.store.script import Script
from service.store.server.connecting import connect
from service.store.server.connection import Store

MOST = 4


class _Leaving(Script):
    """What an end does to the lines, alone."""

    def __init__(self):
        super().__init__("take", needs=("lines",))
        self.text = "\n".join(
            [
                super().text.partition("-- Hands out ids")[0],
                "local first = leave(ARGV[3], 'options', split(ARGV[4]))",
                "due_now(first)",
                "return first",
            ]
        )


LEAVING = _Leaving()


class Reference:
    def __init__(self):
        self.lines = defaultdict(list)
        self.subjects = {}

    def join(self, order_id, subjects):
        met = {self.lines[each][-1] for each in subjects if self.lines[each]}
        self.subjects[order_id] = subjects
        for each in subjects:
            self.lines[each].append(order_id)
        return met

    def waits(self, order_id):
        return {
            self.lines[each][self.lines[each].index(order_id) - 1]
            for each in self.subjects[order_id]
            if self.lines[each][0] != order_id
        }

    def followers(self, order_id):
        return sum(order_id in self.waits(each) for each in self.subjects)

    def leave(self, order_id):
        waited = {each for each in self.subjects if self.waits(each)}
        for each in self.subjects.pop(order_id):
            self.lines[each].remove(order_id)
        return {each for each in waited - {order_id} if not self.waits(each)}


class Tried:
    def __init__(self, store, most=MOST):
        self.store = store
        self.most = most
        self.account = rig.new_account()

    async def join(self, order_id, subjects):
        # it names no numbers: the index of numbers is another test's
        new = NewOrder(order_id, self.account, "tn-options", None, (), "options", subjects, {}, None, {})
        return await accepting.accept(self.store, new, '"event":"accepted"}', self.most)

    async def leave(self, order_id, subjects):
        key = keys.order(self.account, order_id)
        return set(await self.store.run(LEAVING, self.account, key, order_id, " ".join(subjects)))

    async def waits(self, order_id):
        return set((await self.store.client.hgetall(keys.order(self.account, order_id, "ahead"))).values())

    async def followers(self, order_id):
        return int(await self.store.client.hget(f"{keys.prefix(self.account)}line:options:followers", order_id) or 0)

    async def left_over(self):
        found = [key async for key in self.store.client.scan_iter(f"{keys.prefix(self.account)}*", count=1000)]
        return [key for key in found if ":line:" in key or key.endswith((":ahead", ":behind"))]


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.sets(st.integers(0, 6), min_size=1)), max_size=40)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_any_joins_and_leaves_are_as_in_the_reference(valkey, steps):
    asyncio.run(_walk(valkey.url, steps))


async def _walk(url, steps):
    store = Store(connect(url))
    tried, reference = Tried(store, most=50), Reference()
    for number, (joins, which, wanted) in enumerate(steps):
        if joins or not reference.subjects:
            order_id, subjects = f"order-{number}", tuple(f"20155500{each:02d}" for each in sorted(wanted))
            met = reference.join(order_id, subjects)
            done = await tried.join(order_id, subjects)
            assert done.verdict == "accepted"
            assert done.fields["state"] == ("held" if met else "accepted")
        else:
            order_id = sorted(reference.subjects)[which % len(reference.subjects)]
            subjects = reference.subjects[order_id]
            assert await tried.leave(order_id, subjects) == reference.leave(order_id)
        for each in reference.subjects:
            assert await tried.waits(each) == reference.waits(each)
            assert await tried.followers(each) == reference.followers(each)
    for order_id in list(reference.subjects):
        assert await tried.leave(order_id, reference.subjects[order_id]) == reference.leave(order_id)
    assert await tried.left_over() == []
    await store.close()


async def test_leaving_twice_is_harmless(valkey):
    store = Store(connect(valkey.url))
    tried = Tried(store)
    for order_id in ("one", "two", "three"):
        await tried.join(order_id, ("2015550001",))
    assert await tried.leave("one", ("2015550001",)) == {"two"}
    assert await tried.leave("one", ("2015550001",)) == set()
    assert await tried.waits("three") == {"two"}
    await store.close()


async def test_who_follows_for_two_numbers_is_counted_once_when_somebody_between_leaves(valkey):
    store = Store(connect(valkey.url))
    tried = Tried(store, most=2)
    numbers = ("2015550001", "2015550002")
    await tried.join("first", numbers)
    await tried.join("between", numbers[:1])
    await tried.join("last", numbers)

    await tried.leave("between", numbers[:1])

    followers = f"{keys.prefix(tried.account)}line:options:followers"
    assert await store.client.hgetall(followers) == {"first": "1"}
    await tried.leave("last", numbers)
    assert await store.client.hgetall(followers) == {}
    await store.close()


async def test_an_order_that_meets_more_than_the_limit_changes_nothing(valkey):
    store = Store(connect(valkey.url))
    tried = Tried(store, most=2)
    subjects = ("2015550001", "2015550002", "2015550003")
    for each in subjects:
        await tried.join(f"on {each}", (each,))
    before = sorted(await tried.left_over())

    done = await tried.join("greedy", subjects)

    assert done.verdict == "too_many"
    assert set(done.order_ids) == {f"on {each}" for each in subjects}
    assert sorted(await tried.left_over()) == before
    assert not await store.client.exists(keys.order(tried.account, "greedy"))
    await store.close()


@pytest.mark.parametrize("met", [0, 500])
async def test_five_thousand_numbers_join_and_leave_within_the_bounds_on_calls(valkey, met, record_property):
    """The bound is on work; the time in the server is recorded, for whoever reads the report."""
    store = Store(connect(valkey.url))
    tried = Tried(store, most=500)
    numbers = [f"2{number:09d}" for number in range(5000)]
    random.Random(1).shuffle(numbers)
    for each in range(met):
        assert (await tried.join(f"before {each}", tuple(numbers[each * 10 : each * 10 + 10]))).verdict == "accepted"
    await store.client.config_resetstat()

    done = await tried.join("big", tuple(numbers))

    assert done.verdict == "accepted"
    calls = await _calls(store)
    stats = await store.client.info("commandstats")
    spent = sum(each["usec"] for name, each in stats.items() if name.startswith("cmdstat_eval"))
    record_property("join_milliseconds", spent / 1000)
    assert calls < (60 if met == 0 else 1000)
    await store.client.config_resetstat()
    assert await tried.leave("big", tuple(numbers)) == set()
    assert await _calls(store) < 1000
    stats = await store.client.info("commandstats")
    spent = sum(each["usec"] for name, each in stats.items() if name.startswith("cmdstat_eval"))
    record_property("leave_milliseconds", spent / 1000)
    await store.close()


async def _calls(store):
    stats = await store.client.info("commandstats")
    return sum(each["calls"] for name, each in stats.items() if not name.startswith(("cmdstat_eval", "cmdstat_info")))
