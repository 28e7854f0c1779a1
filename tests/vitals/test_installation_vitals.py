"""How the installation does; what is away is told as away."""

from __future__ import annotations

import time

import pytest
import rig
from rq import Worker

from service import vitals, wiring
from service.bells import WORKS, queue
from service.store.server.connecting import connect_blocking


async def test_workers_bells_and_the_spool_are_counted(valkey, tmp_path):
    settings = rig.settings_for(valkey.url, rig.new_account(), spool_dir=str(tmp_path))
    (tmp_path / "a.spool").write_bytes(b"one\ntwo\n")
    connection = connect_blocking(valkey.url)
    worker = Worker([queue("check", connection)], connection=connection)
    worker.register_birth()
    queue("submit", connection).enqueue("workers.submit.submit", settings.accounts[0], [])
    desk = wiring.build(settings)
    try:
        told = await vitals.installation(desk)
    finally:
        await desk.close()
        worker.register_death()
        connection.close()

    assert told.up
    assert told.workers == {"submit": 0, "check": 1, "deliver": 0}
    assert told.bells == {"submit": 1, "check": 0, "deliver": 0}
    assert told.spooled == 2


@pytest.mark.parametrize("own_queue", [True, False])
async def test_what_is_away_is_told_as_away(valkey, own_queue):
    nowhere = f"redis://127.0.0.1:{rig.free_port()}/0"
    store, bells = (nowhere, valkey.url) if own_queue else (valkey.url, nowhere)
    desk = wiring.build(rig.settings_for(store, rig.new_account(), queue_redis_url=bells))
    try:
        told = await vitals.installation(desk)
    finally:
        await desk.close()

    assert (told.up, told.spooled) == (not own_queue, None)
    assert (set(told.workers), set(told.bells)) == ((set(WORKS),) * 2 if own_queue else (set(), set()))


async def test_what_hangs_is_told_as_away_in_time(valkey, tmp_path):
    """A scraper waits ten seconds at most, and threads that hang would be missed by others."""
    desk = wiring.build(rig.settings_for(valkey.url, rig.new_account(), spool_dir=str(tmp_path)))
    valkey.pause()
    began = time.monotonic()
    try:
        told = await vitals.installation(desk)
        took = time.monotonic() - began
    finally:
        valkey.go_on()
        await desk.close()

    assert (told.up, told.workers, told.bells, told.spooled) == (False, {}, {}, 0)
    assert took < 9.0


async def test_a_spool_that_cannot_be_read_is_told_as_none(valkey, tmp_path):
    (tmp_path / "a.spool").mkdir()
    desk = wiring.build(rig.settings_for(valkey.url, rig.new_account(), spool_dir=str(tmp_path)))
    try:
        told = await vitals.installation(desk)
    finally:
        await desk.close()

    assert (told.up, told.spooled) == (True, None)
