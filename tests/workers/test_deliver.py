"""The job that brings events, and who rings for it: whoever changed an order, and the clock for what was left over."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
import rig
from event_steps import bring, door, later, listen, listening, ping

from service import bells
from service.errors import StoreUnavailable
from service.store.server.connecting import connect_blocking
from workers import deliver
from workers.clock import Silence, tick


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


def jobs_of(world):
    """The bells for events of this world's account."""
    with connect_blocking(world.settings.redis_url) as connection:
        jobs = bells.queue("deliver", connection).jobs
    return [job for job in jobs if job.args[0] == world.account]


async def rung(world):
    return await rig.until(lambda: asyncio.sleep(0.01, jobs_of(world)))


@pytest.fixture
async def own(own_server):
    async with listening(own_server) as made:
        yield made


@pytest.fixture
def own_server():
    """How many bells wait decides: not those of other tests."""
    with rig.valkey() as server:
        yield server


async def test_whoever_accepts_an_order_rings_where_somebody_listens(own, receiver):
    own.desk.bells.announce(own.account)
    await rig.until(lambda: asyncio.sleep(0.01, not own.desk.bells._announcing))
    assert jobs_of(own) == []

    await listen(own, receiver)
    await own.submit()
    (job,) = await rung(own)
    assert (job.func_name, job.args) == ("workers.deliver.deliver", [own.account, [own.account]])
    assert await bring(own) is None
    assert [each.type for each in receiver.told] == ["order.accepted"]


async def test_many_changes_at_once_ring_once(own, receiver):
    await listen(own, receiver)
    for _ in range(100):
        own.desk.bells.announce(own.account)
    await rung(own)
    await own.desk.bells.close()
    assert len(jobs_of(own)) == 1


async def test_bells_that_wait_already_are_enough(own, receiver):
    await listen(own, receiver)
    own.desk.bells.ring("deliver", own.account, [own.account] * bells.IDS_PER_BELL * bells.ENOUGH)
    await rig.until(lambda: asyncio.sleep(0.01, len(jobs_of(own)) == bells.ENOUGH))
    own.desk.bells.announce(own.account)
    await rig.until(lambda: asyncio.sleep(0.01, not own.desk.bells._announcing))
    await own.desk.bells.close()
    assert len(jobs_of(own)) == bells.ENOUGH


async def test_a_store_that_is_away_costs_a_bell_and_nothing_else(world):
    async def away(_account_id):
        raise StoreUnavailable

    world.desk.bells._listens = away
    world.desk.bells.announce(world.account)
    await rig.until(lambda: asyncio.sleep(0.01, not world.desk.bells._announcing))
    assert jobs_of(world) == []


async def test_who_is_asking_whether_somebody_listens_is_not_left_behind_at_the_end(valkey):
    asked, wrong = asyncio.Event(), []

    async def listens(_account_id):
        asked.set()
        await asyncio.sleep(0.05)
        return True

    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: wrong.append(context))
    mine = bells.Bells(valkey.url, listens)
    mine.announce(rig.new_account())
    await asked.wait()
    await mine.close()
    left = [each for each in asyncio.all_tasks() if "_announce" in repr(each)]
    await asyncio.gather(*left, return_exceptions=True)
    assert (left, wrong) == ([], [])


async def test_the_clock_rings_for_events_and_deliveries_that_nobody_was_rung_for(world, receiver):
    endpoint = await listen(world, receiver)
    await tick(world.desk, Silence())
    assert jobs_of(world) == []

    await world.desk.store.client.xadd(
        f"{{{world.account}}}:events",
        {"type": "order.accepted", "id": "o", "kind": "lidb", "state": "accepted", "version": 1},
    )
    await tick(world.desk, Silence())
    assert len(await rung(world)) == 1
    receiver.answer = lambda _told: 500
    await bring(world)

    await tick(world.desk, Silence())
    later(world, 10)
    await tick(world.desk, Silence())
    await world.desk.bells.close()
    assert len(jobs_of(world)) == 2
    assert (await world.api.get(door(world, endpoint))).json()["waiting"] == 1


async def test_one_round_brings_the_events_of_all_accounts(valkey, receiver):
    async with listening(valkey) as world:
        accounts = (world.account, rig.new_account())
        settings = world.settings.model_copy(update={"accounts": accounts})
        object.__setattr__(world.desk, "settings", settings)
        endpoint = await listen(world, receiver)
        await ping(world, endpoint)
        await deliver.Deliveries(world.desk, accounts[1], lambda: False).run()
    assert [each.type for each in receiver.told] == ["ping"]


async def test_a_round_that_is_told_to_stop_ends_what_it_has_begun_and_takes_nothing(world, receiver):
    endpoint = await listen(world, receiver)
    await ping(world, endpoint)
    await deliver.Deliveries(world.desk, world.account, lambda: True).run()
    assert receiver.told == []

    stopping = []
    receiver.answer = lambda _told: stopping.append(True) or 200
    for _ in range(12):
        await ping(world, endpoint)
    await deliver.Deliveries(world.desk, world.account, lambda: bool(stopping)).run()
    found = (await world.api.get(door(world, endpoint, "deliveries"))).json()["deliveries"]
    delivered = [each for each in found if each["status"] == "delivered"]
    assert len(delivered) == len(receiver.told) < 13


async def test_a_store_that_goes_away_ends_the_round(receiver):
    with rig.valkey() as server:
        async with listening(server) as world:
            await listen(world, receiver)
            server.kill()
            await bring(world)
            server.start_again()


def test_the_job_enters_its_workers_loop_alone(monkeypatch):
    entered = []

    class Round:
        def __init__(self, *given):
            entered.append(given)

        async def run(self):
            entered.append("ran")

    monkeypatch.setattr(deliver, "Deliveries", Round)
    stopping = bool
    worker = SimpleNamespace(alone=lambda work: asyncio.run(work("the desk", stopping)))
    monkeypatch.setattr(deliver.WorkerProcess, "_current", worker)

    deliver.deliver("9900000", ["9900000"])

    assert entered == [("the desk", "9900000", stopping), "ran"]
