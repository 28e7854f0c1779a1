"""TRACKER_REPLICAS_TO_WAIT: what is acknowledged is with a replica, and what is not is not sent."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
import replicas
import rig
from store_steps import FIRST, claim, report, sent

from service.errors import Misconfigured, NotReplicated, StoreUnavailable
from service.report import CallbackNews
from service.store import claiming
from service.store.server import convoy, durability
from service.store.server.connecting import connect
from service.store.server.connection import Store

BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}


@pytest.fixture(scope="module")
def servers():
    with replicas.pair() as both:
        yield both


@pytest.fixture
async def alone(servers, monkeypatch):
    """A world whose server has a replica to wait for, and that replica."""
    monkeypatch.setattr(convoy, "WAIT_MS", 500)
    primary, replica = servers
    # the test before may have let it hang
    rig.until_sync(lambda: replicas.is_followed(primary))
    async with rig.world(f"redis://127.0.0.1:{primary.port}/0", replicas_to_wait=1) as world:
        try:
            yield world, replica
        finally:
            replica.go_on()


async def post(world, key="a-key"):
    return await world.api.post(f"{world.orders}/tn-options", json=BODY, headers={"Idempotency-Key": key})


async def committed(world, key="a-key"):
    """Order again until a replica that goes on has caught up."""

    async def accepted():
        answer = await post(world, key)
        return answer if answer.status_code == 202 else None

    return await rig.until(accepted)


async def ids(world):
    return [each["id"] for each in (await world.api.get(world.orders)).json()["orders"]]


def callback(world):
    return CallbackNews(world.account, "a-key", FIRST, None, "tnoptions", "PROCESSING", None, None, None, None)


async def test_what_is_acknowledged_is_with_the_replica(alone):
    world, replica = alone
    order = (await post(world)).json()
    assert replica.ask("EXISTS", f"{{{world.account}}}:order:{order['id']}") == 1


async def test_without_its_replica_an_order_is_not_acknowledged_and_the_same_key_gets_it_once_later(alone):
    world, replica = alone
    replica.hang()
    began = time.monotonic()

    answers = [await post(world) for _ in range(2)]

    assert time.monotonic() - began < 15
    minted = [each.json()["order_id"] for each in answers]
    assert {(each.status_code, each.json()["type"]) for each in answers} == {(503, "/problems/not-committed")}
    assert "repeat the request with the same Idempotency-Key until it is answered 202" in answers[0].json()["detail"]
    replica.go_on()
    again = await committed(world)
    # nobody waits in vain for what was written while it hung: a repetition writes too
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == minted[0]
    assert await ids(world) == [minted[0]]


async def test_a_claim_that_no_replica_has_sends_nothing_and_the_order_stays_accepted(alone):
    world, replica = alone
    order = (await post(world)).json()
    replica.hang()

    await world.turn()

    waits = await world.order(order["id"])
    assert await world.ledger() == []
    assert (waits["state"], waits["waiting"]["why"]) == ("accepted", "not_sent: too few replicas confirmed the claim")
    assert (await world.timeline(order["id"]))[-1]["event"] == "not_sent"
    replica.go_on()
    assert (await world.ended(order["id"]))["state"] == "complete"
    assert len(await world.ledger()) == 1


async def test_a_claim_whose_replica_goes_on_in_time_is_sent(alone, monkeypatch):
    world, replica = alone
    order = (await post(world)).json()
    replica.hang()
    asked = []

    async def sleep(seconds):
        asked.append(seconds)
        replica.go_on()

    monkeypatch.setattr(claiming, "asyncio", SimpleNamespace(sleep=sleep))
    claimed = await claim(world, order)

    assert (len(asked), claimed.confirmed, claimed.fence, claimed.order.state) == (1, True, 1, "submitting")


async def test_looks_at_orders_need_no_replica(alone):
    world, replica = alone
    order = (await post(world)).json()
    await world.until(order["id"], "received", "processing", "complete")
    replica.hang()
    assert (await world.ended(order["id"]))["state"] == "complete"


async def test_a_201_is_reported_until_a_replica_has_it(alone):
    world, replica = alone
    claimed = await claim(world, (await post(world)).json())
    replica.hang()
    with pytest.raises(NotReplicated, match="Confirmed by 0, needed 1"):
        await report(world, claimed, sent())
    replica.go_on()

    async def repeated():
        try:
            return await report(world, claimed, sent())
        except NotReplicated:
            return None

    assert (await rig.until(repeated)).outcome == "repeated"


async def test_a_renewal_a_decision_and_a_callback_need_their_replica_too(alone):
    world, replica = alone
    order, other = [(await post(world, key)).json() for key in ("a", "b")]
    claimed = await claim(world, order)
    replica.hang()

    with pytest.raises(NotReplicated):
        await world.desk.book.renew(claimed)
    with pytest.raises(NotReplicated):
        await world.desk.book.hear(callback(world))
    cancelled = await world.api.post(f"{world.orders}/{other['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["type"]) == (503, "/problems/not-replicated")
    assert cancelled.headers["retry-after"] == "1"


async def test_every_repetition_writes_so_that_waiting_means_something(alone):
    """WAIT after a script that has written nothing answers for nothing."""
    world, _ = alone
    order = (await post(world)).json()
    claimed = await claim(world, order)
    store = world.desk.store
    await report(world, claimed, sent())
    await world.desk.book.hear(callback(world))
    late = CallbackNews(world.account, "none", "unknown", None, "tnoptions", "X", None, None, None, None)
    await world.desk.book.hear(late)

    async def written(again):
        before = (await store.client.info("persistence"))["rdb_changes_since_last_save"]
        await again
        return (await store.client.info("persistence"))["rdb_changes_since_last_save"] > before

    assert await written(post(world))
    assert await written(report(world, claimed, sent()))
    assert await written(world.desk.book.hear(callback(world)))
    assert await written(world.desk.book.hear(late))


async def test_a_server_that_refuses_wait_is_refused_and_one_without_replicas_is_told(valkey, monkeypatch):
    store = Store(connect(valkey.url), replicas=1)
    told = []
    monkeypatch.setattr(durability, "log", SimpleNamespace(warning=lambda what, **more: told.append((what, more))))
    await durability.check(store, "strict")
    assert [(what, more["connected"], more["needed"]) for what, more in told] == [("store.too_few_replicas", 0, 1)]

    await store.client.acl_setuser("waitless", enabled=True, nopass=True, keys="*", commands=["+@all", "-wait"])
    waitless = Store(connect(valkey.url.replace("//", "//waitless:any@")), replicas=1)
    try:
        with pytest.raises(Misconfigured, match=r"refuses WAIT.*\+wait"):
            await durability.check(waitless, "strict")
    finally:
        await store.client.acl_deluser("waitless")
        await waitless.close()
        await store.close()


async def test_a_replica_is_no_server_to_start_on(servers):
    _, replica = servers
    store = Store(connect(f"redis://127.0.0.1:{replica.port}/0"))
    with pytest.raises(StoreUnavailable, match="is a replica"):
        await durability.check(store, "strict")
    await store.close()


async def test_an_endpoint_that_no_replica_has_removed_is_not_acknowledged_as_removed(alone):
    world, replica = alone
    path = f"/v1/accounts/{world.account}/endpoints"
    endpoint = (await world.api.post(path, json={"url": "https://hooks.example.com/bandwidth"})).json()
    replica.hang()
    removed = await world.api.delete(f"{path}/{endpoint['id']}")
    assert (removed.status_code, removed.json()["type"]) == (503, "/problems/not-replicated")
