"""The stream of events, as a conversation: it connects again, misses nothing, and backs off."""

from __future__ import annotations

import json

import pytest
from conversation import LOST, UNREACHED, Calls, Clock, foreign, problem

from service.client import ConnectionFailed, StoreUnavailable, Unauthenticated, UnexpectedAnswer
from service.client.exchange import Response

OPENED = Response(200, {"content-type": "text/event-stream"})
OPENING = b"retry: 1000\nid: 10-0\n\n"
END = b""


def sent(place, type_="order.updated", **data):
    told = {"type": type_, "id": f"evt_{place}", "timestamp": "2026-03-01T09:30:00.123Z", "data": data}
    return f"id: {place}\nevent: {type_}\ndata: {json.dumps(told)}\n\n".encode()


def test_events_are_handed_out_as_they_come_with_their_place():
    first = sent("11-0", "order.accepted", order_id="an-order", kind="lidb", state="accepted", version=1)
    led = Calls().lead("events", state=["open", "ended"], answers=[OPENED, OPENING + first[:20], first[20:]], items=1)
    (event,) = led.items
    assert (event.place, event.id, event.type, event.kind) == ("11-0", "evt_11-0", "order.accepted", "lidb")
    assert (event.order_id, event.state, event.version) == ("an-order", "accepted", 1)
    assert event.timestamp.isoformat() == "2026-03-01T09:30:00.123000+00:00"
    assert led.streams[0].query == (("state", "open"), ("state", "ended"))
    assert "Last-Event-ID" not in led.streams[0].headers


@pytest.mark.parametrize("end", [END, LOST])
def test_a_lost_connection_is_made_again_after_the_last_event(end):
    answers = [OPENED, OPENING, sent("11-0"), sent("12-0"), end, OPENED, sent("13-0")]
    led = Calls().lead("events", last_event_id="9-0", answers=answers, items=3)
    assert [each.headers["Last-Event-ID"] for each in led.streams] == ["9-0", "12-0"]
    assert led.pauses == pytest.approx([1.25])


def test_a_stream_that_told_where_it_stands_misses_nothing_although_there_was_no_event_yet():
    led = Calls().lead("events", answers=[OPENED, OPENING, LOST, OPENED, sent("11-0")], items=1)
    assert [each.headers.get("Last-Event-ID") for each in led.streams] == [None, "10-0"]


def test_what_lies_before_the_place_is_told_as_a_reset():
    reset = b'id: 20-0\nevent: reset\ndata: {"type": "reset", "data": {"after": "1-0", "do": "Read the list."}}\n\n'
    (event,) = Calls().lead("events", last_event_id="1-0", answers=[OPENED, reset], items=1).items
    assert (event.type, event.id, event.place, event.data["after"]) == ("reset", "", "20-0", "1-0")


def test_pauses_grow_until_something_is_heard_again():
    answers = [OPENED, b": still here\n\n", LOST, *[UNREACHED] * 3, OPENED, b": still here\n\n", LOST, OPENED]
    led = Calls().lead("events", answers=[*answers, sent("1-0")], items=1)
    assert led.pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 0.2])


def test_a_tracker_that_asks_for_time_gets_it():
    answers = [problem(503, "too-many-listeners", retry_after="7"), OPENED, sent("1-0")]
    assert Calls().lead("events", answers=answers, items=1).pauses == pytest.approx([8.75])


@pytest.mark.parametrize(
    ("answer", "error"), [(problem(401, "unauthenticated"), Unauthenticated), (foreign(404), UnexpectedAnswer)]
)
def test_what_will_not_change_ends_the_stream(answer, error):
    with pytest.raises(error):
        Calls().lead("events", answers=[OPENED, OPENING, LOST, answer])


def test_a_tracker_that_stays_away_ends_the_stream_and_one_that_never_was_there_sooner():
    calls = Calls(seconds=10.0)
    with pytest.raises(ConnectionFailed):
        calls.lead("events", answers=[UNREACHED] * 7)
    assert 10 < calls.clock.now < 20
    calls = Calls(Clock(1000.0), seconds=10.0)
    with pytest.raises(StoreUnavailable):
        calls.lead("events", answers=[OPENED, OPENING, LOST, *[problem(503, "store-unavailable")] * 11], patience=60)
    assert 1060 < calls.clock.now < 1080


def test_whoever_wants_to_listen_for_ever_does():
    answers = [UNREACHED] * 500 + [OPENED, sent("1-0")]
    assert len(Calls().lead("events", answers=answers, patience=None, items=1).items) == 1


@pytest.mark.parametrize("data", [b"nonsense", b"[1, 2]", b"{"])
def test_an_event_that_is_none_of_the_trackers_is_said(data):
    if data.startswith(b"["):
        led = Calls().lead("events", answers=[OPENED, b"event: x\ndata: %b\n\n" % data], items=1)
        assert led.items[0].type == "x"
    else:
        with pytest.raises(UnexpectedAnswer, match="not JSON"):
            Calls().lead("events", answers=[OPENED, b"data: %b\n\n" % data], items=1)
