"""Subscriptions and notifications as Bandwidth's documents print them, against ours."""

from __future__ import annotations

import re

import notified
import published
import pytest
from event_steps import bring, listening
from subscribing_steps import path, refusal, subscribe

from service import xml
from service.store import keys

REQUESTS = [each for each in published.names("subscriptions") if "request" in each or each.startswith("docs-")]
#: what a request asks for that is not ours to tell, or that cannot be read as it is printed
REFUSED = {"14500", "14501", "14507"}


@pytest.fixture
async def world(valkey):
    async with listening(valkey) as made:
        yield made


@pytest.fixture
def service():
    with notified.service() as made:
        yield made


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_published_request_is_taken_once_it_is_about_orders_that_are_ours(world, name):
    body = published.payload(f"subscriptions/{name}").decode()
    as_it_is = await world.api.post(path(world), content=body)
    assert (as_it_is.status_code, refusal(as_it_is)[1] in REFUSED) == (404, True)

    # what stands for something else in the documents: the type, the URL, an order's id, a key cut short
    body = re.sub(r"<OrderType>\w+</OrderType>|<EventType>\w+</EventType>", "<OrderType>tnoptions</OrderType>", body)
    body = re.sub(r"<URL>[^<]*</URL>", "<URL>https://hooks.example.com/</URL>", body)
    body = re.sub(r"<OrderId>[^<]*</?OrderId>|<PublicKey>[^<]*</PublicKey>", "", body)
    answer = await world.api.post(path(world), content=body)
    if "EmailSubscription" in body or "SubscriptionsResponse" in body:
        assert refusal(answer)[:2] == (404, "14501")
        return
    assert answer.status_code == 201, answer.text
    seen = (await world.api.get(answer.headers["location"])).text
    for told in ("Username", "NumberFormat"):
        given = re.search(f"<{told}>([^<]*)</{told}>", body)
        assert given is None or given[0] in seen


async def test_what_is_shown_has_the_shape_that_is_published(world, service):
    shape = shapes(published.payload("subscriptions/openapi-v1-GetSubscriptions-resp200-example"))
    shape |= shapes(published.payload("subscriptions/docs-subscriptions-9"))
    shape |= shapes(published.payload("subscriptions/node-numbers-subscriptions"))
    service.credentials = "somebody:theirs"
    order = await world.submit()
    await subscribe(world, service, order_id=order["id"])
    assert shapes((await world.api.get(path(world))).content) <= shape


async def test_a_notification_has_the_elements_that_were_seen_in_their_order(world, service):
    await subscribe(world, service)
    fields = {"type": "order.completed", "id": "an-order", "kind": "tn-options", "state": "complete", "version": 2}
    await world.desk.store.client.xadd(keys.events(world.account), fields)
    await bring(world)
    seen = [each.tag for each in xml.parse(published.payload("notifications/observed-orders-complete-2024"))]
    ours = [each.tag for each in xml.parse(service.notified[0].body)]
    # numbers are told of no order of these types
    assert ours == [each for each in seen if each != "CompletedTelephoneNumbers"]


def shapes(body):
    root = xml.parse(body)
    tree = root.getroottree()
    return {re.sub(r"\[\d+\]", "", tree.getelementpath(each)) for each in root.iter()}
