"""Listening: who hears what, at which cost, and what becomes of it when the store or an event is not as it must be."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import rig

from service import wiring
from service.errors import StoreUnavailable, TooManyListeners
from service.event import Event
from service.listening import listener as listeners
from service.listening import places, reader
from service.listening.audience import Audience
from service.listening.interest import Interest
from service.listening.listener import Listener
from service.listening.places import Places
from service.store import keys
from service.store.events import stream
from service.store.events.stream import Entry, Place

ALL = Interest()
CLIENT = "a-client"


@pytest.fixture
async def desk(valkey):
    made = wiring.build(
        rig.settings_for(valkey.url, rig.new_account(), accounts=(rig.new_account(), rig.new_account()))
    )
    yield made
    await made.close()


@pytest.fixture
def account(desk):
    return desk.settings.accounts[0]


def entry(number, order="an-order"):
    return Entry(Place(number, 0), Event("evt", "order.updated", number, "9", order, "lidb", "received", 1))


async def write(desk, account, state, place="*"):
    fields = {"type": "order.updated", "id": "an-order", "kind": "lidb", "state": state, "version": 1}
    return await desk.store.client.xadd(keys.events(account), fields, id=place)


async def heard(listener, count=1):
    found = []
    async with asyncio.timeout(10):
        while len(found) < count:
            found += await listener.news(10)
    return [each.event.state for each in found]


async def behind(listener):
    async with asyncio.timeout(10):
        while not listener.is_behind:
            await listener.news(10)
    listener.catch_up()


async def test_whatever_happens_after_joining_is_heard_however_long_it_takes_to_ask(desk, account):
    await write(desk, account, "before")
    async with desk.listening.to(account, ALL, CLIENT) as listener:
        await write(desk, account, "between")
        await write(desk, account, "after")
        assert await heard(listener, 2) == ["between", "after"]
        assert await listener.news(0.01) == []


async def test_an_event_costs_what_it_has_listeners_and_not_what_there_are():
    audience, asked = Audience(), []

    def interest(order):
        return SimpleNamespace(orders={order} if order else set(), takes=lambda _: asked.append(order) or True)

    there = [Listener(interest(each)) for each in ("one", "two", "", *(f"other-{at}" for at in range(100)))]
    for each in there:
        audience.join(each)
    audience.hear(entry(1, "one"))
    assert sorted(asked) == ["", "one"]
    assert [len(await each.news(0)) for each in there[:3]] == [1, 0, 1]

    for each in there:
        audience.leave(each)
    audience.hear(entry(2, "one"))
    assert (len(audience), len(asked), audience._of_order) == (0, 2, {})


async def test_a_listener_keeps_so_many_events_and_then_reads_them_from_the_stream(monkeypatch):
    monkeypatch.setattr(listeners, "MOST", 2)
    listener = Listener(ALL)
    listener.hear(entry(1))
    listener.hear(entry(2))
    assert (listener.is_behind, len(await listener.news(0))) == (False, 2)
    for number in range(3):
        listener.hear(entry(number))
    assert (listener.is_behind, await listener.news(10)) == (True, [])
    listener.catch_up()
    began = time.monotonic()
    assert await listener.news(0.02) == []  # nothing is left that would wake it
    assert time.monotonic() - began >= 0.02
    listener.hear(entry(4))
    assert [each.place.ms for each in await listener.news(10)] == [4]


def test_a_client_has_a_fifth_of_the_places_and_gives_back_each_that_it_took():
    taken = Places()
    with ExitStack() as held:
        for client in "abcd":
            for _ in range(places.SHARE):
                held.enter_context(taken.taken_by(client))
            with pytest.raises(TooManyListeners, match=f"client {client} has 1000"), taken.taken_by(client):
                pytest.fail("it has its share")
        for at in range(places.SHARE):
            held.enter_context(taken.taken_by(f"another-{at}"))
        with pytest.raises(TooManyListeners, match="process has 5000"), taken.taken_by("one-more"):
            pytest.fail("all are taken")
    assert (len(taken), taken._taken) == (0, {})


async def test_reads_that_block_take_no_connection_from_requests(desk):
    one, other = desk.settings.accounts
    async with (
        desk.listening.to(one, ALL, CLIENT),
        desk.listening.to(one, ALL, CLIENT),
        desk.listening.to(other, ALL, CLIENT),
    ):

        async def are_blocked():
            return len(desk.store._servers.node.following.connection_pool._in_use_connections) == 2

        await rig.until(are_blocked)
        assert len(desk.store.client.connection_pool._in_use_connections) == 0


async def test_after_an_outage_it_goes_on_after_the_last_event_that_it_has_told(desk, account, monkeypatch):
    follow, away = stream.follow, asyncio.Event()

    async def follow_or_fail(store, *of):
        if away.is_set():
            raise StoreUnavailable
        return await follow(store, *of)

    monkeypatch.setattr(stream, "follow", follow_or_fail)
    async with desk.listening.to(account, ALL, CLIENT) as listener:
        await write(desk, account, "first")
        assert await heard(listener) == ["first"]
        away.set()
        await write(desk, account, "second")
        assert await heard(listener) == ["second"]  # it was reading already
        assert await listener.news(10) == []  # woken, to see that the store is away
        await write(desk, account, "third")
        away.clear()
        assert await heard(listener) == ["third"]
        assert not listener.is_behind


async def test_a_server_that_lacks_the_last_events_makes_listeners_look_and_hears_what_is_new_there(
    desk, account, monkeypatch
):
    monkeypatch.setattr(reader, "PAUSE_SECONDS", 0.01)
    await write(desk, account, "kept", "1000-0")
    async with desk.listening.to(account, ALL, CLIENT) as listener:
        await write(desk, account, "lost", "5000-0")
        assert await heard(listener) == ["lost"]
        await _another_server(desk, account, monkeypatch)
        await behind(listener)
        assert desk.listening.place(account) == Place(1000, 0)
        await write(desk, account, "new", "2000-0")
        assert await heard(listener) == ["new"]
    page = await stream.after(desk.store, account, Place(5000, 0))
    assert (page.is_whole, page.end) == (False, Place(2000, 0))


async def _another_server(desk, account, monkeypatch):
    """A server takes the place of the first one, with the same stream up to 1000-0."""
    follow, failed = stream.follow, asyncio.Event()

    async def fail_once(store, *of):
        if failed.is_set():
            return await follow(store, *of)
        await desk.store.client.delete(keys.events(account))
        await write(desk, account, "kept", "1000-0")
        failed.set()
        raise StoreUnavailable

    monkeypatch.setattr(stream, "follow", fail_once)
    await failed.wait()


async def test_an_event_that_cannot_be_read_is_told_in_the_log_and_leaves_nobody_deaf(desk, account, logs, monkeypatch):
    monkeypatch.setattr(reader, "PAUSE_SECONDS", 0.01)
    async with desk.listening.to(account, ALL, CLIENT) as listener:
        await desk.store.client.xadd(keys.events(account), {"type": "nonsense"})
        await behind(listener)
        await write(desk, account, "after")
        assert await heard(listener) == ["after"]
    (line,) = [each for each in logs if each["event"] == "listening.failed"]
    assert (line["account"], line["log_level"], type(line["exc_info"])) == (account, "error", KeyError)


async def test_who_comes_when_the_store_is_away_or_the_process_ends_leaves_no_trace(desk, account):
    desk.listening.drain()
    async with desk.listening.to(account, ALL, CLIENT) as listener:
        assert listener.has_ended
        assert await listener.news(60) == []

    away = wiring.build(rig.settings_for(f"redis://127.0.0.1:{rig.free_port()}/0", account))
    with pytest.raises(StoreUnavailable):
        async with away.listening.to(account, ALL, CLIENT):
            pytest.fail("nobody can listen")
    assert len(away.listening) == len(desk.listening) == 0
    await away.close()
