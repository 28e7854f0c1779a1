"""When the store is away: a bounded answer with the order's id, which tells the truth once the store is back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

import pytest
import rig

#: an answer comes within so many seconds, whatever has become of the store: a call is given up after 1.3, one that
#: nobody bounds hangs for ever, and a busy machine takes its time to tell the two apart
SOON = 15
#: and within so many after its return all is well
BACK = 15
#: calls at once, more than may be with the store
MANY = 30
BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}
KEY = {"Idempotency-Key": "a-key"}


@pytest.fixture
async def alone():
    """A world with a server of its own, and that server."""
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            yield world, server


async def post(world, headers=KEY):
    return await world.api.post(f"{world.orders}/tn-options", json=BODY, headers=headers)


async def is_back(world):
    async def reads():
        return (await world.api.get(world.orders)).status_code == 200

    await rig.until(reads, BACK)


def assert_not_committed(answer):
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (503, "/problems/not-committed")
    assert int(answer.headers["retry-after"]) >= 1
    assert problem["order_id"] in answer.text
    return problem["order_id"]


async def orders(world):
    return [each["id"] for each in (await world.api.get(world.orders)).json()["orders"]]


@pytest.mark.parametrize("warm", [True, False])
async def test_with_the_store_stopped_the_answer_is_503_in_time_and_the_id_tells_the_truth_later(alone, warm):
    world, server = alone
    if warm:
        assert (await world.api.get(world.orders)).status_code == 200
    server.pause()
    began = time.monotonic()

    answers = await asyncio.gather(*(post(world) for _ in range(5)))

    assert time.monotonic() - began < SOON
    minted = [assert_not_committed(each) for each in answers]
    server.go_on()
    await is_back(world)
    again = await post(world)
    found = [(await world.api.get(f"{world.orders}/{each}")).status_code for each in minted]
    assert again.status_code == 202
    assert await orders(world) == [again.json()["id"]]
    assert sorted(found) in ([404] * 5, [200] + [404] * 4)
    if 200 in found:
        assert minted[found.index(200)] == again.json()["id"]


async def test_with_the_store_dead_the_answer_is_503_at_once_and_one_key_makes_one_order(alone):
    world, server = alone
    server.kill()
    began = time.monotonic()

    minted = [assert_not_committed(await post(world)) for _ in range(3)]

    assert time.monotonic() - began < SOON
    server.start_again()
    assert {(await world.api.get(f"{world.orders}/{each}")).status_code for each in minted} == {404}
    again = [await post(world) for _ in range(2)]
    assert {each.status_code for each in again} == {202}
    assert await orders(world) == [again[0].json()["id"]] == [again[1].json()["id"]]


async def test_reading_while_the_store_is_dead_is_503_and_tells_nothing_of_the_inside(alone):
    world, server = alone
    order = (await post(world)).json()
    server.kill()

    for path in (world.orders, *order["links"].values()):
        answer = await world.api.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable"), path
        assert answer.headers["retry-after"] == "1"
        assert str(server.port) not in answer.text
        assert "127.0.0.1" not in answer.text


async def test_what_the_store_cannot_change_is_still_told_while_it_is_dead(alone):
    world, server = alone
    server.kill()

    refused = await world.api.post(f"{world.orders}/tn-options", json={"groups": []})
    unknown = await world.api.get(f"{world.orders}/nonsense")
    stranger = await world.api.get(world.orders, headers={"Authorization": "Bearer nonsense"})

    assert [each.status_code for each in (refused, unknown, stranger)] == [422, 404, 401]


@contextlib.contextmanager
def killed(server):
    server.kill()
    yield
    server.start_again()


@contextlib.contextmanager
def stopped(server):
    server.pause()
    yield
    server.go_on()


@contextlib.contextmanager
def listening(port, backlog):
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", port))
        sock.listen(backlog)
        yield


@contextlib.contextmanager
def silent(server):
    """Whoever connects is never answered."""
    server.kill()
    with listening(server.port, MANY):
        yield
    server.start_again()


@contextlib.contextmanager
def unreachable(server):
    """Whoever connects waits: the packets are dropped."""
    server.kill()
    with listening(server.port, 0), contextlib.ExitStack() as fill:
        for _ in range(4):
            sock = fill.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", server.port))
        yield
    server.start_again()


@contextlib.contextmanager
def loading(server):
    server.kill()
    with server.loading():
        yield


def calls(world, order):
    """Every call that needs the store."""
    own = order["links"]["self"]
    return [
        ("POST", f"{world.orders}/tn-options", BODY),
        *(("GET", link, None) for link in (world.orders, *order["links"].values())),
        *(("POST", f"{own}/{deed}", None) for deed in ("cancel", "retry", "step-aside", "check", "retry-failed")),
        ("PUT", own, BODY),
        ("GET", f"/v1/accounts/{world.account}/numbers/2015551234", None),
    ]


async def timed(world, call):
    began = time.monotonic()
    method, path, body = call
    answer = await world.api.request(method, path, json=body)
    return call, answer, time.monotonic() - began


@pytest.mark.parametrize("way", [killed, stopped, silent, unreachable, loading])
async def test_however_the_store_is_away_every_call_is_503_soon_and_well_again_soon(alone, way):
    world, server = alone
    order = (await post(world, {})).json()
    known = calls(world, order)

    with way(server):
        done = await asyncio.gather(*(timed(world, known[at % len(known)]) for at in range(MANY)))
    began = time.monotonic()
    await is_back(world)
    again = await post(world, {})

    assert [(call, answer.text) for call, answer, _ in done if answer.status_code != 503] == []
    assert {answer.headers["content-type"] for _, answer, _ in done} == {"application/problem+json"}
    assert {answer.headers["retry-after"] for _, answer, _ in done} == {"1"}
    for call, answer, _ in done:
        assert ("order_id" in answer.json()) == (call[0] == "POST" and call[2] is not None), call
    assert max(seconds for *_, seconds in done) < SOON
    assert again.status_code == 202
    assert time.monotonic() - began < BACK


async def test_a_primary_that_became_a_replica_takes_nothing_until_it_is_one_again(alone):
    world, server = alone
    client = rig.redis.Redis(port=server.port)
    client.replicaof("127.0.0.1", str(rig.free_port()))

    done = await asyncio.gather(*(timed(world, ("POST", f"{world.orders}/tn-options", BODY)) for _ in range(MANY)))

    minted = [assert_not_committed(answer) for _, answer, _ in done]
    assert max(seconds for *_, seconds in done) < SOON
    client.replicaof("NO", "ONE")
    client.close()
    await is_back(world)
    again = await post(world)
    assert again.status_code == 202
    assert again.json()["id"] not in minted
    assert await orders(world) == [again.json()["id"]]


async def test_many_of_the_largest_orders_at_once_are_no_outage(alone):
    """Each takes the store tens of milliseconds, and it answers none of those that it has read before it did all."""
    world, _ = alone
    bodies = [
        {
            "groups": [
                {"telephone_numbers": [str(2_020_000_000 + order * 5_000 + at) for at in range(5_000)], "sms": "on"}
            ]
        }
        for order in range(8)
    ]
    answers = await asyncio.gather(
        *(world.api.post(f"{world.orders}/tn-options", json=each) for each in bodies), return_exceptions=True
    )

    assert [each.status_code for each in answers] == [202] * 8


async def test_a_store_that_takes_no_more_writes_is_503_and_reading_goes_on(alone):
    world, _ = alone
    order = (await post(world, {})).json()
    await world.desk.store.client.config_set("maxmemory", "1mb")

    minted = assert_not_committed(await post(world))

    assert (await world.api.get(order["links"]["self"])).status_code == 200
    assert (await world.api.get(f"{world.orders}/{minted}")).status_code == 404
    await world.desk.store.client.config_set("maxmemory", "0")
    assert (await post(world)).status_code == 202
