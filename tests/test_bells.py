"""Bells: collected, rung together, and never a burden while the queue's server is away."""

from __future__ import annotations

import asyncio

import rig

from service import bells
from service.bells import Bells


async def waiting(ringer, step):
    return bells.queue(step, ringer._connection).count


async def test_many_rings_become_few_jobs_of_a_hundred_ids_each(valkey):
    ringer = Bells(valkey.url)
    before = await waiting(ringer, "submit")
    for number in range(250):
        ringer.ring("submit", "9900000", [f"order-{number}"])

    async def rung():
        return await waiting(ringer, "submit") == before + 3

    await rig.until(rung)
    jobs = bells.queue("submit", ringer._connection).jobs[-3:]
    assert [len(job.args[1]) for job in jobs] == [100, 100, 50]
    assert {job.args[0] for job in jobs} == {"9900000"}
    assert [job.description for job in jobs] == [f"submit {len(job.args[1])} of 9900000" for job in jobs]
    assert {job.func_name for job in jobs} == {"workers.submit.submit"}
    await ringer.close()


async def test_closing_rings_what_is_left(valkey):
    ringer = Bells(valkey.url)
    ringer.ring("check", "9900000", ["last"])
    await ringer.close()
    other = Bells(valkey.url)
    assert bells.queue("check", other._connection).jobs[-1].args == ["9900000", ["last"]]
    await other.close()


async def test_closing_rings_what_came_while_the_last_bell_was_rung(valkey):
    ringer = Bells(valkey.url)
    ringer.ring("check", "9900000", ["first"])
    ringer._timer.cancel()
    ringer._send()
    ringer.ring("check", "9900000", ["later"])
    ringer._thread.submit(int).result()
    while not ringer._ringing.done():  # noqa: ASYNC110  (closed before it hears of the end)
        await asyncio.sleep(0)

    await ringer.close()

    other = Bells(valkey.url)
    assert bells.queue("check", other._connection).jobs[-1].args == ["9900000", ["later"]]
    await other.close()


async def test_a_busy_process_rests_between_two_rings_unless_it_ends(valkey, monkeypatch):
    monkeypatch.setattr(bells, "REST", 1e6)
    monkeypatch.setattr(bells, "MOST_REST_SECONDS", 60)
    ringer = Bells(valkey.url)
    ringer.ring("check", "9900000", ["first"])

    async def rung():
        return ringer._rested_at > 0

    await rig.until(rung)
    ringer.ring("check", "9900000", ["second"])
    assert ringer._timer.when() == ringer._rested_at > asyncio.get_running_loop().time() + 50

    await ringer.close()

    other = Bells(valkey.url)
    assert bells.queue("check", other._connection).jobs[-1].args == ["9900000", ["second"]]
    await other.close()


async def test_while_the_queues_server_hangs_ids_are_collected_and_not_tasks():
    with rig.valkey() as server:
        ringer = Bells(server.url)
        server.pause()
        for number in range(2_000):
            ringer.ring("submit", "9900000", [f"order-{number}"])
            await asyncio.sleep(0)
        assert ringer._thread._work_queue.qsize() <= 1
        server.go_on()

        async def rung():
            jobs = bells.queue("submit", ringer._connection).jobs
            return sum(len(job.args[1]) for job in jobs) == 2_000 and len(jobs) < 30

        await rig.until(rung)
        await ringer.close()


async def test_more_ids_than_can_wait_are_left_to_the_clock(valkey, monkeypatch):
    monkeypatch.setattr(bells, "MOST_PENDING", 10)
    ringer = Bells(valkey.url)
    before = await waiting(ringer, "check")
    ringer.ring("check", "9900000", [f"order-{number}" for number in range(50)])
    await ringer.close()
    other = Bells(valkey.url)
    assert await waiting(other, "check") == before + 1
    assert len(bells.queue("check", other._connection).jobs[-1].args[1]) == 10
    await other.close()


async def test_a_ring_that_fails_is_the_clocks_business():
    ringer = Bells(f"redis://127.0.0.1:{rig.free_port()}/0")
    ringer.ring("submit", "9900000", ["lost"])
    await ringer.close()
