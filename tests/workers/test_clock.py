"""The clock rings for what is overdue, and says so when nobody answers."""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace

import pytest
import rig
import structlog
from structlog.testing import capture_logs

from service import bells
from service.store import ticking
from service.store.server.connecting import connect_blocking
from workers import watch
from workers.clock import SILENT_SECONDS, Silence, tick


async def test_a_tick_rings_once_for_what_is_overdue(world):
    order = await world.submit()
    queue = bells.queue("submit", world.desk.bells._connection)
    # nobody takes what other tests have rung for, and a full queue gets no more
    queue.empty()

    assert await tick(world.desk, Silence()) == 1
    assert await tick(world.desk, Silence()) == 0

    await world.desk.bells.close()
    assert [world.account, [order["id"]]] in [job.args for job in queue.jobs]


async def test_every_tick_leaves_a_sign_of_life(world):
    assert await ticking.last(world.desk.store, world.account) is None
    await tick(world.desk, Silence())
    last = await ticking.last(world.desk.store, world.account)
    assert f"(pid {os.getpid()})" in last.by
    assert last.seconds_ago < 5


async def test_it_goes_on_at_each_account_whatever_it_asks_the_store_for(world):
    """Else many accounts at a slow store would look like a clock that hangs."""
    heard = []
    await tick(world.desk, Silence(), lambda: heard.append(1))
    # submits, checks, what else checkers do, batches, events
    assert len(heard) == 5 * len(world.desk.settings.accounts)


async def test_a_full_queue_gets_no_more_bells(world):
    await world.submit()
    object.__setattr__(world.desk, "settings", world.desk.settings.model_copy(update={"max_bells": 0}))
    assert await tick(world.desk, Silence()) == 0


@pytest.fixture
def _warnings():
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_warnings")
def test_bells_that_nobody_takes_are_told_once_a_minute():
    silence = Silence()
    with capture_logs() as logs:
        told = [second for second in range(0, 200, 10) if silence.notice("submit", 3, float(second))]
    assert told == [60, 120, 180]
    assert {entry["event"] for entry in logs} == {"clock.bells_unanswered"}
    assert all("order-tracker worker submit" in entry["do"] for entry in logs)


def test_a_queue_that_empties_now_and_then_is_no_silence():
    silence = Silence()
    half = SILENT_SECONDS / 2
    assert not any(silence.notice("check", waiting, half * at) for at, waiting in enumerate([1, 0] * 5))


async def bells_of(world):
    """The watches that were rung for in this world's account."""
    await world.desk.bells.close()
    with connect_blocking(world.settings.redis_url) as connection:
        jobs = bells.queue("check", connection).jobs
    return [job for job in jobs if job.func_name == "workers.watch.watch" and job.args[0] == world.account]


async def test_the_first_tick_rings_for_a_watch_and_any_number_of_clocks_ring_once(world):
    for _ in range(3):
        await asyncio.gather(*(tick(world.desk, Silence()) for _ in range(3)))
    assert [job.args for job in await bells_of(world)] == [[world.account, [world.account]]]


async def test_a_watch_is_rung_for_again_an_interval_later(valkey):
    async with rig.world(valkey.url, watch_seconds=0.05) as world:
        await tick(world.desk, Silence())

        async def turn_is_over():
            return not await world.desk.store.client.exists(f"{{{world.account}}}:watch")

        await rig.until(turn_is_over)
        await tick(world.desk, Silence())
        assert len(await bells_of(world)) == 2


async def test_a_full_queue_gets_no_watches_and_the_turn_is_kept_for_later(world):
    object.__setattr__(world.desk, "settings", world.desk.settings.model_copy(update={"max_bells": 0}))
    await tick(world.desk, Silence())
    assert not await world.desk.store.client.exists(f"{{{world.account}}}:watch")
    assert await bells_of(world) == []


def test_the_job_enters_its_workers_loop_and_heals_one_account(monkeypatch):
    healed = []

    async def heal(desk, account_id):
        healed.append((desk, account_id))

    monkeypatch.setattr(watch, "heal", heal)
    worker = SimpleNamespace(beside=lambda _account, work: asyncio.run(work("the desk")))
    monkeypatch.setattr(watch.WorkerProcess, "_current", worker)

    watch.watch("9900000", ["9900000"])

    assert healed == [("the desk", "9900000")]
