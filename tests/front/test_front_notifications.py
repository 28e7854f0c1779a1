"""What services written for Bandwidth are told by us: each status once, proved as they ask, until they take it."""

from __future__ import annotations

import base64
import json
import re
import ssl

import notified
import pytest
import rig
import tls
from event_steps import bring, deliveries, door, later, listening
from front_steps import RESOURCES, get, order_in, post
from subscribing_steps import path, shown, subscribe, written

from service import xml
from service.bandwidth import callback_document
from service.lifecycle import TERMINAL, State
from service.notification import STATUSES, TOLD
from service.store import keys
from service.store.events import deliveries as deliveries_kept
from service.store.events import subscribed
from workers import upkeep

CREDENTIALS = "somebody:a password of theirs"
#: longer than the wait after a first failure
SOON = 10


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


@pytest.fixture
def service():
    with notified.service() as made:
        yield made


@pytest.fixture
def guarded(service):
    """The same service, which asks for credentials."""
    service.credentials = CREDENTIALS
    return service


async def told(world, order_id, version, state, was, kind="tn-options"):
    """Let an event of an order be in the stream, as the scripts write it, at the time of the test's clock."""
    fields = {"type": "order.completed" if state in {"complete", "failed", "rejected"} else "order.updated"}
    fields |= {"id": order_id, "kind": kind, "state": state, "version": version, **({"was": was} if was else {})}
    store = world.desk.store
    at = f"{await subscribed.now(store, world.account)}-*" if store.offset else "*"
    await store.client.xadd(keys.events(world.account), fields, id=at)


async def test_each_status_of_an_order_is_told_once_as_bandwidth_tells_it(world, guarded):
    subscription_id = await subscribe(world, guarded)
    order = await world.submit(customer_order_id="their reference 7")
    await bring(world)
    assert guarded.posted == []
    await world.ended(order["id"])
    await bring(world)

    ended = await world.order(order["id"])
    assert guarded.statuses()[-1] == "COMPLETE"
    assert len(set(guarded.statuses())) == len(guarded.statuses())
    last = guarded.notified[-1]
    assert last.content_type == "application/xml; charset=utf-8"
    said = [(each.tag, each.text) for each in xml.parse(last.body)]
    assert said == [
        ("Status", "COMPLETE"),
        ("SubscriptionId", subscription_id),
        ("Message", "The order is complete."),
        ("OrderId", order["id"]),
        ("OrderType", "tnoptions"),
        ("CustomerOrderId", "their reference 7"),
        ("LastModifiedDate", dict(said)["LastModifiedDate"]),
    ]
    assert dict(said)["LastModifiedDate"][:19] == ended["completed_at"][:19]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", dict(said)["LastModifiedDate"])
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == "200 OK"


@pytest.mark.parametrize("resource", RESOURCES)
async def test_a_client_hears_of_the_order_that_it_placed_by_the_id_that_it_was_given(valkey, guarded, resource):
    async with listening(valkey, front_hold_seconds=0) as world:
        await subscribe(world, guarded, order_type=resource)
        answer = await post(world, resource, reference="My order 1")
        order_id = answer.headers["location"].rpartition("/")[2]
        await world.ended(order_id)
        await bring(world)
        last = guarded.notified[-1]
        assert (last.said("OrderId"), last.said("CustomerOrderId")) == (order_id, "My order 1")
        shown_as = order_in(await get(world, resource, last.said("OrderId")))
        assert last.said("Status") == xml.text(shown_as, "ProcessingStatus") == "COMPLETE"


async def test_an_order_that_was_answered_201_and_that_bandwidth_refuses_then_is_told_as_failed(valkey, guarded):
    async with listening(valkey, front_hold_seconds=0) as world:
        await subscribe(world, guarded, order_type="dldas")
        # the sandbox refuses toll-free numbers of listings at once
        answer = await post(world, "dldas", number="8005551234")
        assert answer.status_code == 201
        order_id = answer.headers["location"].rpartition("/")[2]
        assert (await world.ended(order_id))["state"] == "rejected"
        await bring(world)
        assert guarded.statuses() == ["FAILED"]
        assert guarded.notified[0].said("OrderId") == order_id


async def test_without_a_reference_of_the_clients_none_is_told(world, service):
    await subscribe(world, service)
    order = await world.submit()
    await world.ended(order["id"])
    await bring(world)
    assert service.notified[-1].said("OrderId") == order["id"]
    assert service.notified[-1].said("CustomerOrderId") is None


async def test_statuses_come_one_by_one_in_their_order(world, service):
    await subscribe(world, service)
    for version, (was, state) in enumerate([("submitting", "received"), ("received", "processing")], 2):
        await told(world, "an-order", version, state, was)
        await bring(world)
    # a version that changes no status tells nothing
    await told(world, "an-order", 4, "processing", "processing")
    await bring(world)
    await told(world, "an-order", 5, "complete", "processing")
    await bring(world)
    assert service.statuses() == ["RECEIVED", "PROCESSING", "COMPLETE"]


async def test_what_follows_one_that_is_under_way_waits_for_it(world, service):
    await subscribe(world, service)
    courier = world.desk.events.courier
    await told(world, "an-order", 2, "received", "submitting")
    await courier.fan_out(world.account)
    (first,) = await courier.take(world.account, 10)
    await told(world, "an-order", 3, "processing", "received")
    await courier.fan_out(world.account)
    assert await courier.take(world.account, 10) == []
    # a third one takes the place of the second, and its turn
    await told(world, "an-order", 4, "complete", "processing")
    await courier.fan_out(world.account)
    assert await courier.take(world.account, 10) == []
    await courier.bring(world.account, first)
    await bring(world)
    assert service.statuses() == ["RECEIVED", "COMPLETE"]


async def test_one_whose_courier_died_holds_up_the_next_for_its_lease_only(world, service):
    await subscribe(world, service)
    courier = world.desk.events.courier
    await told(world, "an-order", 2, "received", "submitting")
    await courier.fan_out(world.account)
    await courier.take(world.account, 10)
    await told(world, "an-order", 3, "complete", "processing")
    await bring(world)
    assert service.statuses() == []
    later(world, world.settings.lease_seconds + 1)
    await bring(world)
    assert service.statuses() == ["COMPLETE"]


async def test_names_are_never_told_as_received(world, service):
    await subscribe(world, service, order_type="lidbs")
    for version, (was, state) in enumerate([("submitting", "received"), ("received", "processing")], 2):
        await told(world, "an-order", version, state, was, kind="lidb")
        await bring(world)
    assert service.statuses() == ["PROCESSING"]
    assert service.notified[0].said("OrderType") == "lidbs"


@pytest.mark.parametrize(("kind", "order_type"), [("tn-options", "tnoptions"), ("lidb", "lidb"), ("dlda", "dldas")])
async def test_it_is_told_of_its_own_kind_alone(world, service, kind, order_type):
    await subscribe(world, service, order_type=order_type)
    for each in ("tn-options", "lidb", "dlda", "number-options", "location-failover"):
        await told(world, f"order-{each}", 2, "complete", "processing", kind=each)
    await bring(world)
    assert [(each.said("OrderId"), each.said("OrderType")) for each in service.notified] == [
        (f"order-{kind}", order_type)
    ]


async def test_a_subscription_to_one_order_is_told_of_that_one(world, service):
    first, other = await world.submit(), await world.submit()
    await subscribe(world, service, order_id=first["id"])
    await world.ended(first["id"])
    await world.ended(other["id"])
    await bring(world)
    assert {each.said("OrderId") for each in service.notified} == {first["id"]}
    assert service.statuses()[-1] == "COMPLETE"


async def test_a_refused_order_is_told_as_failed_and_one_that_waits_is_not_told(world, service):
    await subscribe(world, service)
    await told(world, "an-order", 2, "held", "accepted")
    await told(world, "an-order", 3, "needs_attention", "submitting")
    await bring(world)
    assert service.statuses() == []
    await told(world, "an-order", 4, "rejected", "submitting")
    await bring(world)
    assert service.statuses() == ["FAILED"]


async def test_a_change_of_an_order_is_told_by_the_order_alone(world, service):
    await subscribe(world, service, order_type="dldas")
    await world.desk.store.client.hset(keys.order(world.account, "a-change"), "amends", "an-order")
    await told(world, "a-change", 2, "complete", "processing", kind="dlda")
    await told(world, "an-order", 4, "complete", "processing", kind="dlda")
    await bring(world)
    assert [each.said("OrderId") for each in service.notified] == ["an-order"]


def test_what_is_told_is_the_status_that_an_order_has():
    assert set(STATUSES) == set(State)
    for told_of in TOLD.values():
        assert all(STATUSES[state] == status for state, status in told_of.items())
        assert set(told_of) >= TERMINAL


async def test_the_first_post_has_neither_credentials_nor_body_and_the_second_has_both(world, guarded):
    await subscribe(world, guarded)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert [(each.pair, bool(each.body)) for each in guarded.posted] == [(None, False), (CREDENTIALS, True)]


async def test_without_credentials_there_is_one_post(world, service):
    await subscribe(world, service)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert [(each.pair, bool(each.body)) for each in service.posted] == [(None, True)]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {}),
        (400, {}),
        (401, {}),
        (403, {}),
        (411, {}),
        (401, {"WWW-Authenticate": 'Digest realm="x", Basic realm="y"'}),
    ],
)
async def test_who_asks_in_another_way_than_http_misses_nothing_and_gets_the_body_once(world, guarded, status, headers):
    guarded.answer = lambda posted: (200, {}) if posted.pair == CREDENTIALS else (status, headers)
    await subscribe(world, guarded)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert guarded.statuses() == ["COMPLETE"]
    assert sum(bool(each.body) for each in guarded.posted) == 1


async def test_who_asks_for_another_proof_gets_no_password(world, guarded):
    guarded.answer = lambda _posted: (401, {"WWW-Authenticate": 'Digest realm="basic, x", nonce="1"'})
    subscription_id = await subscribe(world, guarded)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert [(each.pair, each.body) for each in guarded.posted] == [(None, b"")]
    said = "401 Unauthorized, it asks for another proof than Basic"
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == said


async def test_wrong_credentials_are_seen_and_tried_again_until_they_are_right(world, guarded):
    subscription_id = await subscribe(world, guarded, credentials="somebody:wrong")
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert guarded.statuses() == []
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == "401 Unauthorized"
    body = written(guarded.url, credentials=CREDENTIALS)
    assert (await world.api.put(path(world, subscription_id), content=body)).status_code == 200
    later(world, SOON)
    await bring(world)
    assert guarded.statuses() == ["COMPLETE"]


async def test_one_that_is_written_anew_while_it_fails_has_its_failures_forgotten(world, guarded):
    """Else it would go on to rest, and be switched off for days of what is mended."""
    subscription_id = await subscribe(world, guarded, credentials="somebody:wrong")
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    own, health = keys.endpoint(world.account, subscription_id), ("failures", "failing_since", "resume_at")
    assert all(await world.desk.store.client.hmget(own, health))
    body = written(guarded.url, credentials=CREDENTIALS)
    assert (await world.api.put(path(world, subscription_id), content=body)).status_code == 200
    assert not any(await world.desk.store.client.hmget(own, health))
    await told(world, "another", 2, "complete", "processing")
    await bring(world)
    assert guarded.statuses("another") == ["COMPLETE"]


@pytest.mark.parametrize("status", [404, 408, 429, 500, 503, 302])
async def test_one_that_is_down_gets_it_when_it_is_up(world, guarded, status):
    guarded.answer = lambda _posted: (status, {})
    subscription_id = await subscribe(world, guarded)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert [(each.pair, each.body) for each in guarded.posted] == [(None, b"")]
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"].startswith(str(status))
    guarded.answer = None
    later(world, SOON)
    await bring(world)
    assert guarded.statuses() == ["COMPLETE"]


async def test_while_it_is_down_the_newest_status_waits_and_the_end_is_never_missed(world, service):
    service.answer = lambda _posted: (503, {})
    subscription_id = await subscribe(world, service)
    await told(world, "an-order", 2, "received", "submitting")
    await bring(world)
    await told(world, "an-order", 3, "processing", "received")
    await told(world, "an-order", 4, "failed", "processing")
    await bring(world)
    service.answer = None
    service.posted.clear()
    later(world, SOON)
    await bring(world)
    later(world, 7 * 86_400 - 60)
    await bring(world)
    assert service.statuses() == ["FAILED"]
    statuses = {each["status"] for each in await deliveries(world, {"id": subscription_id})}
    assert statuses == {"delivered", "replaced"}


async def test_one_that_says_gone_is_switched_off(world, service):
    service.answer = lambda _posted: (410, {})
    subscription_id = await subscribe(world, service)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    said = "410 Gone; switched off: PUT the subscription to switch it on"
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == said


async def test_old_statuses_are_told_again_by_a_replay(world, service):
    subscription_id = await subscribe(world, service)
    await told(world, "an-order", 2, "received", "submitting")
    await told(world, "an-order", 3, "processing", "processing")
    await bring(world)
    await told(world, "an-order", 4, "complete", "processing")
    await bring(world)
    service.posted.clear()
    answer = await world.api.post(
        door(world, {"id": subscription_id}, "replay"), json={"since": "2020-01-01T00:00:00Z"}
    )
    assert answer.status_code == 202, answer.text
    await bring(world)
    assert service.statuses() == ["COMPLETE"]


async def test_an_expired_one_hears_of_nothing_more_and_gets_what_it_is_owed(world, service):
    service.answer = lambda _posted: (503, {})
    subscription_id = await subscribe(world, service, expiry=60)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    later(world, 61)
    await told(world, "another", 2, "complete", "processing")
    await bring(world)
    await upkeep.see_to(world.desk, world.account)
    service.answer = None
    service.posted.clear()
    later(world, 70)
    await bring(world)
    assert [each.said("OrderId") for each in service.notified] == ["an-order"]
    await upkeep.see_to(world.desk, world.account)
    assert await world.desk.store.client.exists(keys.endpoint(world.account, subscription_id)) == 0


async def test_an_expired_one_is_owed_what_happened_while_it_lived_and_was_fanned_out_later(world, service):
    """Workers were away, or a stream was long."""
    subscription_id = await subscribe(world, service, expiry=60)
    await told(world, "an-order", 2, "complete", "processing")
    later(world, 61)
    await told(world, "another", 2, "complete", "processing")
    await upkeep.see_to(world.desk, world.account)
    await bring(world)
    assert [each.said("OrderId") for each in service.notified] == ["an-order"]
    await upkeep.see_to(world.desk, world.account)
    assert await world.desk.store.client.exists(keys.endpoint(world.account, subscription_id)) == 0


async def test_one_that_never_takes_what_it_is_owed_goes_after_days(world, service):
    service.answer = lambda _posted: (503, {})
    subscription_id = await subscribe(world, service, expiry=60)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    later(world, 61 + 4 * 86_400)
    await upkeep.see_to(world.desk, world.account)
    assert await world.desk.store.client.exists(keys.endpoint(world.account, subscription_id)) == 0


async def test_a_password_that_another_key_sealed_is_told_and_not_sent(world, guarded):
    subscription_id = await subscribe(world, guarded)
    sealed = world.desk.events.subscriptions._sealer.seal("x", "another place")
    await world.desk.store.client.hset(keys.endpoint(world.account, subscription_id), "password", sealed)
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    assert guarded.posted == []
    said = (await shown(world, subscription_id))["CallbackSubscription/Status"]
    assert said == "its secret is sealed with another TRACKER_SECRET_KEY"


async def test_events_without_the_state_before_are_told(world, service):
    """Those that the release before wrote."""
    await subscribe(world, service)
    await told(world, "an-order", 2, "received", None)
    await bring(world)
    assert service.statuses() == ["RECEIVED"]


async def test_deliveries_that_the_release_before_made_are_brought_as_notifications(world, service):
    subscription_id = await subscribe(world, service)
    await told(world, "an-order", 2, "needs_attention", "received")
    delivery_id = f"evt_an-order_2.{subscription_id}"
    fields = {"type": "order.updated", "subject": "an-order", "kind": "tn-options", "state": "needs_attention"}
    record = fields | {"endpoint": subscription_id, "event": "evt_an-order_2", "version": 2, "status": "waiting"}
    now = await world.desk.events.subscriptions.now(world.account)
    client = world.desk.store.client
    await client.hset(
        keys.delivery(world.account, delivery_id), mapping={**record, "at": now, "made_at": now, "schema": 1}
    )
    await client.zadd(keys.endpoint(world.account, subscription_id, "due"), {delivery_id: now})
    await client.zadd(keys.due_deliver(world.account), {subscription_id: now})
    await bring(world)
    assert service.statuses() == ["PROCESSING"]


async def test_our_own_door_for_bandwidths_callbacks_takes_notifications_unchanged(world):
    """Somebody else's tracker may stand before ours: what is written for Bandwidth's callbacks takes ours."""
    address = f"{world.api.base_url}/callbacks/bandwidth/{world.account}/{rig.SEGMENT}"
    credentials = ":".join(rig.CALLBACK)
    answer = await world.api.post(path(world), content=written(address, credentials=credentials))
    assert answer.status_code == 201, answer.text
    subscription_id = answer.headers["location"].rpartition("/")[2]
    order_id = "01a22666-8fc7-7095-9751-1aaf5d9a1b4e"
    await told(world, order_id, 2, "complete", "processing")
    await bring(world)
    assert (await shown(world, subscription_id))["CallbackSubscription/Status"] == "200 OK"
    (kept_callback,) = await world.desk.store.client.keys(f"{{{world.account}}}:orphan:*")
    assert kept_callback.endswith(order_id)


async def test_what_is_sent_is_what_our_own_reader_of_callbacks_reads(world, service):
    subscription_id = await subscribe(world, service)
    await told(world, "an-order", 2, "partial", "processing")
    await bring(world)
    news = callback_document.read(world.account, service.notified[0].body)
    assert (news.bandwidth_order_id, news.status, news.order_type) == ("an-order", "PARTIAL", "tnoptions")
    assert news.subscription_id == subscription_id


async def test_endpoints_beside_it_are_told_as_ever(world, service, receiver):
    made = await world.api.post(door(world), json={"url": receiver.url})
    receiver.secrets.append(made.json()["secret"])
    await subscribe(world, service)
    order = await world.submit()
    await world.ended(order["id"])
    await bring(world)
    assert {"order.accepted", "order.completed"} <= {each.type for each in receiver.told}
    assert all(each.verified for each in receiver.told)
    assert service.statuses()[-1] == "COMPLETE"


async def test_a_secret_is_in_no_log(world, guarded, lines):
    await subscribe(world, guarded, credentials="somebody:wrong-and-secret")
    await told(world, "an-order", 2, "complete", "processing")
    await bring(world)
    written_lines = [json.loads(each) for each in lines.getvalue().splitlines()]
    assert any(each["event"] == "event.not_delivered" for each in written_lines)
    assert "wrong-and-secret" not in lines.getvalue()


@pytest.mark.parametrize("form", ["PEM", "DER"])
async def test_a_receivers_own_certificate_is_believed_where_its_subscription_brings_it(world, guarded, tmp_path, form):
    paths = tls.Authority(tmp_path, "nobody knows it").certify("receiver", "127.0.0.1")
    pem = paths[0].read_text()
    given = pem.encode() if form == "PEM" else ssl.PEM_cert_to_DER_cert(pem)
    more = f"<PublicKey>{base64.b64encode(given).decode()}</PublicKey></CallbackCredentials>"
    with tls.door(paths, int(guarded.url.split(":")[2].partition("/")[0])) as port:
        url = f"https://127.0.0.1:{port}/bandwidth"
        body = written(url, credentials=CREDENTIALS)
        made = await world.api.post(path(world), content=body)
        subscription_id = made.headers["location"].rpartition("/")[2]
        await told(world, "an-order", 2, "complete", "processing")
        await bring(world)
        assert "certificate is not accepted" in (await shown(world, subscription_id))["CallbackSubscription/Status"]

        body = body.replace("</CallbackCredentials>", more)
        answer = await world.api.put(path(world, subscription_id), content=body)
        assert answer.status_code == 200, answer.text
        later(world, SOON)
        await bring(world)
        assert guarded.statuses() == ["COMPLETE"]
        assert not any("PublicKey" in each for each in await shown(world, subscription_id))

        another = tls.Authority(tmp_path, "another").certify("another", "127.0.0.1")[0].read_bytes()
        more = f"<PublicKey>{base64.b64encode(another).decode()}</PublicKey></CallbackCredentials>"
        body = written(url, credentials=CREDENTIALS).replace("</CallbackCredentials>", more)
        assert (await world.api.put(path(world, subscription_id), content=body)).status_code == 200
        await told(world, "another-order", 2, "complete", "processing")
        await bring(world)
        assert "certificate is not accepted" in (await shown(world, subscription_id))["CallbackSubscription/Status"]


async def test_no_script_makes_more_than_a_thousand_calls(world, service):
    """The heaviest: as many subscriptions as may be, an older status to replace at each, and changes to pass over."""
    for at in range(50):
        body = written(f"{service.url}?{at}", order_type="dldas")
        assert (await world.api.post(path(world), content=body)).status_code == 201
    client, store = world.desk.store.client, world.desk.store

    async def calls(work):
        before = await client.info("commandstats")
        await work
        after = await client.info("commandstats")
        return sum(each["calls"] for each in after.values()) - sum(each["calls"] for each in before.values())

    await told(world, "an-order", 2, "received", "submitting", kind="dlda")
    assert await calls(deliveries_kept.fan_out(store, world.account)) < 1_000
    for at in range(99):
        await client.hset(keys.order(world.account, f"change-{at}"), "amends", "an-order")
        await told(world, f"change-{at}", 2, "received", "submitting", kind="dlda")
    await told(world, "an-order", 3, "processing", "received", kind="dlda")
    cursor = None
    while cursor != (cursor := await client.get(keys.events_cursor(world.account))):
        assert await calls(deliveries_kept.fan_out(store, world.account)) < 1_000
    assert await client.zcard(keys.undelivered(world.account)) == 50
    assert await calls(world.desk.events.courier.take(world.account, 250)) < 1_000
    assert await calls(world.desk.events.subscriptions.sweep(world.account)) < 1_000
