"""The two drivers on real sockets: what they say of a connection that breaks, and that they let go of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading

import httpx
import pytest
import rig
from conversation import order

from service.client import AsyncOrderTracker, ConnectionFailed, OrderTracker, TrackerClosed, UnexpectedAnswer

ORDER = json.dumps(order()).encode()
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(ORDER), ORDER)
CUT = GOOD[:-5]
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
EVENT = b'id: 1-0\nevent: order.updated\ndata: {"type": "order.updated", "id": "evt"}\n\n'


class Peer:
    """Answers each connection's first request with the next of some bytes, and closes it."""

    def __init__(self, answers):
        self.heads = []
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        for each in self._answers:
            connection, _ = self._socket.accept()
            with connection:
                self.heads.append(connection.recv(65_536))
                connection.sendall(each)

    def close(self):
        self._socket.close()
        self._thread.join(5)


@contextlib.contextmanager
def peer(*answers):
    made = Peer(answers)
    try:
        yield made
    finally:
        made.close()


async def call(blocking, url, name, *args, **settings):
    """Make one call with either client."""
    if blocking:
        with OrderTracker(url, "a-token", "9900000", **settings) as tracker:
            return await asyncio.to_thread(getattr(tracker, name), *args)
    async with AsyncOrderTracker(url, "a-token", "9900000", **settings) as tracker:
        return await getattr(tracker, name)(*args)


both = pytest.mark.parametrize("blocking", [True, False], ids=["blocking", "awaiting"])


@both
async def test_a_tracker_that_is_not_there_got_nothing(blocking):
    with pytest.raises(ConnectionFailed, match="cannot be reached") as raised:
        await call(blocking, f"http://127.0.0.1:{rig.free_port()}", "cancel", "x", retries=0)
    assert raised.value.sent is False


@both
@pytest.mark.parametrize("answer", [b"", CUT, b"nonsense\r\n\r\n"])
async def test_an_answer_that_breaks_off_may_have_arrived_and_a_decision_is_not_sent_again(blocking, answer):
    with peer(answer) as there:
        with pytest.raises(ConnectionFailed, match="gave no whole answer") as raised:
            await call(blocking, there.url, "cancel", "x")
        assert raised.value.sent is True
        assert "a-token" not in f"{raised.value!r}"
    assert len(there.heads) == 1


@both
async def test_what_may_be_repeated_is_and_finds_the_answer(blocking):
    with peer(b"", CUT, GOOD) as there:
        assert (await call(blocking, there.url, "get", "x")).id == "an-order"
    assert [each.partition(b"\r\n")[0] for each in there.heads] == [b"GET /v1/accounts/9900000/orders/x HTTP/1.1"] * 3
    assert all(b"authorization: bearer a-token" in each.lower() for each in there.heads)


@both
async def test_a_tracker_that_says_nothing_is_given_up_in_time(blocking):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ConnectionFailed) as raised:
            await call(blocking, url, "get", "x", timeout=0.2, retries=0)
        assert raised.value.sent is True


@both
async def test_a_redirect_is_not_followed(blocking):
    moved = b"HTTP/1.1 301 Moved\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n"
    with peer(moved) as there, pytest.raises(UnexpectedAnswer, match=r"leads to https://evil\.example/"):
        await call(blocking, there.url, "get", "x")


def test_a_stream_is_connected_again_and_closed_when_the_listener_goes():
    with (
        peer(STREAM + EVENT, STREAM + EVENT + b": more") as there,
        OrderTracker(there.url, "a-token", "9900000") as tracker,
    ):
        events = tracker.events()
        assert [next(events).place, next(events).place] == ["1-0", "1-0"]
        assert (b"last-event-id" in there.heads[0].lower(), b"Last-Event-ID: 1-0" in there.heads[1]) == (False, True)
        events.close()
        assert len(tracker._http._transport._pool.connections) == 0


async def test_a_stream_is_connected_again_and_closed_when_the_listener_goes_awaited():
    with peer(STREAM + EVENT, STREAM + EVENT + b": more") as there:
        async with AsyncOrderTracker(there.url, "a-token", "9900000") as tracker:
            events = tracker.events()
            assert [(await anext(events)).place, (await anext(events)).place] == ["1-0", "1-0"]
            assert b"Last-Event-ID: 1-0" in there.heads[1]
            await events.aclose()
            assert len(tracker._http._transport._pool.connections) == 0


async def test_a_client_that_was_given_is_left_open():
    def answer(request):
        return httpx.Response(200, json=order())

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        with OrderTracker("http://tracker", "a-token", "1", http=http) as tracker:
            assert tracker.get("x").state == "accepted"
        assert not http.is_closed
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as awaited:
        async with AsyncOrderTracker("http://tracker", "a-token", "1", http=awaited) as tracker:
            assert (await tracker.get("x")).state == "accepted"
        assert not awaited.is_closed


@both
async def test_a_call_after_the_end_says_so_and_one_that_is_under_way_ends(blocking):
    with peer(STREAM + EVENT) as there:
        tracker = (OrderTracker if blocking else AsyncOrderTracker)(there.url, "a-token", "9900000")
        events = tracker.events()
        assert (next(events) if blocking else await anext(events)).place == "1-0"
        tracker.close() if blocking else await tracker.aclose()
        for each in (lambda: tracker.get("x"), lambda: next(events) if blocking else anext(events)):
            with pytest.raises(TrackerClosed, match="This tracker is closed"):
                await each()


@both
async def test_an_error_that_is_no_end_stays_what_it_is(blocking):
    def fail(_request):
        raise RuntimeError("another")

    http = (httpx.Client if blocking else httpx.AsyncClient)(transport=httpx.MockTransport(fail))
    with pytest.raises(RuntimeError, match="another"):
        await call(blocking, "http://tracker", "get", "x", http=http)
    http.close() if blocking else await http.aclose()
    with pytest.raises(TrackerClosed, match="given as `http`"):
        await call(blocking, "http://tracker", "get", "x", http=http)


def test_methods_look_like_methods():
    with OrderTracker("http://tracker", "a-token") as tracker:
        assert tracker.get.__name__ == "get"
        assert tracker.get.__doc__ == OrderTracker.get.__doc__ == AsyncOrderTracker.get.__doc__
        assert tracker.get.__doc__.startswith("Return an order")
