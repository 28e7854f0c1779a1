"""Subscriptions through the front: made, listed, shown, written anew and deleted as at Bandwidth; and every refusal."""

from __future__ import annotations

import asyncio
import uuid

import httpx
import pytest
from event_steps import door, listening
from subscribing_steps import path, refusal, shown, written
from subscriptions_at_bandwidth import USER

from service import xml
from service.clients.registrar import Registrar
from service.store import keys
from service.store.events import endpoints
from workers import upkeep

URL = "https://hooks.example.com/bandwidth"
CREDENTIALS = "somebody:a password of theirs"


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


async def made(world, **what):
    answer = await world.api.post(path(world), content=written(URL, **what))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def over(world, subscription_id):
    """Let a subscription's life be over."""
    await world.desk.store.client.hset(keys.endpoint(world.account, subscription_id), "expires_at", "1")


@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
async def test_a_subscription_is_made_and_shown_as_bandwidth_shows_it(world, prefix):
    body = written(URL, order_type="lidb", expiry=3_600, credentials=CREDENTIALS)
    answer = await world.api.post(path(world, prefix=prefix), content=body)
    assert (answer.status_code, answer.content) == (201, b"")
    location = answer.headers["location"]
    subscription_id = location.rpartition("/")[2]
    assert location == f"{world.api.base_url}{prefix}/accounts/{world.account}/subscriptions/{subscription_id}"

    assert (await world.api.get(location)).status_code == 200
    seen = await shown(world, subscription_id)
    assert 3_590 <= int(seen.pop("CallbackSubscription/Expiry")) <= 3_600
    assert {name: text for name, text in seen.items() if text} == {
        "SubscriptionId": subscription_id,
        "OrderType": "lidb",
        "CallbackSubscription/URL": URL,
        "CallbackSubscription/Status": "READY",
        "CallbackSubscription/CallbackCredentials/BasicAuthentication/Username": "somebody",
        "CallbackSubscription/NumberFormat": "LEGACY",
    }


async def test_the_password_is_kept_sealed_and_shown_by_nothing(world):
    subscription_id = await made(world, credentials=CREDENTIALS)
    answers = [await world.api.get(path(world)), await world.api.get(path(world, subscription_id))]
    answers += [await world.api.get(door(world)), await world.api.get(door(world, {"id": subscription_id}))]
    kept = await world.desk.store.client.hgetall(keys.endpoint(world.account, subscription_id))
    assert kept["password"]
    assert "a password of theirs" not in str(kept) + "".join(each.text for each in answers)


async def test_all_are_listed_the_oldest_first(world):
    nothing = await world.api.get(path(world))
    assert [each.tag for each in xml.parse(nothing.content)] == ["Subscriptions"]
    assert len(xml.child(xml.parse(nothing.content), "Subscriptions")) == 0
    first, second = await made(world), await made(world, order_type="dldas")
    listed = xml.child(xml.parse((await world.api.get(path(world))).content), "Subscriptions")
    assert [xml.text(each, "SubscriptionId") for each in listed] == [first, second]


async def test_endpoints_of_ours_are_no_subscriptions(world):
    endpoint = (await world.api.post(door(world), json={"url": URL})).json()
    assert len(xml.child(xml.parse((await world.api.get(path(world))).content), "Subscriptions")) == 0
    for method in ("GET", "DELETE"):
        answer = await world.api.request(method, path(world, endpoint["id"]))
        assert refusal(answer)[:2] == (404, "16000")
    assert (await world.api.get(door(world, endpoint))).status_code == 200


async def test_a_put_writes_it_anew_in_full(world):
    subscription_id = await made(world, expiry=60, credentials=CREDENTIALS, more="<NumberFormat>E164</NumberFormat>")
    answer = await world.api.put(path(world, subscription_id), content=written(f"{URL}/other", order_type="lidbs"))
    assert (answer.status_code, answer.content) == (200, b"")
    seen = await shown(world, subscription_id)
    assert (seen["OrderType"], seen["CallbackSubscription/URL"]) == ("lidbs", f"{URL}/other")
    # what was left out is as if it had never been given
    assert int(seen["CallbackSubscription/Expiry"]) > 86_000
    assert seen["CallbackSubscription/NumberFormat"] == "LEGACY"
    assert not any("Username" in each for each in seen)
    kept = await world.desk.store.client.hgetall(keys.endpoint(world.account, subscription_id))
    assert not {"password", "username"} & set(kept)


async def test_a_put_switches_it_on_again(world):
    subscription_id = await made(world)
    assert (await world.api.patch(door(world, {"id": subscription_id}), json={"enabled": False})).status_code == 200
    assert "switched off" in (await shown(world, subscription_id))["CallbackSubscription/Status"]
    assert (await world.api.put(path(world, subscription_id), content=written(URL))).status_code == 200
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == "READY"


async def test_a_delete_removes_it(world):
    subscription_id = await made(world)
    answer = await world.api.delete(path(world, subscription_id))
    assert (answer.status_code, answer.content) == (200, b"")
    for method in ("GET", "DELETE", "PUT"):
        again = await world.api.request(method, path(world, subscription_id), content=written(URL))
        said = f"Subscription {subscription_id} not found for accountId {world.account}"
        assert refusal(again) == (404, "16000", said)
    assert await world.desk.store.client.keys(f"{{{world.account}}}:endpoint*") == []


@pytest.mark.parametrize("part", [":due", ":sending", "%3Aended", ":updates"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_id_that_is_none_names_no_other_key_of_the_store(world, method, part):
    subscription_id = await made(world)
    for name in ("due", "sending", "ended"):
        await world.desk.store.client.zadd(keys.endpoint(world.account, subscription_id, name), {"a": 1})
    answer = await world.api.request(method, path(world, subscription_id + part), content=written(URL))
    assert refusal(answer)[:2] == (404, "16000")
    assert (await world.api.get(path(world, subscription_id))).status_code == 200


async def test_a_second_one_that_would_tell_the_same_is_refused(world):
    first = await made(world, order_type="lidbs")
    answer = await world.api.post(path(world), content=written(URL, order_type="lidb"))
    assert refusal(answer) == (409, "16008", "Duplicate subscription already exists")
    await made(world, order_type="tnoptions")
    assert (await world.api.delete(path(world, first))).status_code == 200
    await made(world, order_type="lidb")


async def test_one_that_is_written_anew_tells_nothing_that_another_one_tells(world):
    await made(world, order_type="lidbs")
    other = await made(world, order_type="dldas")
    answer = await world.api.put(path(world, other), content=written(URL, order_type="lidb"))
    assert refusal(answer) == (409, "16008", "Duplicate subscription already exists")
    assert (await shown(world, other))["OrderType"] == "dldas"
    assert (await world.api.put(path(world, other), content=written(URL, order_type="dldas"))).status_code == 200


async def test_of_many_at_once_that_would_tell_the_same_one_is_made(world):
    answers = await asyncio.gather(*(world.api.post(path(world), content=written(URL)) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 7]


async def test_an_account_has_so_many(world, monkeypatch):
    monkeypatch.setattr(endpoints, "MOST", 1)
    await made(world)
    answer = await world.api.post(path(world), content=written(URL, order_type="dldas"))
    assert refusal(answer)[:2] == (409, "16006")


CALLBACK = f"<CallbackSubscription><URL>{URL}</URL></CallbackSubscription>"
TYPE = "<OrderType>tnoptions</OrderType>"
MAIL = "<EmailSubscription><Email>a@b.example</Email><DigestRequested>DAILY</DigestRequested></EmailSubscription>"
WRONG = {
    "nothing": ("", "14501"),
    "no XML": ("{}", "14501"),
    "a DOCTYPE": (f"<!DOCTYPE a><Subscription>{TYPE}{CALLBACK}</Subscription>", "14501"),
    "another root": (f"<Subscriptions>{TYPE}{CALLBACK}</Subscriptions>", "14501"),
    "no callback": (f"<Subscription>{TYPE}</Subscription>", "14501"),
    "mail": (f"<Subscription>{TYPE}{MAIL}</Subscription>", "14501"),
    "mail beside a callback": (f"<Subscription>{TYPE}{CALLBACK}{MAIL}</Subscription>", "14501"),
    "digest": (f"<Subscription>{TYPE}{MAIL}</Subscription>".replace("DAILY", "HOURLY"), "14502"),
    "neither type": (f"<Subscription>{CALLBACK}</Subscription>", "14508"),
    "both types": (f"<Subscription>{TYPE}<EventType>MESSAGING_LOST</EventType>{CALLBACK}</Subscription>", "14508"),
    "events": (f"<Subscription><EventType>MESSAGING_LOST</EventType>{CALLBACK}</Subscription>", "14507"),
    "order type": (written(URL, order_type="portins"), "14500"),
    "no URL": (written(""), "14503"),
    "no http": (written("ftp://hooks.example.com/"), "14506"),
    "private": (written("https://10.0.0.1/"), "14506"),
    "plain http": (written("http://hooks.example.com/"), "14506"),
    "credentials in the URL": (written("https://a:b@hooks.example.com/"), "14506"),
    "no password": (written(URL, credentials="somebody:"), "14505"),
    "no user": (written(URL, credentials=":password"), "14505"),
    "long user": (written(URL, credentials=f"{'u' * 101}:p"), "1011"),
    "colon": (
        written(URL, credentials="a:b").replace("<Username>a<", "<Username>a:a<"),
        "14505",
    ),
    "certificate": (
        written(URL, more="<CallbackCredentials><PublicKey>TUlJ</PublicKey></CallbackCredentials>"),
        "14504",
    ),
    "expiry no number": (written(URL, expiry="soon"), "1014"),
    "expiry zero": (written(URL, expiry=0), "1004"),
    "number format": (written(URL, more="<NumberFormat>E.164</NumberFormat>"), "1008"),
    "order id": (written(URL, order_id="one"), "1008"),
    "unknown order": (written(URL, order_id=uuid.UUID(int=7)), "16004"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_cannot_be_kept_is_refused_with_bandwidths_code_and_nothing_is_kept(world, what):
    body, code = WRONG[what]
    answer = await world.api.post(path(world), content=body)
    assert refusal(answer)[:2] == (404, code)
    assert len(xml.child(xml.parse((await world.api.get(path(world))).content), "Subscriptions")) == 0


async def test_a_put_that_cannot_be_kept_changes_nothing(world):
    subscription_id = await made(world, credentials=CREDENTIALS)
    before = await shown(world, subscription_id)
    answer = await world.api.put(path(world, subscription_id), content=written("", expiry=5))
    assert refusal(answer)[:2] == (404, "14503")
    after = await shown(world, subscription_id)
    assert {**before, "CallbackSubscription/Expiry": ""} == {**after, "CallbackSubscription/Expiry": ""}


async def test_too_large_a_body_is_refused(world):
    """It would be read in the thread of all requests: one of an order's size holds them up for seconds."""
    large = written(URL, more="<a/>" * 12_500)
    answer = await world.api.post(path(world), content=large)
    assert answer.status_code == 413


async def test_an_order_is_subscribed_to_by_our_id_or_by_bandwidths(world):
    order = await world.submit()
    await world.ended(order["id"])
    theirs = (await world.order(order["id"]))["bandwidth_order_id"]
    for order_id in (order["id"].upper(), theirs):
        subscription_id = await made(world, order_id=order_id)
        assert (await shown(world, subscription_id))["OrderId"] == order["id"]
        assert (await world.api.delete(path(world, subscription_id))).status_code == 200
    answer = await world.api.post(path(world), content=written(URL, order_type="dldas", order_id=order["id"]))
    assert refusal(answer) == (404, "16004", f"Order {order['id']} of type dldas doesn't exist")


async def test_an_expired_one_is_gone_and_is_removed_by_the_clocks_upkeep(world):
    short, long = await made(world, expiry=60), await made(world, order_type="dldas", expiry=3_600)
    await over(world, short)
    assert refusal(await world.api.get(path(world, short)))[:2] == (404, "16000")
    listed = xml.child(xml.parse((await world.api.get(path(world))).content), "Subscriptions")
    assert [xml.text(each, "SubscriptionId") for each in listed] == [long]
    # it is no duplicate of one that is made anew
    again = await made(world)
    await upkeep.see_to(world.desk, world.account)
    assert await endpoints.ids(world.desk.store, world.account) == sorted([long, again])


async def test_whoever_may_place_orders_may_subscribe_and_whoever_reads_may_look(world):
    registrar = Registrar(world.desk.store, world.settings, "tests")
    name = f"sdk-{world.account}"
    token = await registrar.create(name, [world.account], ["orders:read"], None)
    async with httpx.AsyncClient(base_url=world.api.base_url, auth=(name, token)) as reader:
        assert (await reader.get(path(world))).status_code == 200
        refused = await reader.post(path(world), content=written(URL))
        assert refusal(refused)[:2] == (403, "1001")
    writing = await registrar.create(f"{name}-w", [world.account], ["orders:write"], None)
    async with httpx.AsyncClient(base_url=world.api.base_url, auth=(f"{name}-w", writing)) as writer:
        answer = await writer.post(path(world), content=written(URL))
        assert answer.status_code == 201
        assert (await writer.delete(answer.headers["location"])).status_code == 200


async def test_our_own_calls_show_it_and_change_only_what_is_theirs(world):
    subscription_id = await made(world, order_type="lidb", credentials=CREDENTIALS)
    endpoint = (await world.api.get(door(world, {"id": subscription_id}))).json()
    assert (endpoint["format"], endpoint["kinds"]) == ("notification", ["lidb"])
    assert endpoint["types"] == ["order.updated", "order.completed"]
    assert {**endpoint["subscription"], "expires_at": ""} == {
        "order_type": "lidb",
        "order_id": None,
        "username": "somebody",
        "expires_at": "",
    }
    for call in ("rotate", "ping"):
        answer = await world.api.post(door(world, endpoint, call))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/subscribed-endpoint")
    for change in ({"url": f"{URL}/other"}, {"types": []}, {"kinds": []}):
        answer = await world.api.patch(door(world, endpoint), json=change)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/subscribed-endpoint")
    answer = await world.api.patch(door(world, endpoint), json={"enabled": False, "description": "theirs"})
    assert (answer.json()["enabled"], answer.json()["description"]) == (False, "theirs")
    assert (await world.api.delete(door(world, endpoint))).status_code == 204
    assert refusal(await world.api.get(path(world, subscription_id)))[:2] == (404, "16000")


async def test_deeds_are_in_the_audit(world):
    subscription_id = await made(world)
    await world.api.delete(path(world, subscription_id))
    entries = (await world.api.get(f"/v1/accounts/{world.account}/audit")).json()
    told = [(each["action"], each["subject"]) for each in next(v for v in entries.values() if isinstance(v, list))]
    assert ("front.createSubscription", subscription_id) in told
    assert ("front.deleteSubscription", subscription_id) in told


async def test_subscribing_does_not_touch_our_own_at_bandwidth(world):
    async def ours():
        answer = await world.sandbox.get(path(world), auth=USER)
        return [xml.text(each, "SubscriptionId") for each in xml.child(xml.parse(answer.content), "Subscriptions")]

    before = await ours()
    await made(world)
    assert await ours() == before
