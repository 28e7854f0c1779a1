"""A server that goes is told once, and once when it is back, whatever the number of calls meanwhile."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import OutOfMemoryError

from service.errors import StoreUnavailable
from service.store.server import presence
from service.store.server.presence import Presence

AWAY, FULL = NotConnected("refused"), OutOfMemoryError("no memory")


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(presence, "SETTLED_SECONDS", 0)
    return Presence("store")


def ask(store, operation, error=None):
    expected = pytest.raises(StoreUnavailable, match="did not answer") if error else nullcontext()
    with expected, store.asked(operation):
        if error:
            raise error


def events(logs):
    return [each["event"] for each in logs]


def test_a_server_that_nobody_missed_is_not_told_of(store, logs):
    ask(store, "accept")
    assert logs == []


def test_it_goes_once_and_comes_back_once_with_what_it_cost(store, logs):
    for _ in range(3):
        ask(store, "accept", AWAY)
        ask(store, "read", AWAY)
    ask(store, "read")
    ask(store, "accept")

    assert events(logs) == ["store.away", "store.back"]
    assert "refused" in logs[0]["error"]
    assert logs[1]["failures"] == 6
    assert logs[1]["seconds"] >= 0
    ask(store, "read", AWAY)
    ask(store, "read")
    assert events(logs) == ["store.away", "store.back"] * 2


def test_a_server_that_refuses_writes_is_back_only_once_it_takes_one_again(store, logs):
    ask(store, "accept", FULL)
    for _ in range(3):
        ask(store, "read")
        ask(store, "report", FULL)
        ask(store, "accept", FULL)
    assert events(logs) == ["store.away"]

    ask(store, "report")

    assert events(logs) == ["store.away", "store.back"]


def test_what_was_refused_once_and_is_never_asked_again_does_not_hide_that_it_goes_later(store, logs, monkeypatch):
    """Such as an endpoint's change in the moment of a failover."""
    ask(store, "change_endpoint", FULL)
    monkeypatch.setattr(presence, "FORGOTTEN_SECONDS", 0)
    ask(store, "read")
    assert events(logs) == ["store.away", "store.back"]
    ask(store, "read", AWAY)
    assert events(logs) == ["store.away", "store.back", "store.away"]


def test_one_that_comes_back_without_memory_is_not_back(store, logs):
    ask(store, "read", AWAY)
    ask(store, "accept", FULL)
    ask(store, "read")
    assert events(logs) == ["store.away"]

    ask(store, "accept")

    assert events(logs) == ["store.away", "store.back"]


def test_one_that_comes_and_goes_within_a_second_was_not_back(logs):
    store = Presence("queue")
    for _ in range(3):
        ask(store, "ring", AWAY)
        ask(store, "ring")

    assert events(logs) == ["queue.away"]


def test_a_refusal_is_heard_and_silence_is_not(store):
    ask(store, "read", AWAY)
    assert store.heard_at == 0
    ask(store, "accept", FULL)
    assert store.heard_at > 0
