"""Orders on a Redis Cluster: every flow, accounts on different primaries, slots that move and primaries that die."""

from __future__ import annotations

import asyncio
import contextlib

import bulk_steps
import clusters
import pytest
import rig
from event_steps import bring, listen
from listening_steps import streaming
from spoken import Spoken

from service import bells, vitals, wiring
from service.doctor import examination
from service.errors import StoreUnavailable
from service.maintenance import Maintenance
from service.store import claiming, keys, ticking
from service.store.server import convoy
from workers.clock import Silence, begin, tick
from workers.lanes import Lanes

BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}
NUMBERS = [f"201555{at:04d}" for at in range(1200, 1206)]


@pytest.fixture(scope="module")
def cluster():
    with clusters.running() as made:
        yield made


@pytest.fixture
def mortal():
    """A cluster of the test's own, one of whose primaries it kills."""
    with clusters.running() as made:
        yield made


@contextlib.asynccontextmanager
async def on(cluster, valkey, number, **changes):
    """A world whose account primary `number` keeps; each answer waits for that one's replica."""
    settings = {"queue_redis_url": valkey.url, "replicas_to_wait": 1, "outgoing_allow": ("127.0.0.0/8",), **changes}
    async with rig.world(cluster.url, account=cluster.account(number), **settings) as world:
        yield world


async def found_wrong(world):
    walk = await Maintenance(world.desk.store, world.settings).verify(world.account)
    assert walk.keys > 0
    return [(each.key, each.wrong) for each in walk.findings]


async def live(world, receiver):
    """Lead an account through every flow; returns its order."""
    endpoint = await listen(world, receiver)
    await world.subscribe()
    headers = await world.client("orders:write", "orders:read")
    async with streaming(world.api, world.account) as stream:
        order = await world.submit(headers={**headers, "Idempotency-Key": "one"})
        assert (await world.submit(headers={**headers, "Idempotency-Key": "one"}))["id"] == order["id"]
        behind = await world.submit(kind="tn-options")
        assert (behind["state"], behind["held_by"]) == ("held", order["id"])
        asked = asyncio.create_task(
            world.api.get(f"{world.orders}/{order['id']}", params={"wait": 10, "until": "terminal"})
        )
        done = await world.ended(order["id"])
        assert (done["state"], (await asked).status_code) == ("complete", 200)
        assert (await stream.event())["data"]["data"]["order_id"] == order["id"]
    assert (await world.ended(behind["id"]))["state"] == "complete"
    made = await bulk_steps.submit(world, bulk_steps.rows(NUMBERS), order_size=2)
    assert (await bulk_steps.ended(world, made))["numbers"]["complete"] == len(NUMBERS)
    await bring(world)
    assert "complete" in {each.body["data"]["state"] for each in receiver.of(order["id"])}
    assert (await world.api.get(f"/v1/accounts/{world.account}/endpoints/{endpoint['id']}")).status_code == 200
    return done


async def test_accounts_live_on_their_own_primaries_and_every_script_stays_in_its_slot(cluster, valkey, receiver):
    with Spoken(*cluster.primaries) as spoken:
        for number in range(2):
            async with on(cluster, valkey, number) as world:
                done = await live(world, receiver)
                listed = (await world.api.get(world.orders, params={"state": "complete", "limit": 50})).json()
                assert done["id"] in {each["id"] for each in listed["orders"]}
                counted = (await world.api.get(f"/v1/accounts/{world.account}/summary")).json()
                assert counted
                assert await found_wrong(world) == []
                has = cluster.keys(world.account)
                assert (has[number] > 0, sum(has) - has[number]) == (True, 0)
    assert spoken.strays == []
    assert {"accept", "claim", "report", "callback", "events/fan_out", "bulk/commit_batch"} <= spoken.scripts


def test_a_script_that_leaves_its_slot_is_heard_although_the_server_lets_it(cluster):
    own, other = (f"{{{cluster.account(0)}}}:clock" for _ in range(2))
    with Spoken(cluster.primaries[0]) as spoken:
        cluster.primaries[0].ask("EVAL", "redis.call('GET', ARGV[1])", 1, own, other)
        cluster.primaries[0].ask("EVAL", "redis.call('GET', KEYS[1])", 1, own)

    assert spoken.strays == [("eval", ["GET", other])]


async def test_one_desk_serves_accounts_of_several_primaries(cluster, valkey, receiver):
    async with on(cluster, valkey, 0) as first, on(cluster, valkey, 2) as second:
        accounts = (first.account, second.account)
        desk = wiring.build(first.settings.model_copy(update={"accounts": accounts}))
        try:
            for world in (first, second):
                await world.submit()
            await tick(desk, Silence())
            seen = await vitals.installation(desk)
            told = await examination.examine(desk)
        finally:
            await desk.close()
    assert seen.up
    assert {each.found.partition(": ")[0] for each in told if each.check == "store"} == {
        f"127.0.0.1:{each.port}" for each in cluster.primaries
    }


async def test_a_slot_that_moves_takes_its_account_along(cluster, valkey):
    async with on(cluster, valkey, 1) as world:
        order = await world.submit()
        await asyncio.to_thread(cluster.move, world.account, cluster.primaries[1], cluster.primaries[2])
        # nobody was told: the first call of each process is refused there, and goes on here
        assert (await world.api.get(f"{world.orders}/{order['id']}")).status_code == 200
        another = await world.submit([{"telephone_numbers": NUMBERS[:1], "sms": "on"}])
        for each in (order, another):
            assert (await world.ended(each["id"]))["state"] == "complete"
        assert await found_wrong(world) == []
        assert cluster.keys(world.account)[1] == 0


async def insist(world, number):
    """Submit an order for a number until it is accepted, as callers do; returns it."""
    body, key = {"groups": [{"telephone_numbers": [number], "sms": "on"}]}, {"Idempotency-Key": number}

    async def accepted():
        answer = await world.api.post(f"{world.orders}/tn-options", json=body, headers=key)
        assert answer.status_code in {202, 503}, answer.text
        return answer.status_code == 202 and answer.json()

    return await rig.until(accepted, 60)


async def records(world, made):
    async with world.desk.store.asked(world.account) as client:
        return [await client.hgetall(keys.order(world.account, each["id"])) for each in made]


async def test_orders_flow_while_a_slot_moves_key_by_key_and_none_is_lost_or_sent_twice(
    cluster, valkey, tmp_path, monkeypatch
):
    # a claim that is refused is tried for a while, which each step of the move would wait for
    monkeypatch.setattr(claiming, "CLAIM_PAUSES", ())
    async with on(cluster, valkey, 0, spool_dir=str(tmp_path)) as world:
        await world.subscribe()
        made = [await insist(world, each) for each in NUMBERS[:2]]
        await world.faults(latency_ms=300)
        working = asyncio.create_task(world.turn())
        await rig.until(world.ledger)
        made += [await insist(world, each) for each in NUMBERS[2:4]]
        with cluster.moving(world.account, cluster.primaries[0], cluster.primaries[1]) as bring:
            coming = [asyncio.create_task(insist(world, each)) for each in NUMBERS[4:]]
            before = await records(world, made)
            while await asyncio.to_thread(bring, 1):
                answer = await world.api.post(f"{world.orders}/tn-options", json=BODY)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
                with pytest.raises(StoreUnavailable, match="moves to another server"):
                    await world.desk.book.claim(world.account, [each["id"] for each in made], "submit")
                # each is read where it is, and half of a claim would be seen in it
                assert await records(world, made) == before
        await asyncio.wait((working,))
        made += await asyncio.gather(*coming)
        for each in made:
            assert (await world.ended(each["id"]))["state"] == "complete"
        assert sorted(each["order_id"] for each in await world.ledger()) == sorted(
            [(await world.order(each["id"]))["bandwidth_order_id"] for each in made]
        )
        assert await found_wrong(world) == []


async def test_a_primary_that_dies_is_followed_by_its_replica_and_holds_up_no_other_account(
    mortal, valkey, monkeypatch
):
    monkeypatch.setattr(convoy, "WAIT_MS", 500)
    async with on(mortal, valkey, 0) as other, on(mortal, valkey, 2) as world:
        order = await world.submit()
        mortal.primaries[2].kill()
        assert (await other.ended((await other.submit())["id"]))["state"] == "complete"

        async def answered():
            answer = await world.api.get(f"{world.orders}/{order['id']}")
            return answer.status_code == 200 and answer

        assert (await rig.until(answered, 20)).json()["state"] == "accepted"
        # what is acknowledged waits for a replica, and this one has none left
        assert (await world.api.post(f"{world.orders}/tn-options", json=BODY)).json()["type"].endswith("not-committed")


async def rung_for(desk, lanes, silence, order_id):
    """Go round as a clock does until the order has a bell."""
    queue = bells.queue("submit", desk.bells._connection)

    async def is_rung_for():
        with contextlib.suppress(StoreUnavailable):
            await begin(desk, silence, lanes)
        jobs = await asyncio.to_thread(lambda: [each.args for each in queue.jobs])
        return any(order_id in ids for _, ids in jobs)

    await rig.until(is_rung_for, 20)


async def test_a_clock_rings_for_the_accounts_of_other_primaries_while_one_is_away(mortal, valkey):
    """Nobody is promoted in its place: its lane waits, and the clock is neither late elsewhere nor does it hang."""
    for each in (*mortal.primaries, *mortal.replicas):
        each.ask("CONFIG", "SET", "cluster-require-full-coverage", "no")
    async with on(mortal, valkey, 0) as lost, on(mortal, valkey, 1) as world:
        settings = world.settings.model_copy(update={"accounts": (lost.account, world.account)})
        desk, silence, lanes = wiring.build(settings), Silence(), Lanes()
        away, server = await lost.submit(), f"127.0.0.1:{mortal.primaries[0].port}"
        bells.queue("submit", desk.bells._connection).empty()
        mortal.replicas[0].kill()
        mortal.primaries[0].hang()
        try:
            for number in NUMBERS[:2]:
                order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])
                await rung_for(desk, lanes, silence, order["id"])
                assert lanes.under_way() >= {server}
                assert (await world.ended(order["id"]))["state"] == "complete"
            assert lanes.go_on()
            assert (await ticking.last(desk.store, world.account)).seconds_ago < 5
        finally:
            mortal.primaries[0].go_on()
        await rung_for(desk, lanes, silence, away["id"])
        await lanes.end()
        await desk.close()
