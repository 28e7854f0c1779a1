"""Records of the release before go on to their end; those that only a later release reads are left alone."""

from __future__ import annotations

import re
from collections import Counter

import bulk_steps
import event_steps
import pytest
import rig
from earlier_records import ACCOUNT, NOWHERE, Earlier

from service.errors import LaterRecord
from service.lifecycle import TERMINAL
from service.maintenance import Maintenance
from service.store import keys, naming, record
from service.store.bulk.batch import batch_of
from service.store.clients import register
from service.store.events import deliveries, endpoints
from service.store.schema import SCHEMA
from workers.bulk import accept_due

PROCESSING = (
    "<Notification><Status>PROCESSING</Status><SubscriptionId>s</SubscriptionId><Message>m</Message>"
    "<OrderId>{}</OrderId><OrderType>tnoptions</OrderType></Notification>"
)
#: keys of records, not of their parts
RECORD = re.compile("(order|batch|endpoint|client):[^:]*$|delivery:")
AT_BANDWIDTH = ("received", "awaiting", "processing", "uncertain", "external")


async def differences(world):
    walk = await Maintenance(world.desk.store, world.settings).verify(world.account)
    return [each.wrong for each in walk.findings]


@pytest.fixture
async def earlier(valkey, receiver, monkeypatch):
    monkeypatch.setattr(rig, "new_account", lambda: ACCOUNT)
    valkey.empty()
    records = Earlier()
    async with event_steps.listening(valkey) as world:
        for each in AT_BANDWIDTH:
            await records.place_at(world, each)
        records.text = records.text.replace(NOWHERE, receiver.url)
        await records.restore(world.desk.store.client)
        yield records.names, world


async def test_what_the_release_before_wrote_goes_on_to_its_end(earlier, receiver):
    names, world = earlier
    # an index that this release has added: a repair makes it of what is there
    assert set(await differences(world)) == {"It waits, and nobody sees since when."}
    await Maintenance(world.desk.store, world.settings).repair(ACCOUNT)
    assert await differences(world) == []

    cancelled = await world.api.post(f"{world.orders}/{names['needs_attention']}/cancel")
    assert cancelled.status_code == 202
    used = await world.api.post(
        f"{world.orders}/lidb", json={"telephone_number": "2015550100"}, headers={"Idempotency-Key": "key-ended"}
    )
    assert used.status_code == 422
    await accept_due(world.desk, ACCOUNT)
    ids = await world.desk.store.client.zrange(keys.index(ACCOUNT), 0, -1)
    ended = {each: await world.ended(each) for each in ids}
    await event_steps.bring(world)

    assert Counter(each["state"] for each in ended.values()) == {"complete": len(ids) - 1, "cancelled": 1}
    assert len(ids) == len(AT_BANDWIDTH) + 17
    ledger = Counter(each["customer_order_id"] for each in await world.ledger() if each["order_id"])
    assert set(ledger.values()) == {1}
    told = {(each.order_id, each.version) for each in receiver.told}
    assert {(each["id"], each["version"]) for each in ended.values() if each["state"] in TERMINAL} <= told
    assert {(each, 1) for each in ids} <= told
    assert await differences(world) == []


async def test_an_order_of_the_release_before_is_found_by_its_number_and_so_is_a_new_one_beside_it(earlier):
    names, world = earlier
    number, old, client = "2015556001", names["needs_attention"], world.desk.store.client
    # that release kept all orders of a number in one place, and a script knows no other
    assert await client.zrange(keys.number(ACCOUNT, number), 0, -1) == [old]

    new = (await world.submit([{"telephone_numbers": [number], "sms": "on"}]))["id"]

    assert await client.hget(keys.numbers(ACCOUNT), number) == new
    found = await world.api.get(world.orders, params={"telephone_number": number})
    assert [each["id"] for each in found.json()["orders"]] == [new, old]
    named = await naming.naming(world.desk.store, ACCOUNT, number)
    assert [each.id for each in named.open_orders] == [old, new]
    assert "which names the number" not in "".join(await differences(world))


async def test_every_record_is_written_with_its_schema(valkey, receiver):
    async with event_steps.listening(valkey) as world:
        await event_steps.listen(world, receiver)
        await world.client("orders:read", name="reader")
        batch = await bulk_steps.submit(world, bulk_steps.rows(bulk_steps.NUMBERS[:1]))
        await bulk_steps.ended(world, batch)
        await event_steps.bring(world)
        client, a = world.desk.store.client, keys.prefix(world.account)
        names = [f"{a}order:????????-*", f"{a}batch:*", f"{a}endpoint:*", f"{a}delivery:*", keys.client("*")]
        for each in names:
            found = [key async for key in client.scan_iter(each, _type="hash") if re.search(RECORD, key)]
            assert found, each
            assert {await client.hget(key, "schema") for key in found} == {str(SCHEMA)}, each


async def test_an_order_of_a_later_release_is_left_alone_and_it_is_said(world):
    order, other = await world.submit(), await world.submit(groups=[{"telephone_numbers": ["2015551299"], "sms": "on"}])
    client, key = world.desk.store.client, keys.order(world.account, order["id"])
    await client.hset(key, "schema", SCHEMA + 1)
    before = await client.hgetall(key)

    await world.ended(other["id"])
    assert await world.desk.book.claim(world.account, [order["id"]], "submit") == []
    assert await client.hgetall(key) == before
    read = await world.api.get(f"{world.orders}/{order['id']}")
    assert (read.status_code, read.json()["type"]) == (503, "/problems/later-record")
    assert f"Order {order['id']} was written by a later version" in read.json()["detail"]
    assert await differences(world) == ["A later version has written it."]

    await client.hset(key, "schema", SCHEMA)
    # whoever had left it alone had pushed it on by a lease
    await client.zadd(keys.due(world.account, "submit"), {order["id"]: 0})
    assert (await world.ended(order["id"]))["state"] == "complete"


async def test_a_callback_about_an_order_of_a_later_release_waits_in_the_spool(valkey, tmp_path):
    async with rig.world(valkey.url, spool_dir=str(tmp_path), sandbox={"pace": 60}) as world:
        order = await world.until((await world.submit())["id"], "received")
        client, key = world.desk.store.client, keys.order(world.account, order["id"])
        await client.hset(key, "schema", SCHEMA + 1)
        before = await client.hgetall(key)

        answer = await world.callback(PROCESSING.format(order["bandwidth_order_id"]))
        assert answer.status_code == 200
        assert await client.hgetall(key) == before

        await client.hset(key, "schema", SCHEMA)

        async def heard():
            return await client.hget(key, "state") == "processing"

        await rig.until(heard)


async def test_others_of_a_later_release_are_not_read(world):
    client = world.desk.store.client
    token = await world.client("orders:read", name="later")
    assert (await world.api.get(world.orders, headers=token)).status_code == 200
    await client.hset(keys.client("later"), "schema", SCHEMA + 1)
    assert "later" not in {each.id for each in await register.all_(world.desk.store)}
    await client.hset(keys.client("later"), "schema", SCHEMA)

    later = {"schema": str(SCHEMA + 1)}
    for read in (
        lambda: batch_of("a", "b", later, {}),
        lambda: endpoints._endpoint("a", "e", later, 0),
        lambda: deliveries._delivery("a", "d", later, None),
    ):
        with pytest.raises(LaterRecord, match="written by a later version"):
            read()


@pytest.mark.parametrize("name", ["waiting", "attention"])
async def test_a_part_of_a_record_that_has_a_field_more_is_read_without_it(world, name):
    order = await world.submit()
    parts = {"waiting": {"why": "said", "until": None}, "attention": {"why": "said", "do": "act"}}
    written = record.dumps(parts[name] | {"of_a_later_release": 1})
    await world.desk.store.client.hset(keys.order(world.account, order["id"]), name, written)

    assert (await world.order(order["id"]))[name]["why"] == "said"
