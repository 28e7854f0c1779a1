"""RQ's worker as we use it tells its server once that it lives where RQ tells it often."""

from __future__ import annotations

import pytest
import rig
from rq import Queue
from rq.worker import WorkerStatus

from service.store.server.connecting import connect_blocking
from workers import bell_worker
from workers.bell_worker import BellWorker


@pytest.fixture
def worker(valkey):
    queue = Queue(f"bells-{rig.new_account()}", connection=connect_blocking(valkey.url))
    made = BellWorker([queue], connection=queue.connection, worker_ttl=20)
    made.on_answer, made.is_stopping = (lambda: None), (lambda: False)
    made.register_birth()
    return made


@pytest.fixture
def told(worker):
    """Return what the server knows of the worker, after forgetting when it told of itself last."""

    def look():
        at = worker.connection.hget(worker.key, "last_heartbeat")
        worker.connection.hdel(worker.key, "last_heartbeat")
        return bool(at)

    look()
    return look


def test_that_it_lives_is_told_once_in_a_while(worker, told):
    worker.heartbeat()
    assert told()
    assert 20 < worker.connection.ttl(worker.key) <= 80
    worker.heartbeat()
    assert not told()


def test_after_a_while_it_is_told_again(worker, told, monkeypatch):
    worker.heartbeat()
    told()
    monkeypatch.setattr(bell_worker, "LATELY_SECONDS", 0)
    worker.heartbeat()
    assert told()


def test_a_job_that_was_just_taken_tells_of_it_when_it_is_prepared(worker, told, monkeypatch):
    monkeypatch.setattr(bell_worker, "LATELY_SECONDS", 0)
    worker._dequeue_strategy = "default"
    worker.reorder_queues(worker.queues[0])
    worker.heartbeat()
    assert not told()
    with worker.connection.pipeline() as together:
        worker.heartbeat(660, together)
        together.execute()
    assert told()
    worker.heartbeat()
    assert told()


def test_what_it_does_is_told_when_it_changes(worker):
    worker.set_state(WorkerStatus.IDLE)
    worker.connection.hdel(worker.key, "state")
    worker.set_state(WorkerStatus.IDLE)
    assert worker.connection.hget(worker.key, "state") is None
    worker.set_state(WorkerStatus.BUSY)
    assert worker.connection.hget(worker.key, "state") in (b"busy", "busy")
