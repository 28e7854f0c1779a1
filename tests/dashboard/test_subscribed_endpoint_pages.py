"""Endpoints that clients of Bandwidth's XML API have subscribed, as people see them; and what only they change."""

from __future__ import annotations

import re
from html import unescape

import notified
import pytest
from event_steps import bring, door, listening
from subscribing_steps import path, subscribe, written


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


@pytest.fixture
def service():
    with notified.service("somebody:a password of theirs") as made:
        yield made


def room(world, subscription_id=None, part=""):
    every = f"/dashboard/accounts/{world.account}/endpoints"
    return every + (f"/{subscription_id}" if subscription_id else "") + (f"/{part}" if part else "")


async def test_it_stands_among_the_endpoints_with_what_it_is_told(world, visit, service):
    order = await world.submit()
    await world.ended(order["id"])
    subscription_id = await subscribe(world, service)
    visitor = await visit(world)
    assert "notifications" in (await visitor.get(room(world))).text
    page = unescape((await visitor.get(room(world, subscription_id))).text)
    assert "all orders of tn-options" in page
    assert "Bandwidth's notifications, as tnoptions" in page
    assert "somebody, with a password that is never shown" in page
    assert "a password of theirs" not in page
    for act in ("edit", "rotate", "ping"):
        assert f"{subscription_id}/{act}" not in page

    body = written(service.url, order_id=order["id"])
    assert (await world.api.put(path(world, subscription_id), content=body)).status_code == 200
    page = (await visitor.get(room(world, subscription_id))).text
    assert f"/orders/{order['id']}" in page
    assert "<dd>none</dd>" in page


async def test_what_was_told_is_seen_with_what_came_back(world, visit, service):
    subscription_id = await subscribe(world, service)
    order = await world.submit()
    await world.ended(order["id"])
    await bring(world)
    (last, *_) = (await world.api.get(door(world, {"id": subscription_id}, "deliveries"))).json()["deliveries"]
    visitor = await visit(world)
    page = (await visitor.get(room(world, subscription_id))).text
    assert "answered 200 OK" in page
    shown = await visitor.get(room(world, subscription_id, f"deliveries/{last['id']}"))
    assert (shown.status_code, order["id"] in shown.text) == (200, True)


async def test_what_only_its_subscriber_changes_is_refused(world, visit, service):
    subscription_id = await subscribe(world, service)
    visitor = await visit(world)
    edit = await visitor.get(room(world, subscription_id, "edit"))
    assert (edit.status_code, "change it there" in edit.text) == (409, True)
    for act in ("rotate", "ping"):
        page = (await visitor.get(room(world, subscription_id, act))).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = await visitor.post(room(world, subscription_id, act), **hidden)
        assert answer.status_code == 409
    for act in ("switch-off", "switch-on", "remove"):
        page = (await visitor.get(room(world, subscription_id, act))).text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        assert (await visitor.post(room(world, subscription_id, act), **hidden)).status_code == 303
    assert (await world.api.get(path(world, subscription_id))).status_code == 404


async def test_the_audit_tells_of_it(world, visit, service):
    subscription_id = await subscribe(world, service)
    page = (await (await visit(world)).get(f"/dashboard/accounts/{world.account}/audit")).text
    assert "made a subscription by XML" in page
    assert room(world, subscription_id) in page
