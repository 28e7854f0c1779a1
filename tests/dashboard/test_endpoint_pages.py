"""Endpoints as people see them: how each stands, what was brought there and what came back, and what may be done."""

from __future__ import annotations

import re
import uuid
from html import unescape

import httpx
import pytest
from event_steps import bring, door, later, listen, listening, ping, seen
from event_steps import deliveries as delivered

NOWHERE = str(uuid.UUID(int=0x7000 << 64 | 0b10 << 62))
HOSTILE = "</span><script>alert(1)</script>"


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


def room(world, endpoint=None, part=""):
    path = f"/dashboard/accounts/{world.account}/endpoints"
    return path + (f"/{endpoint['id']}" if endpoint else "") + (f"/{part}" if part else "")


async def form(visitor, path, **fields):
    """Send the form of a page, with what stands in its hidden fields."""
    page = (await visitor.get(path)).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return await visitor.post(path, **{**hidden, **fields})


async def deeds(world):
    answer = await world.api.get(f"/v1/accounts/{world.account}/audit")
    return [(each["action"], each["subject"], each["detail"]) for each in answer.json()["deeds"]]


async def test_an_account_without_endpoints_says_so_and_how_to_make_one(world, visit):
    page = await (await visit(world)).get(room(world))
    assert "Nobody is told of this account" in page.text
    assert f'href="{room(world)}/new"' in page.text


async def test_whoever_may_only_read_sees_no_button_and_does_nothing(world, visit, receiver):
    endpoint = await listen(world, receiver)
    sent = await ping(world, endpoint)
    await bring(world)
    reader = await visit(world, "orders:read")
    one, delivery = room(world, endpoint), f"{room(world, endpoint)}/deliveries/{sent['id']}"
    for path in (room(world), one, delivery):
        page = await reader.get(path)
        assert page.status_code == 200
        # to sign out is left to everybody
        assert page.text.count('method="post"') == 1
        assert "/new" not in page.text
    for act in ("edit", "ping", "switch-on", "switch-off", "rotate", "remove", "replay"):
        assert (await reader.get(f"{one}/{act}")).status_code == 403
        refused = await reader.post(f"{one}/{act}", version="1")
        assert (refused.status_code, "admin" in refused.text) == (403, True)
    assert (await reader.post(room(world) + "/new", url=receiver.url)).status_code == 403
    assert (await reader.post(delivery)).status_code == 403
    assert (await seen(world, endpoint))["version"] == endpoint["version"]
    assert len((await world.api.get(door(world))).json()["endpoints"]) == 1


async def test_a_form_that_proves_nothing_does_nothing(world, visit, receiver):
    endpoint = await listen(world, receiver)
    visitor = await visit(world)
    for act in ("ping", "remove", "rotate", "replay"):
        answer = await visitor.post(f"{room(world, endpoint)}/{act}", version=endpoint["version"], proof="made up")
        assert (answer.status_code, "nothing was done" in answer.text) == (400, True)
    assert await deeds(world) == [("createEndpoint", endpoint["id"], "")]


async def test_what_is_of_nobody_or_of_another_account_is_not_found(world, visit):
    visitor = await visit(world)
    for path in (room(world, {"id": NOWHERE}), room(world, {"id": NOWHERE}, "ping"), room(world) + "/made-up"):
        assert (await visitor.get(path)).status_code == 404
    assert (await visitor.get("/dashboard/accounts/1/endpoints")).status_code == 404


async def test_an_endpoint_is_made_once_and_its_secret_shown_by_that_form_alone(world, visit, receiver, lines):
    visitor = await visit(world)
    asked = (await visitor.get(room(world) + "/new")).text
    key = re.search(r'name="key" value="([^"]+)"', asked)[1]
    fields = {"url": receiver.url, "description": HOSTILE, "types": ["order.completed", "ping"][:1], "enabled": "1"}
    first, again = [await visitor.post(room(world) + "/new", key=key, **fields) for _ in range(2)]
    secrets = {re.search(r"whsec_[\w+/=-]+", unescape(each.text))[0] for each in (first, again)}
    assert (first.status_code, again.status_code, len(secrets)) == (200, 200, 1)
    (made,) = (await world.api.get(door(world))).json()["endpoints"]
    told = {name: made[name] for name in ("url", "description", "types", "kinds", "enabled")}
    assert told == {
        "url": receiver.url,
        "description": HOSTILE,
        "types": ["order.completed"],
        "kinds": [],
        "enabled": True,
    }
    assert await deeds(world) == [("createEndpoint", made["id"], "")]
    for path in (room(world), room(world, made), room(world, made, "edit")):
        page = await visitor.get(path)
        assert HOSTILE not in page.text
        assert HOSTILE in unescape(page.text)
        assert "whsec_" not in page.text
    assert "whsec_" not in lines.getvalue()


async def test_every_wrong_field_stands_beside_its_input(world, visit):
    visitor = await visit(world)
    fields = {"url": "ftp://example.com/", "description": "x" * 201, "types": ["made-up"], "kinds": ["toasts"]}
    answer = await form(visitor, room(world) + "/new", **fields)
    assert answer.status_code == 422
    for field in ("url", "description", "types", "kinds"):
        assert f'id="wrong-{field}-1"' in answer.text
        assert f'aria-describedby="wrong-{field}-1"' in answer.text
    assert 'value="ftp://example.com/"' in answer.text
    nothing = await form(visitor, room(world) + "/new", url="")
    assert (nothing.status_code, 'id="wrong-url-1"' in nothing.text) == (422, True)
    assert (await world.api.get(door(world))).json() == {"endpoints": []}


async def test_a_change_is_made_to_what_was_seen_and_to_nothing_else(world, visit, receiver):
    endpoint = await listen(world, receiver, types=["order.completed"])
    visitor = await visit(world)
    path, fields = room(world, endpoint, "edit"), {"url": receiver.url, "description": "ours", "kinds": ["lidb"]}
    stale = await form(visitor, path, **fields, enabled="1", version="0")
    assert (stale.status_code, "changed since you saw it" in stale.text) == (409, True)
    assert await seen(world, endpoint) == {name: value for name, value in endpoint.items() if name != "secret"}
    wrong = await form(visitor, path, url="nonsense", enabled="1")
    assert (wrong.status_code, 'id="wrong-url-1"' in wrong.text) == (422, True)
    done = await form(visitor, path, **fields, enabled="1")
    assert (done.status_code, done.headers["location"]) == (303, room(world, endpoint))
    now = await seen(world, endpoint)
    assert (now["description"], now["types"], now["kinds"], now["enabled"]) == ("ours", [], ["lidb"], True)
    assert (await deeds(world))[0] == ("changeEndpoint", endpoint["id"], "changes description, kinds, types")


async def test_attempts_are_seen_with_what_came_back_and_what_to_do(world, visit, receiver):
    endpoint = await listen(world, receiver)
    visitor = await visit(world)
    assert "signed as all others are" in (await visitor.get(room(world, endpoint, "ping"))).text
    sent = await form(visitor, room(world, endpoint, "ping"))
    assert (sent.status_code, sent.headers["location"]) == (303, room(world, endpoint))
    await bring(world)
    assert [each.type for each in receiver.told] == ["ping"]
    page = (await visitor.get(room(world, endpoint))).text
    assert "answered 200 OK" in page
    assert "none among the deliveries" not in page

    receiver.answer = lambda _: 503
    order = await world.submit()
    await bring(world)
    page = (await visitor.get(room(world, endpoint), params={"status": "waiting"})).text
    assert "answered 503 Service Unavailable" in page
    assert re.search(r"The last one: answered 503 Service Unavailable, .*? after [\d.]+ m?s", page)
    assert "answered 200 OK" not in page
    assert f'href="/dashboard/accounts/{world.account}/orders/{order["id"]}"' in page
    assert "after 5 days without a success it is switched off" in page
    assert "failing" in (await visitor.get(room(world))).text
    assert (await visitor.get(room(world, endpoint), params={"status": "lost"})).status_code == 400
    assert await deeds(world) == [("pingEndpoint", endpoint["id"], ""), ("createEndpoint", endpoint["id"], "")]


async def test_pages_of_deliveries_lead_to_the_last(world, visit, receiver):
    endpoint = await listen(world, receiver)
    for _ in range(27):
        await ping(world, endpoint)
    await bring(world)
    visitor, where, found = await visit(world), room(world, endpoint), []
    while where:
        page = (await visitor.get(where)).text
        found += re.findall(r'/deliveries/([^"]+)">ping<', page)
        where = unescape(next(iter(re.findall(r'href="([^"]+cursor=[^"]+)"', page)), ""))
    assert len(found) == len(set(found)) == 27
    assert (await visitor.get(room(world, endpoint), params={"cursor": "bm9uc2Vuc2U="})).status_code == 400


async def test_a_delivery_that_has_ended_is_sent_again_and_one_that_waits_is_not(world, visit, receiver):
    endpoint = await listen(world, receiver)
    sent = await ping(world, endpoint)
    visitor, path = await visit(world), f"{room(world, endpoint)}/deliveries/{sent['id']}"
    waits = await form(visitor, path)
    assert (waits.status_code, "waits for its next attempt already" in waits.text) == (409, True)
    await bring(world)
    assert "Send it again" in (await visitor.get(path)).text
    again = await form(visitor, path)
    assert (again.status_code, again.headers["location"]) == (303, path)
    await bring(world)
    assert [each.id for each in receiver.told] == [sent["event_id"]] * 2
    assert (await visitor.get(path)).text.count("answered 200 OK") == 2
    assert (await deeds(world))[0] == ("replayDelivery", f"{endpoint['id']} {sent['id']}", "")
    assert (await visitor.get(path + "x")).status_code == 404


async def test_events_since_a_time_are_sent_again(world, visit, receiver):
    order = await world.submit()
    later(world, 1)
    endpoint = await listen(world, receiver)
    visitor, path = await visit(world), room(world, endpoint, "replay")
    for since, said in (("", "not a time"), ("2026-02-30T10:00", "no calendar"), ("9999-01-01T00:00", "has passed")):
        wrong = await form(visitor, path, since=since)
        assert (wrong.status_code, said in wrong.text) == (422, True), since
        assert f'value="{since}"' in wrong.text
    begun = await form(visitor, path, since="2020-01-01T00:00", types=["order.accepted"])
    assert (begun.status_code, begun.headers["location"]) == (303, room(world, endpoint))
    busy = await form(visitor, path, since="2020-01-01T00:00:30")
    assert (busy.status_code, "wait until its replay has ended" in busy.text) == (409, True)
    await bring(world)
    assert [(each.type, each.order_id) for each in receiver.told] == [("order.accepted", order["id"])]
    assert "since 2020-01-01 00:00:00 UTC: 1 events so far" in (await visitor.get(room(world, endpoint))).text
    assert (await deeds(world))[0] == ("replayEvents", endpoint["id"], "since 2020-01-01T00:00:00.000Z")


async def test_one_is_switched_off_and_on_given_a_secret_and_removed(world, visit, receiver):
    endpoint = await listen(world, receiver)
    visitor = await visit(world)
    stale = await form(visitor, room(world, endpoint, "switch-off"), version="0")
    assert (stale.status_code, "Nothing was done" in stale.text) == (409, True)
    assert (await form(visitor, room(world, endpoint, "switch-off"))).status_code == 303
    page = (await visitor.get(room(world, endpoint))).text
    assert "Somebody switched it off" in page
    off = await form(visitor, room(world, endpoint, "ping"))
    assert (off.status_code, "switch it on first" in off.text) == (409, True)
    replayed = await form(visitor, room(world, endpoint, "replay"), since="2020-01-01T00:00")
    assert (replayed.status_code, "switch it on first" in replayed.text) == (409, True)
    assert (await form(visitor, room(world, endpoint, "switch-on"))).status_code == 303
    rotated = await form(visitor, room(world, endpoint, "rotate"))
    assert re.search(r"whsec_[\w+/=-]+", unescape(rotated.text))[0] != endpoint["secret"]
    assert "The secret before signs beside it until" in rotated.text
    gone = await form(visitor, room(world, endpoint, "remove"))
    assert (gone.status_code, gone.headers["location"]) == (303, room(world))
    assert (await world.api.get(door(world))).json() == {"endpoints": []}
    assert [action for action, *_ in await deeds(world)] == [
        "deleteEndpoint",
        "rotateEndpoint",
        "changeEndpoint",
        "changeEndpoint",
        "createEndpoint",
    ]


@pytest.mark.parametrize(("answers", "after", "said"), [(410, 0, "410 Gone"), (500, 6 * 86_400, "for 5 days")])
async def test_one_that_was_switched_off_by_itself_says_why(world, visit, receiver, answers, after, said):
    endpoint = await listen(world, receiver)
    receiver.answer = lambda _: answers
    await ping(world, endpoint)
    await bring(world)
    if after:
        later(world, after)
        await ping(world, endpoint) if (await seen(world, endpoint))["enabled"] else None
        await bring(world)
    page = (await (await visit(world)).get(room(world, endpoint))).text
    assert said in page
    assert "switch-on" in page
    assert "/ping" not in page
    assert await delivered(world, endpoint)


async def test_a_receiver_that_is_not_there_is_told_in_words(world, visit, receiver):
    endpoint = await listen(world, receiver)
    nobody = httpx.URL(receiver.url).copy_with(port=9)
    await world.api.patch(door(world, endpoint), json={"url": str(nobody)})
    await ping(world, endpoint)
    await bring(world)
    assert re.search(r"no connection|refused|could not", (await (await visit(world)).get(room(world, endpoint))).text)
