"""Watching: what is news on a board, and a watch that misses nothing whatever the stream does."""

from __future__ import annotations

import asyncio

import pytest

from service.client import ConnectionFailed, Event, NotFound, Order, Problem
from service.people import board, watching
from service.people.board import Board
from service.people.endings import code_of, stands


def order(name="a", version=1, state="processing"):
    return Order(id=name, kind="lidb", state=state, version=version)


def event(name, version=1, what="order.updated"):
    return Event(type=what, data={"order_id": name, "version": version} if name else {})


def test_only_what_is_newer_is_news():
    made = Board(grows=False)
    assert [made.put(order(version=each)) for each in (2, 2, 1, 3)] == [True, False, False, True]
    assert made.orders["a"].version == 3


def test_events_name_the_orders_to_read_once_each():
    made = Board(grows=False, orders={"a": order(version=3), "b": order("b", 3)})
    heard = [event("a", 3), event("b", 4), event("b", 5), event("stranger", 9), event(None)]
    assert made.wanted(heard) == ["b"]
    assert Board(grows=True, orders=made.orders).wanted(heard) == ["b", "stranger"]


def test_a_board_is_over_when_all_have_ended_or_need_a_person():
    made = Board(grows=False, orders={"a": order(state="partial"), "b": order("b", state="needs_attention")})
    assert (made.is_over, made.moving) == (True, ["b"])
    made.put(order("c"))
    assert (made.is_over, made.moving) == (False, ["b", "c"])
    assert not Board(grows=True).is_over


def test_a_board_that_grows_keeps_the_last_that_moved_at_its_end_and_takes_ended_ones_down_first():
    made = Board(grows=True)
    made.put(order("open"))
    for at in range(board._MOST):
        made.put(order(f"ended-{at}", state="complete"))
    made.put(order("open", 2))
    assert len(made.orders) == board._MOST
    assert ("ended-0" in made.orders, list(made.orders)[-1]) == (False, "open")


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        (["complete", "processing", "held"], 0),
        (["complete", "partial"], 1),
        (["failed"], 1),
        (["rejected"], 1),
        (["cancelled"], 1),
        (["failed", "needs_attention"], 5),
    ],
)
def test_how_orders_stand_is_an_exit_code(states, code):
    assert code_of(states) == code


@pytest.mark.parametrize(
    ("state", "answer"), [("accepted", False), ("uncertain", False), ("needs_attention", True), ("rejected", True)]
)
def test_what_more_is_to_come(state, answer):
    assert stands(order(state=state)) == answer


class Tracker:
    """A tracker whose orders move when they are read, and whose stream says what it is told to."""

    def __init__(self, answers, heard):
        self.answers = {name: list(each) for name, each in answers.items()}
        self.heard = heard

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def get(self, order_id, known=None):
        answers = self.answers[order_id]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def events(self, **_):
        for each in self.heard:
            if isinstance(each, Exception):
                raise each
            yield each
        await asyncio.Event().wait()


async def watched(answers, heard=()):
    seen = []
    session = type("Session", (), {"async_tracker": lambda _self: Tracker(answers, heard)})()
    made = await watching.watch(session, list(answers), lambda _board, changed: seen.extend(changed))
    assert made.is_over
    return [(each.id, each.version) for each in seen]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(watching, "_READS", (0.01,))


async def test_an_event_has_its_order_read_at_once():
    done = [order(), order(version=2, state="complete")]
    assert await watched({"a": done}, [event("a", 2)]) == [("a", 1), ("a", 2)]


async def test_after_a_reset_all_orders_are_read():
    answers = {"a": [order(), order(version=2, state="complete")], "b": [order("b"), order("b", 5, "failed")]}
    assert await watched(answers, [event(None, what="reset")]) == [("a", 1), ("b", 1), ("a", 2), ("b", 5)]


async def test_what_no_event_tells_is_read_all_the_same(quick):
    answers = {"a": [order(), order(), order(version=2, state="complete")]}
    assert await watched(answers) == [("a", 1), ("a", 2)]


async def test_an_outage_is_waited_out(quick):
    away = ConnectionFailed("away")
    answers = {"a": [order(), away, away, order(version=2, state="complete")]}
    assert await watched(answers, [event("a", 2)]) == [("a", 1), ("a", 2)]


async def test_a_stream_that_is_refused_ends_the_watch():
    refused = NotFound(Problem(type="/problems/not-found", status=404))
    with pytest.raises(NotFound):
        await watched({"a": [order()]}, [refused])
