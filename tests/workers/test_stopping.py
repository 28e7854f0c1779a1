"""A worker that is told to stop finishes what it has begun, whether or not the queue's server is there."""

from __future__ import annotations

import os
import signal

import pytest
import rig
from rq import Queue
from rq.worker import WorkerStatus

from service import wiring
from service.settings import Settings
from service.store.server.connecting import connect_blocking
from workers import pool
from workers.bell_worker import BellWorker
from workers.lease import SPARE_SECONDS
from workers.process import WorkerProcess


@pytest.fixture
def _handlers():
    kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("_handlers")
def test_a_wish_to_stop_never_raises_into_what_runs_because_the_queue_is_away(valkey):
    asked = []
    worker = BellWorker([Queue("bells", connection=connect_blocking(valkey.url))])
    worker.on_stop = lambda: asked.append(True)
    worker._state = WorkerStatus.BUSY
    worker.connection = connect_blocking(f"redis://127.0.0.1:{rig.free_port()}/0")

    worker.request_stop(signal.SIGTERM, None)

    assert asked == [True]
    assert worker._stop_requested


@pytest.mark.usefixtures("_handlers")
def test_a_wish_that_came_before_rq_listens_is_heard(valkey):
    """Else it waits for bells until it is killed, and whatever ended it waits with it."""
    worker = BellWorker([Queue("nobody-rings", connection=connect_blocking(valkey.url))])
    worker.on_answer, worker.is_stopping = (lambda: None), (lambda: True)
    assert worker.work() is False


def test_the_pool_gives_a_worker_time_for_one_exchange_and_its_report(monkeypatch):
    given = []

    class Watched:
        def __init__(self, _told): ...
        def start(self, *_programs): ...
        def watch(self, _signals): ...
        def end(self, _signals, grace):
            given.append(grace)

    monkeypatch.setattr(pool, "Supervisor", Watched)
    pool.run(1, 0, 0)

    (grace,) = given
    assert grace > Settings.model_fields["exchange_seconds"].default + SPARE_SECONDS


async def test_a_wish_to_stop_during_the_last_look_at_the_store_is_heard(valkey, monkeypatch):
    settings, look = rig.settings_for(valkey.url, rig.new_account()), wiring.Desk.open

    async def asked(desk):
        await look(desk)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(wiring.Desk, "open", asked)
    process = WorkerProcess(settings, "check")
    opened = process._open()
    process._loop.close()
    assert not await opened
