"""The drill of a restore: orders that were sent after the backup are found at Bandwidth, and not sent again."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest
import rig

from service.maintenance import Maintenance

NUMBERS = ["2015557001", "2015557002", "2015557003"]
NAME = {"use_type": "BUSINESS", "visibility": "PUBLIC", "subscriber_information": "Joes Garage"}


def listing(last_name):
    """Return a listing that stays RECEIVED at the sandbox until it is changed."""
    address = {"house_number": "915", "street_name": "Elm", "city": "Carpinteria", "state_code": "CA", "zip": "93013"}
    name = {"first_name": "John", "last_name": last_name}
    kinds = {"subscriber_type": "RESIDENTIAL", "listing_type": "LISTED", "list_address": True}
    return {"groups": [{"telephone_numbers": ["2015550125"], **kinds, "listing_name": name, "address": address}]}


@pytest.fixture
async def alone():
    """A world with a server of its own, and that server."""
    with rig.valkey() as server:
        async with rig.world(server.url) as world:
            yield world, server


async def order_all(world):
    """Order some, of which two wait for others on their number; nobody sends them yet."""
    single = [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in NUMBERS]
    behind = await world.submit([{"telephone_numbers": NUMBERS[:2], "sms": "off"}])
    name = await world.submit([{"telephone_numbers": NUMBERS[:1], **NAME}], kind="lidb")
    assert [each["state"] for each in (*single, behind, name)] == [*["accepted"] * 3, "held", "accepted"]
    return [*single, behind, name]


async def restore(world, server, backup):
    """Put a backup in the place of the server's data, and wait until everybody has noticed."""
    server.kill()
    shutil.rmtree(server.directory / "appendonlydir")
    shutil.copytree(backup, server.directory / "appendonlydir")
    server.start_again()

    async def reads():
        return (await world.api.get(world.orders)).status_code == 200

    await rig.until(reads)


async def drill(world, server, directory):
    """Order, take a backup, let everything be sent and end, and lose all but the backup; returns the orders."""
    orders = await order_all(world)
    shutil.copytree(server.directory / "appendonlydir", directory / "backup")
    for each in orders:
        assert (await world.ended(each["id"]))["state"] == "complete"
    await restore(world, server, directory / "backup")
    assert {(await world.order(each["id"]))["state"] for each in orders} == {"accepted", "held"}
    return orders


async def at_carrier(world):
    return Counter(each["customer_order_id"] for each in await world.ledger() if each["order_id"])


async def test_after_the_restore_of_a_backup_no_order_is_sent_twice(alone, tmp_path):
    world, server = alone
    orders = await drill(world, server, tmp_path)

    counts = await Maintenance(world.desk.store, world.settings).after_restore(world.account)

    assert (counts["accepted"], counts["held"]) == (4, 1)
    for each in orders:
        assert (await world.ended(each["id"]))["state"] == "complete"
        assert "found" in [entry["event"] for entry in await world.timeline(each["id"])]
    assert await at_carrier(world) == {each["id"]: 1 for each in orders}


async def test_without_it_orders_are_sent_twice(alone, tmp_path):
    """So the drill can fail."""
    world, server = alone
    orders = await drill(world, server, tmp_path)

    for each in orders:
        await world.ended(each["id"])

    assert await at_carrier(world) == {each["id"]: 2 for each in orders}


async def test_settings_that_followed_one_another_end_as_the_last_one_wants(alone, tmp_path):
    """A setting has no id at Bandwidth: of two in a line the first is written again, and so the second must be."""
    world, server = alone
    number, forwards = NUMBERS[0], ["6042661720", "6042661721"]

    async def submit(forward):
        body = {"telephone_number": number, "call_forward": forward}
        answer = await world.api.post(f"{world.orders}/number-options", json=body)
        return answer.json()["id"]

    async def shown():
        path = f"/api/v1/accounts/{world.account}/sites/2/sippeers/500014/tns/{number}"
        answer = await world.sandbox.get(path, auth=("sandbox-user", "sandbox-password"))
        return re.findall("<CallForward>([^<]*)", answer.text)

    ids = [await submit(each) for each in forwards]
    shutil.copytree(server.directory / "appendonlydir", tmp_path / "backup")
    for each in ids:
        assert (await world.ended(each))["state"] == "complete"
    await restore(world, server, tmp_path / "backup")
    await Maintenance(world.desk.store, world.settings).after_restore(world.account)

    for each in ids:
        assert (await world.ended(each))["state"] == "complete"
    assert await shown() == forwards[1:]


@pytest.mark.parametrize("remembered", [True, False], ids=["a change in the backup", "a change since"])
async def test_an_order_that_was_changed_at_bandwidth_is_found_by_its_reference(alone, tmp_path, remembered):
    """It shows the groups of the change there, which may have been forgotten with all that came after the backup."""
    world, server = alone
    path = (await world.api.post(f"{world.orders}/dlda", json=listing("Smith"))).json()["links"]["self"]

    async def change():
        return (await world.api.put(path, json=listing("Jones"))).json()["id"]

    target, ids = path.rpartition("/")[2], []
    ids += [await change()] if remembered else []
    shutil.copytree(server.directory / "appendonlydir", tmp_path / "backup")
    if not remembered:
        await world.until(target, "received")
        await world.ended(await change())
    for each in (*ids, target):
        assert (await world.ended(each))["state"] == "complete"
    await restore(world, server, tmp_path / "backup")
    await Maintenance(world.desk.store, world.settings).after_restore(world.account)

    for each in (target, *ids):
        assert (await world.ended(each))["state"] == "complete"
    assert await at_carrier(world) == {target: 1}
