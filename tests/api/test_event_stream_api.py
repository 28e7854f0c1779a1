"""The stream of events: live, resumed, filtered; and what becomes of it when anything else does not go on."""

from __future__ import annotations

import asyncio
import json
import os
import socket

import rig
from event_steps import stream as written
from listening_steps import address, listeners, second_server, streaming, write

from service.clients.registrar import Registrar
from service.doorway import event_frames, event_response
from service.event import Event, event_json
from service.listening import listener, places, reader
from service.scopes import Scope
from service.store import keys
from service.store.events.stream import Entry, Place


def told(events):
    return [each["data"]["data"]["state"] for each in events]


async def test_events_come_as_they_happen_and_tell_what_deliveries_tell(world):
    async with streaming(world.api, world.account) as stream:
        order = await world.submit()
        event = await stream.event()

    (fields,) = await written(world, order)
    assert event["data"] == event_json(Event.read(world.account, event["id"], fields))
    assert event["event"] == event["data"]["type"] == "order.accepted"
    assert event["data"]["data"]["order_id"] == order["id"]
    head = stream.answer.headers
    assert (head["cache-control"], head["x-accel-buffering"]) == ("no-store", "no")
    assert head["content-type"].startswith("text/event-stream")


async def test_a_stream_begins_now_and_its_first_frame_says_where_so_that_nothing_is_missed_after_it(world):
    places = await write(world, "received", "processing")
    async with streaming(world.api, world.account) as stream:
        assert stream.opening == {"retry": "1000", "id": places[-1]}
    (new,) = await write(world, "complete")
    async with streaming(world.api, world.account, last_event_id=stream.opening["id"]) as stream:
        assert told(await stream.events_to(new)) == ["complete"]


async def test_it_goes_on_exactly_after_the_event_that_the_client_had_last(world):
    places = await write(world, "accepted", "received", "processing", "complete")
    for at, place in enumerate(["0-0", *places[:-1]]):
        async with streaming(world.api, world.account, {"Last-Event-ID": place}) as stream:
            assert told(await stream.events_to(places[-1])) == ["accepted", "received", "processing", "complete"][at:]
            (live,) = await write(world, "live")
            assert told(await stream.events_to(live)) == ["live"]
            await world.desk.store.client.xdel(keys.events(world.account), live)


async def test_a_browser_comes_back_to_its_first_address_with_a_newer_header_which_wins(world):
    places = await write(world, "accepted", "received", "processing")
    async with streaming(world.api, world.account, {"Last-Event-ID": places[1]}, last_event_id=places[0]) as stream:
        assert told(await stream.events_to(places[-1])) == ["processing"]


ONE, TWO = "01a20793-86c9-7bcc-8f65-7512482b0f80", "01a20793-86c9-7bcc-8f65-7512482b0f81"
#: what is asked -> the states of what comes
FILTERS = {
    "type=order.completed": ["complete"],
    "type=order.accepted&type=order.completed": ["accepted", "complete"],
    "type=endpoint.disabled": ["gone"],
    "kind=lidb": ["received", "credentials"],
    "kind=lidb&kind=tn-options": ["accepted", "received", "complete", "credentials"],
    "state=received&state=complete": ["received", "complete"],
    "state=ended": ["complete"],
    f"order_id={ONE.upper()}": ["accepted", "complete"],
    f"order_id={ONE}&order_id={TWO}&state=open": ["accepted", "received"],
    f"order_id={TWO}&kind=tn-options": [],
}


async def write_all_sorts(world):
    await write(world, "accepted", order=ONE, kind="tn-options", type="order.accepted")
    await write(world, "received", order=TWO)
    await write(world, "complete", order=ONE, kind="tn-options", type="order.completed")
    await write(world, "credentials", order=f"{world.account}-lidb", kind="lidb dlda", type="subscription.unhealthy")
    return (await write(world, "gone", order=TWO, kind="", type="endpoint.disabled"))[0]


def state_of(event):
    data = event["data"]["data"]
    return data.get("state") or data.get("why") or data["problems"][0]


async def test_filters_leave_what_fits_all_of_them_of_what_was_and_of_what_comes(world):
    async def live(query):
        async with streaming(world.api, world.account, **query) as stream:
            began.release()
            return [state_of(await stream.event()) for _ in expected(query)]

    def expected(query):
        return FILTERS["&".join(f"{name}={each}" for name, some in query.items() for each in some)]

    queries = []
    for text in FILTERS:
        queries.append({})
        for part in text.split("&"):
            name, _, value = part.partition("=")
            queries[-1].setdefault(name, []).append(value)
    began = asyncio.Semaphore(0)
    streams = [asyncio.create_task(live(each)) for each in queries]
    for _ in streams:
        await began.acquire()
    last = await write_all_sorts(world)
    assert [await each for each in streams] == list(FILTERS.values())

    for query in queries:
        async with streaming(world.api, world.account, last_event_id="0-0", **query) as stream:
            assert [state_of(each) for each in await stream.events_to(last)] == expected(query)


WRONG = {
    "type=nonsense": "?type",
    "type=ping": "?type",
    "kind=nonsense": "?kind",
    "state=": "?state",
    "order_id=nonsense": "?order_id",
    "&".join(["order_id=" + ONE] * 101): "?order_id",
    "since=0": "?since",
    "last_event_id=0-0&last_event_id=1-0": "?last_event_id",
    **{
        f"last_event_id={each}": "?last_event_id"
        for each in ("", "1", "1-", "-1", "1-2-3", "99999999999999999999-0", "1-1%00", "%D9%A1-%D9%A2", "$", "%2B")
    },
}


async def test_what_makes_no_sense_is_400_and_says_where(world):
    for query, pointer in WRONG.items():
        answer = await world.api.get(f"{address(world.account)}?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request"), query
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer], query
    for headers in ({"Last-Event-ID": "nonsense"}, [("Last-Event-ID", "1-0"), ("Last-Event-ID", "2-0")]):
        answer = await world.api.get(address(world.account), headers=headers)
        assert (answer.status_code, "Last-Event-ID" in answer.json()["detail"]) == (400, True)


async def test_a_place_that_is_no_longer_in_the_stream_is_told_and_the_stream_goes_on_from_its_end(world):
    places = await write(world, *("received" for _ in range(5)))
    await world.desk.store.client.xtrim(keys.events(world.account), minid=places[3], approximate=False)
    made_up = f"{2**64 - 1}-{2**64 - 1}"
    for place in ("0-0", places[0], places[2], made_up, "9999999999999-0"):
        async with streaming(world.api, world.account, last_event_id=place) as stream:
            reset = await stream.event()
            assert (reset["event"], reset["id"], reset["data"]["data"]["after"]) == ("reset", places[4], place)
            assert "read the list of orders again" in reset["data"]["data"]["do"]
    async with streaming(world.api, world.account, last_event_id=places[3], type=["order.completed"]) as stream:
        assert await stream.events_to(places[4]) == []
    async with streaming(world.api, world.account, last_event_id="0-0", type=["order.completed"]) as stream:
        assert (await stream.event())["event"] == "reset"
        (new,) = await write(world, "complete", type="order.completed")
        assert told(await stream.events_to(new)) == ["complete"]


async def test_an_account_hears_nothing_of_another(valkey):
    here, there = rig.new_account(), rig.new_account()
    async with (
        rig.world(valkey.url, accounts=(here, there)) as world,
        streaming(world.api, here) as one,
        streaming(world.api, there) as other,
    ):
        await write(world, "failed", account=there)
        await write(world, "complete", account=here)
        assert [(await each.event())["data"]["data"]["state"] for each in (one, other)] == ["complete", "failed"]


async def test_a_quiet_stream_says_that_it_is_there_and_how_far_it_is(world, monkeypatch):
    monkeypatch.setattr(event_response, "STILL_SECONDS", 0.05)
    async with streaming(world.api, world.account, type=["order.completed"]) as stream:
        (unwanted,) = await write(world, "received")
        while (frame := await stream.frame())["id"] != unwanted:
            assert frame == {"": "still here", "id": "0-0"}
        assert frame == {"": "still here", "id": unwanted}


async def test_a_stream_ends_when_its_token_was_revoked(world, monkeypatch):
    monkeypatch.setattr(event_response, "STILL_SECONDS", 0.05)
    headers = await world.client(Scope.READ, name="a-listener")
    async with streaming(world.api, world.account, headers) as stream:
        await stream.frame()
        await Registrar(world.desk.store, world.settings, "tests").revoke("a-listener")
        await stream.end()


async def test_a_burst_that_is_too_much_for_it_is_read_from_the_stream_and_nothing_comes_twice(world, monkeypatch):
    monkeypatch.setattr(listener, "MOST", 3)
    async with streaming(world.api, world.account) as stream:
        places = await write(world, *map(str, range(600)))
        events = await stream.events_to(places[-1])
    assert [each["id"] for each in events] == places
    assert told(events) == [*map(str, range(600))]


async def test_more_listeners_than_a_process_takes_are_503_and_may_come_again(world, monkeypatch):
    monkeypatch.setattr(places, "MOST", 1)
    order = await world.submit()
    async with streaming(world.api, world.account):
        for path in (address(world.account), f"{order['links']['self']}?wait=1"):
            answer = await world.api.get(path)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/too-many-listeners")
            assert answer.headers["retry-after"] == "5"
            assert "This process has 1 listeners" in answer.json()["detail"]
    async with second_server(world) as (_, seats, api), streaming(api, world.account):
        assert len(seats) == 1


async def test_a_client_takes_its_share_of_a_process_and_leaves_the_other_places_to_others(world, monkeypatch):
    monkeypatch.setattr(places, "SHARE", 2)
    order = await world.submit()
    greedy, other = [await world.client(Scope.READ, name=each) for each in ("greedy", "other")]
    async with second_server(world) as (_, seats, api):
        async with streaming(api, world.account, greedy), streaming(api, world.account, greedy):
            for path in (address(world.account), f"{order['links']['self']}?wait=1"):
                answer = await api.get(path, headers=greedy)
                assert (answer.status_code, answer.json()["type"]) == (503, "/problems/too-many-listeners")
                assert "The client greedy has 2 listeners" in answer.json()["detail"]
            assert (await api.get(order["links"]["self"], headers=greedy)).status_code == 200
            async with streaming(api, world.account, other), streaming(api, world.account):
                assert len(seats) == 4
        await listeners(seats, 0)
        async with streaming(api, world.account, greedy), streaming(api, world.account, greedy):
            assert len(seats) == 2


async def test_who_hangs_up_is_let_go_and_a_reader_without_listeners_ends_a_while_later(world, monkeypatch):
    monkeypatch.setattr(reader, "LINGER_SECONDS", 0.0)
    async with second_server(world) as (_, seats, api):
        async with streaming(api, world.account), streaming(api, world.account):
            assert len(seats) == 2
        await listeners(seats, 0)

        async def is_over():
            return world.account not in seats._readers

        await rig.until(is_over)
        async with streaming(api, world.account) as stream:
            await write(world, "complete")
            assert told([await stream.event()]) == ["complete"]


async def test_a_head_alone_is_answered_and_nobody_listens(world):
    async with second_server(world) as (_, seats, api):
        answer = await api.head(address(world.account))
        assert (answer.status_code, answer.content) == (200, b"")
        await listeners(seats, 0)


async def test_a_server_that_ends_lets_its_streams_go_at_once(world, logs):
    async with second_server(world) as (server, seats, api), streaming(api, world.account) as stream:
        order = await world.submit()
        wait = asyncio.create_task(api.get(f"{order['links']['self']}?wait=60"))
        known = asyncio.create_task(api.get(f"{order['links']['self']}?wait=60", headers={"If-None-Match": '"1"'}))
        await listeners(seats, 3)
        server.should_exit = True
        async with asyncio.timeout(3):
            await stream.end()
            answers = await asyncio.gather(wait, known)
    assert [each.status_code for each in answers] == [200, 304]
    assert answers[0].json()["state"] == "accepted"
    assert [each["why"] for each in logs if each["event"] == "stream.ended"] == ["draining"]


async def test_a_stream_outlives_the_store_and_misses_nothing():
    with rig.valkey() as server:
        async with rig.world(server.url) as world, streaming(world.api, world.account) as stream:
            await write(world, "received")
            await stream.event()
            server.kill()
            answer = await world.api.get(address(world.account))
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
            server.start_again()
            await _written_again(world)
            assert told([await stream.event()]) == ["complete"]


async def _written_again(world):
    async def done():
        try:
            return await write(world, "complete")
        except rig.redis.exceptions.RedisError:
            return None

    await rig.until(done)


async def test_who_takes_nothing_is_hung_up_on_and_what_it_did_not_take_is_dropped(world, monkeypatch, logs):
    monkeypatch.setattr(event_response, "SEND_SECONDS", 0.1)
    await write(world, *["complete"] * 2_000)
    async with second_server(world) as (server, seats, _):
        caller = socket.socket()
        with socket.socket(fileno=os.dup(server.servers[0].sockets[0].fileno())) as door, caller:
            # the kernel holds little for either; what is accepted at the door inherits it
            door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            caller.connect(door.getsockname())
            head = f"GET {address(world.account)} HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 0-0\r\n"
            caller.sendall(f"{head}Authorization: Bearer {rig.TOKEN}\r\n\r\n".encode())
            await listeners(seats, 1)
            await listeners(seats, 0)

            async def is_gone():
                return not server.server_state.connections

            await rig.until(is_gone)
    assert [each["why"] for each in logs if each["event"] == "stream.ended"] == ["slow"]


def test_a_frame_is_one_line_of_data_whatever_stands_in_an_event():
    event = Event("evt_1", "order.updated", 0, "9", "a\nb", "k\r\nid: 7", "\u2028", 1)
    frame = event_frames.events([Entry(Place(1, 2), event)])
    lines = frame.split(b"\n")
    assert [each.partition(b":")[0] for each in lines] == [b"id", b"event", b"data", b"", b""]
    assert json.loads(lines[2].removeprefix(b"data: "))["data"]["order_id"] == "a\nb"
