"""The search index of numbers: written with the order, the rest in chunks; a crash in between is caught up."""

from __future__ import annotations

import asyncio

import pytest
import rig
import structlog
from store_steps import indexed
from structlog.testing import capture_logs

from service.errors import StoreUnavailable
from service.identifiers import new_id
from service.order import NewOrder
from service.store import accepting, indexing, keys, naming
from service.store.indexing import CHUNK
from service.store.script import INDEX
from service.store.server.connecting import connect
from service.store.server.connection import Store
from workers.clock import Silence, tick

#: numbers that others name already, of those that the script indexes that brings an order, and that one more indexes
AT_ONCE, MORE = 200, CHUNK // 5
#: numbers that no other names, of those
FIRST = 1_000


def numbers_of(count, start=0):
    return tuple(f"{2010000000 + start + at}" for at in range(count))


def new_order(account, numbers, **more):
    given = {"id": new_id(), "kind": "tn-options", "family": "options", "subjects": numbers, **more}
    rest = {"customer_order_id": None, "request": {}, "secrets": None, "metadata": {}}
    return NewOrder(account_id=account, telephone_numbers=numbers, **given, **rest)


class Ledger:
    """An account of its own in the store."""

    def __init__(self, store):
        self.store = store
        self.account = rig.new_account()

    async def accept(self, numbers, **more):
        order = new_order(self.account, numbers, **more)
        done = await accepting.accept(self.store, order, '"event":"accepted"}', 500)
        assert done.verdict == "accepted"
        return order.id

    async def named(self, count, start=0):
        """Numbers that an order of another family names already: each takes a call of its own."""
        order_id = await self.accept(numbers_of(count, start), family="another")
        await indexing.finish(self.store, self.account, order_id)
        return numbers_of(count, start)

    async def indexed(self, numbers, order_id):
        """How many of these numbers, from the first on, the index has for the order, once each."""
        found = [(await self.ids(each)).count(order_id) for each in numbers]
        assert found == sorted(found, reverse=True), "there is a gap"
        assert set(found) <= {0, 1}
        return sum(found)

    async def ids(self, number):
        return await indexed(self.store.client, self.account, number)

    async def unindexed(self):
        return await self.store.client.hgetall(keys.unindexed(self.account))


@pytest.fixture
async def ledger(valkey):
    store = Store(connect(valkey.url))
    yield Ledger(store)
    await store.close()


@pytest.fixture
def crash(monkeypatch):
    """Let a process end directly after the script that brings an order."""

    async def ends(*_):
        return None

    monkeypatch.setattr(indexing, "follow", ends)


@pytest.mark.parametrize("count", [1, 1_000, 1_001, 5_000])
async def test_every_number_of_an_order_is_in_the_index_once_it_is_accepted(ledger, count):
    numbers = numbers_of(count)
    order_id = await ledger.accept(numbers)
    assert await ledger.indexed(numbers, order_id) == count
    assert await ledger.ids(numbers[-1]) == [order_id]
    assert await ledger.unindexed() == {}


@pytest.mark.parametrize("count", [AT_ONCE, AT_ONCE + 1, AT_ONCE + MORE, AT_ONCE + MORE + 1, 2_000])
async def test_every_number_is_in_the_index_where_others_name_them_already(ledger, count):
    numbers = await ledger.named(count)
    order_id = await ledger.accept(numbers)
    assert await ledger.indexed(numbers, order_id) == count
    assert await ledger.unindexed() == {}


async def test_of_many_numbers_some_of_which_others_name_none_is_left_out(ledger):
    numbers = numbers_of(3_000)
    named = [*numbers[:3], *numbers[999:1_002], *numbers[2_990:]]
    before = await ledger.accept(tuple(named), family="another")
    order_id = await ledger.accept(numbers)
    assert await ledger.indexed(numbers, order_id) == 3_000
    assert await ledger.indexed(named, before) == len(named)


async def test_the_orders_of_a_number_stand_in_the_sequence_of_their_making(ledger):
    made = [await ledger.accept(("2015550199",)) for _ in range(3)]
    assert await ledger.ids("2015550199") == made


async def test_numbers_are_indexed_where_an_order_stands_in_line_for_something_else(ledger):
    order_id = await ledger.accept(("2015550199", "2015550198"), subjects=("500014",), family="location")
    assert await ledger.ids("2015550198") == [order_id]
    assert await ledger.ids("500014") == []


async def test_an_order_without_numbers_needs_no_index(ledger):
    await ledger.accept((), subjects=("500014",), family="location")
    assert [key async for key in ledger.store.client.scan_iter(f"{keys.prefix(ledger.account)}tn*")] == []
    assert await ledger.unindexed() == {}


@pytest.mark.usefixtures("crash")
@pytest.mark.parametrize("count", [AT_ONCE, AT_ONCE + 1])
async def test_what_the_accepting_script_leaves_is_noted_by_the_same_script(ledger, count):
    numbers = await ledger.named(count)
    order_id = await ledger.accept(numbers)
    assert await ledger.indexed(numbers, order_id) == AT_ONCE
    assert await ledger.unindexed() == ({order_id: "200"} if count > AT_ONCE else {})


@pytest.mark.usefixtures("crash")
@pytest.mark.parametrize("count", [FIRST, FIRST + 1])
async def test_of_numbers_that_nobody_else_names_it_leaves_more_than_some(ledger, count):
    order_id = await ledger.accept(numbers_of(count))
    assert await ledger.unindexed() == ({order_id: str(FIRST)} if count > FIRST else {})


@pytest.mark.usefixtures("crash")
async def test_each_chunk_goes_on_where_the_last_one_ended_and_the_last_removes_the_note(ledger):
    numbers = await ledger.named(AT_ONCE + 2 * MORE + 1)
    order_id = await ledger.accept(numbers)
    key, left = keys.order(ledger.account, order_id), []
    for _ in range(4):
        left.append(await ledger.store.run(INDEX, ledger.account, key, order_id, CHUNK))
        assert await ledger.indexed(numbers, order_id) == len(numbers) - left[-1]
        assert (await ledger.unindexed() == {}) is (left[-1] == 0)
    assert left == [MORE + 1, 1, 0, 0]


@pytest.mark.usefixtures("crash")
async def test_two_that_index_the_same_order_at_once_do_no_harm(ledger):
    numbers = await ledger.named(3_000)
    order_id = await ledger.accept(numbers)
    await asyncio.gather(*(indexing.finish(ledger.store, ledger.account, order_id) for _ in range(3)))
    assert await ledger.indexed(numbers, order_id) == 3_000
    assert await ledger.unindexed() == {}


@pytest.mark.usefixtures("crash")
async def test_an_order_whose_record_is_gone_is_forgotten(ledger):
    order_id = await ledger.accept(await ledger.named(AT_ONCE + 1))
    await ledger.store.client.delete(keys.order(ledger.account, order_id))
    assert await indexing.catch_up(ledger.store, ledger.account, 10) == [order_id]
    assert await ledger.unindexed() == {}


@pytest.mark.usefixtures("crash")
async def test_catching_up_takes_no_more_orders_than_it_is_told(ledger):
    for at in range(3):
        await ledger.accept(await ledger.named(AT_ONCE + 1, at * 1_000))
    assert len(await indexing.catch_up(ledger.store, ledger.account, 2)) == 2
    assert len(await ledger.unindexed()) == 1


async def test_a_failure_between_chunks_leaves_the_order_accepted_and_the_clock_does_the_rest(world, monkeypatch):
    finish, chunks = indexing.finish, []

    async def fails(store, account_id, order_id):
        chunks.append(await store.run(INDEX, account_id, keys.order(account_id, order_id), order_id, CHUNK))
        raise StoreUnavailable("away")

    numbers = numbers_of(2_000)
    before = new_order(world.account, numbers, family="another")
    await accepting.accept(world.desk.store, before, '"event":"accepted"}', 500)
    monkeypatch.setattr(indexing, "finish", fails)
    order = await world.submit([{"telephone_numbers": list(numbers), "sms": "on"}])
    assert order["state"] == "accepted"
    assert chunks == [2_000 - AT_ONCE - MORE]
    assert await world.desk.store.client.hgetall(keys.unindexed(world.account)) == {order["id"]: "700"}

    monkeypatch.setattr(indexing, "finish", finish)
    await tick(world.desk, Silence())

    assert await world.desk.store.client.hgetall(keys.unindexed(world.account)) == {}
    named = await naming.naming(world.desk.store, world.account, numbers[-1])
    assert [each.id for each in named.open_orders] == [before.id, order["id"]]


async def test_a_failure_is_told_in_the_log_and_raised_no_further(ledger, monkeypatch):
    async def fails(*_):
        raise StoreUnavailable("away")

    monkeypatch.setattr(ledger.store, "run", fails)
    before = structlog.get_config()
    structlog.reset_defaults()
    with capture_logs() as logs:
        await indexing.follow(ledger.store, ledger.account, "an-order")
    structlog.configure(**before)
    (told,) = logs
    assert (told["event"], told["order"], told["error"]) == ("order.not_indexed", "an-order", "away")


async def test_no_script_makes_more_than_a_thousand_calls_however_large_the_order_and_many_the_conflicts():
    with rig.valkey() as server:
        store = Store(connect(server.url))
        ledger = Ledger(store)
        for at in range(500):
            await ledger.accept(numbers_of(10, at * 10))
        calls = []
        run_many = store.run_many

        async def counted(*arguments):
            await store.client.config_resetstat()
            done = await run_many(*arguments)
            info = await store.client.info("commandstats")
            counted_not = ("eval", "info", "config", "script")
            calls.append(sum(each["calls"] for name, each in info.items() if not any(no in name for no in counted_not)))
            return done

        store.run_many = counted
        await ledger.accept(numbers_of(5_000))
        await store.close()
    accept, *chunks = calls
    assert 700 < accept < 810
    assert len(chunks) == 10
    assert max(chunks) < MORE + 10
