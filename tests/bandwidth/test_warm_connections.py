"""Connections to Bandwidth: kept, lent to one request at a time, and not written to once the other side closed them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl

import httpcore
import httpx
import pytest
import rig

from service.bandwidth.bounded_transport import BoundedTransport
from service.bandwidth.warm_connections import WarmConnections

_TIMES = {"timeout": {"pool": 0.05, "read": 5.0}}


class Peer:
    """Answers each request once it may, and closes its connections when told to."""

    def __init__(self):
        self.opened, self.asked, self.ended = [], 0, 0
        self.may = asyncio.Event()
        self.may.set()
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    async def serve(self, reader, writer):
        self.opened.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                await self.may.wait()
                writer.write(self.answer)
        writer.close()
        self.ended += 1


@pytest.fixture
async def peer():
    made = Peer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    made.may.set()
    for each in made.opened:
        each.close()
    server.close()
    await server.wait_closed()


def warm(peer, most=2, idle_seconds=30.0):
    return WarmConnections(httpcore.URL(peer.url).origin, ssl.create_default_context(), most, idle_seconds)


async def ask(connections, peer):
    response = await connections.send(httpcore.Request("GET", peer.url, headers={"Host": "h"}, extensions=_TIMES))
    try:
        return await response.aread()
    finally:
        await response.aclose()


async def met(condition):
    async def now():
        return condition()

    await rig.until(now)


async def test_one_request_after_the_other_goes_over_one_connection(peer):
    connections = warm(peer)
    assert [await ask(connections, peer) for _ in range(5)] == [b"ok"] * 5
    assert len(peer.opened) == 1

    await connections.close()
    await met(lambda: peer.ended == 1)


async def test_there_are_at_most_so_many_and_who_waits_too_long_is_told_before_a_byte(peer):
    connections = warm(peer, most=1)
    peer.may.clear()
    first = asyncio.create_task(ask(connections, peer))
    await met(lambda: peer.asked == 1)

    with pytest.raises(httpcore.PoolTimeout):
        await ask(connections, peer)
    assert peer.asked == 1

    second = asyncio.create_task(ask(connections, peer))
    peer.may.set()
    assert [await first, await second] == [b"ok", b"ok"]
    assert len(peer.opened) == 1
    await connections.close()


async def test_one_that_the_other_side_has_closed_is_not_written_to(peer):
    connections = warm(peer)
    await ask(connections, peer)
    peer.opened[0].close()
    await met(connections._idle[0][1].has_expired)

    assert await ask(connections, peer) == b"ok"
    assert len(peer.opened) == 2
    await connections.close()


async def test_one_that_was_idle_for_long_is_closed(peer):
    connections = warm(peer, idle_seconds=0.02)
    await ask(connections, peer)
    await asyncio.sleep(0.03)

    await ask(connections, peer)
    await met(lambda: peer.ended == 1)
    assert len(peer.opened) == 2
    await connections.close()


@pytest.mark.parametrize("answer", [b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"])
async def test_a_broken_answer_costs_its_connection_and_no_place(peer, answer):
    connections = warm(peer, most=1)
    peer.answer = answer
    broken = asyncio.create_task(ask(connections, peer))
    await met(lambda: peer.asked == 1)
    peer.opened[0].close()
    with pytest.raises(httpcore.RemoteProtocolError):
        await broken

    peer.answer = Peer().answer
    assert await ask(connections, peer) == b"ok"
    await connections.close()


async def test_a_request_that_is_given_up_costs_its_connection_and_no_place(peer):
    connections = warm(peer, most=1)
    peer.may.clear()
    given_up = asyncio.create_task(ask(connections, peer))
    await met(lambda: peer.asked == 1)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up

    peer.may.set()
    assert await ask(connections, peer) == b"ok"
    assert len(peer.opened) == 2
    await connections.close()


async def test_a_request_that_meets_the_end_of_a_used_connection_is_sent_once_and_told_as_broken(peer):
    """Whether Bandwidth has acted is not known: who sends it again decides that, after a search."""
    transport = BoundedTransport(peer.url, ssl.create_default_context(), most=1, idle_seconds=30)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        assert (await client.post(peer.url, content=b"")).text == "ok"
        peer.may.clear()
        broken = asyncio.create_task(client.post(peer.url, content=b""))
        await met(lambda: peer.asked == 2)
        peer.opened[0].transport.abort()

        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await broken
        peer.may.set()
        assert (len(peer.opened), peer.asked) == (1, 2)
        assert (await client.post(peer.url, content=b"")).text == "ok"
    assert (len(peer.opened), peer.asked) == (2, 3)


async def echo(reader, writer):
    """Answer each request with its address, in two parts."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(path))
            await asyncio.sleep(0)
            writer.write(path)
    writer.close()


async def test_requests_given_up_at_any_moment_leave_every_place_and_no_answer_to_another():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    transport = BoundedTransport(url, ssl.create_default_context(), most=4, idle_seconds=30)
    dice = random.Random(7)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        for _ in range(15):
            tasks = {f"/{at}": asyncio.create_task(client.get(f"{url}/{at}")) for at in range(40)}
            for each in tasks.values():
                asyncio.get_running_loop().call_later(dice.random() * 0.015, each.cancel)
            await asyncio.wait(tasks.values())

            told = {path: each.result().text for path, each in tasks.items() if not each.cancelled()}

            assert told == {path: path for path in told}
        assert transport._connections._free._value == 4
        assert len(transport._connections._idle) <= 4
    server.close()


@pytest.mark.parametrize(
    "error",
    [
        httpcore.ConnectError,
        httpcore.ConnectTimeout,
        httpcore.ReadError,
        httpcore.ReadTimeout,
        httpcore.WriteError,
        httpcore.WriteTimeout,
        httpcore.PoolTimeout,
        httpcore.LocalProtocolError,
        httpcore.RemoteProtocolError,
    ],
)
async def test_what_goes_wrong_is_told_in_httpx_words(peer, monkeypatch, error):
    async def fail(*_):
        raise error("so")

    monkeypatch.setattr(WarmConnections, "send", fail)
    transport = BoundedTransport(peer.url, ssl.create_default_context(), most=1, idle_seconds=1)
    with pytest.raises(getattr(httpx, error.__name__), match="so"):
        await transport.handle_async_request(httpx.Request("GET", peer.url))
