"""What `verify` finds of subscriptions: nothing where all is well, and one that never expires."""

from __future__ import annotations

import notified
import pytest
from event_steps import bring, listening
from subscribing_steps import path, subscribe

from service.maintenance import Maintenance
from service.store import keys


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


@pytest.fixture
def service():
    with notified.service("somebody:a password of theirs") as made:
        yield made


async def findings(world):
    walk = await Maintenance(world.desk.store, world.settings).verify(world.account)
    return [(each.key, each.wrong) for each in walk.findings]


async def test_an_account_with_subscriptions_verifies_clean(world, service):
    await subscribe(world, service)
    assert await findings(world) == []
    for telephone_number in ("2015551234", "2015551235"):
        order = await world.submit([{"telephone_numbers": [telephone_number], "sms": "on"}])
        await world.ended(order["id"])
        await world.desk.events.courier.fan_out(world.account)
        assert await findings(world) == []
    service.answer = lambda _posted: (503, {})
    await bring(world)
    assert await findings(world) == []


async def test_one_that_never_expires_is_found_and_ends_by_a_repair(world, service):
    subscription_id = await subscribe(world, service)
    key = keys.endpoint(world.account, subscription_id)
    await world.desk.store.client.hdel(key, "expires_at")
    assert (await world.api.get(path(world))).status_code == 200
    assert await findings(world) == [(key, "It is a subscription that never expires.")]
    await Maintenance(world.desk.store, world.settings).repair(world.account)
    assert await findings(world) == []
    assert await world.desk.events.subscriptions.sweep(world.account) == [subscription_id]
