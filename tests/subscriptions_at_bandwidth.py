"""Subscriptions as somebody else changes them: at the sandbox's own API, with the legacy user."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import AnyHttpUrl

from service.store.subscribed import Memory
from service.subscribing import Subscriptions

USER = ("sandbox-user", "sandbox-password")


def calling(world, url=None):
    """A desk like the world's whose subscriptions call the world's own API, or another address."""
    base = AnyHttpUrl(url or str(world.api.base_url))
    return replace(world.desk, settings=world.settings.model_copy(update={"callback_base_url": base}))


def held_by(desk):
    return Subscriptions(desk.settings, desk.connection, desk.turns, Memory(desk.store))


def path(world, subscription_id=None):
    every = f"/api/v1/accounts/{world.account}/subscriptions"
    return f"{every}/{subscription_id}" if subscription_id else every


async def document(world, subscription_id):
    """The subscription as Bandwidth shows it, without what moves by itself."""
    answer = await world.sandbox.get(path(world, subscription_id), auth=USER)
    return re.sub(r"<(Expiry|Status)>[^<]*</\1>", "", answer.text)


async def made(world, url, *, order_type="tnoptions", expiry=10**9, username="bandwidth", order_id=""):
    """Somebody's POST; returns the id."""
    body = written(url, order_type=order_type, expiry=expiry, username=username, order_id=order_id)
    answer = await world.sandbox.post(path(world), content=body, auth=USER)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def changed(world, subscription_id, url, **what):
    """Somebody's PUT of a whole subscription."""
    answer = await world.sandbox.put(path(world, subscription_id), content=written(url, **what), auth=USER)
    assert answer.status_code == 200, answer.text


async def deleted(world, subscription_id):
    answer = await world.sandbox.delete(path(world, subscription_id), auth=USER)
    assert answer.status_code == 200, answer.text


def written(url, *, order_type="tnoptions", expiry=10**9, username=None, order_id=""):
    basic = f"<Username>{username}</Username><Password>somebody's</Password>"
    credentials = f"<CallbackCredentials><BasicAuthentication>{basic}</BasicAuthentication></CallbackCredentials>"
    single = f"<OrderId>{order_id}</OrderId>" if order_id else ""
    return (
        f"<Subscription><OrderType>{order_type}</OrderType>{single}<CallbackSubscription><URL>{url}</URL>"
        f"<Expiry>{expiry}</Expiry>{credentials if username else ''}</CallbackSubscription></Subscription>"
    )
