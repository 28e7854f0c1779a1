"""A subscription that stays wrong is told of once, by whichever worker sees it, and once that it is whole again."""

from __future__ import annotations

import asyncio

import pytest
from event_steps import bring, listen, stream
from subscriptions_at_bandwidth import calling, held_by

from service import subscribing
from service.errors import BandwidthRefused
from service.kinds import shelf
from workers import watch

ORDER_TYPES = {kind.subscription_names[0] for kind in shelf().values() if kind.subscription_names}


def told(events, account):
    return {(each["type"], each["id"].removeprefix(f"{account}-"), each["state"], each["version"]) for each in events}


def all_of(word, state, version):
    return {(f"subscription.{word}", order_type, state, version) for order_type in ORDER_TYPES}


async def test_what_is_put_right_at_once_is_no_event(world):
    await watch.heal(calling(world), world.account)
    assert await stream(world) == []


async def test_what_stays_wrong_is_told_once_and_so_is_its_end_and_what_comes_later(world, receiver):
    await listen(world, receiver, types=["subscription.unhealthy"], kinds=["tn-options"])
    nowhere = calling(world, "http://127.0.0.1:81")
    await asyncio.gather(*(watch.heal(nowhere, world.account) for _ in range(3)))
    events = await stream(world)
    assert len(events) == len(ORDER_TYPES)
    assert told(events, world.account) == all_of("unhealthy", "missing", "1")
    await bring(world)
    (first,) = receiver.told
    assert first.body["data"] == {
        "account_id": world.account,
        "order_type": "tnoptions",
        "kinds": ["tn-options"],
        "problems": ["missing"],
        "version": 1,
    }

    for _ in range(2):
        await watch.heal(calling(world), world.account)
    assert told((await stream(world))[len(events) :], world.account) == all_of("healthy", "", "2")
    for _ in range(2):
        await watch.heal(nowhere, world.account)
    assert told((await stream(world))[2 * len(events) :], world.account) == all_of("unhealthy", "wrong_url", "3")
    await bring(world)
    assert len({each.id for each in receiver.told}) == 2


async def test_while_bandwidth_shows_none_all_of_them_are_told_of(world, monkeypatch):
    listed = subscribing.subscriptions.listed

    async def refused(*_):
        raise BandwidthRefused("Bandwidth refuses our credentials")

    for _ in range(2):
        monkeypatch.setattr(subscribing.subscriptions, "listed", refused)
        with pytest.raises(BandwidthRefused):
            await held_by(calling(world)).heal(world.account)
    assert told(await stream(world), world.account) == all_of("unhealthy", "refused", "1")
    monkeypatch.setattr(subscribing.subscriptions, "listed", listed)
    await watch.heal(calling(world), world.account)
    assert len(await stream(world)) == 2 * len(ORDER_TYPES)
