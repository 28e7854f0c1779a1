"""Looking names up in threads of their own."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
import rig
from hostile_endpoints import endpoint

from service.outgoing.resolver import Resolver
from service.outgoing.sender import Sender


@pytest.fixture
def name_server(monkeypatch):
    """A name server that answers when it is told to."""
    answer = threading.Event()

    def getaddrinfo(host, port, **_):
        answer.wait(10)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * 2

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield answer
    answer.set()


async def test_this_machines_name_leads_to_it():
    assert "127.0.0.1" in await Resolver()("localhost", 80)


async def test_a_name_that_there_is_not_is_an_error():
    with pytest.raises(socket.gaierror):
        await Resolver()("nothing.invalid", 80)


async def test_an_address_is_told_once(name_server):
    name_server.set()
    assert await Resolver()("hooks.example.com", 80) == ["127.0.0.1"]


async def test_a_look_up_that_nobody_waits_for_keeps_its_place_until_it_ends(name_server):
    resolver = Resolver(most=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(resolver("slow.example.com", 80), 0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(resolver("hooks.example.com", 80), 0.05)

    name_server.set()
    assert await asyncio.wait_for(resolver("hooks.example.com", 80), 15) == ["127.0.0.1"]


async def test_other_names_of_the_process_do_not_wait_for_it(name_server):
    resolver = Resolver()
    waiting = [asyncio.create_task(resolver(f"slow-{each}.example.com", 80)) for each in range(40)]
    # the loop's own threads, which Redis and Bandwidth are looked up in
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 15) == "free"
    name_server.set()
    assert await asyncio.gather(*waiting) == [["127.0.0.1"]] * 40


def test_a_look_up_does_not_hold_up_the_end_of_a_loop(name_server):
    before = set(threading.enumerate())

    async def give_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Resolver()("slow.example.com", 80), 0.05)

    asyncio.run(give_up())
    name_server.set()
    for thread in set(threading.enumerate()) - before:
        assert thread.daemon
        thread.join(2)
        assert not thread.is_alive()


async def test_a_sender_asks_it_by_default():
    async def behave(made, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 Yes\r\n\r\n")

    sender = Sender(rig.settings_for("redis://127.0.0.1:9", "5500001", outgoing_allow=("localhost",)))
    async with endpoint(behave) as there:
        assert (await sender.send(there.url(host="localhost"), {}, b"")).status == 204
