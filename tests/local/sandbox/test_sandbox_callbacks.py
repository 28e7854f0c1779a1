from __future__ import annotations

import socket

import pytest
from lxml import etree
from sandbox_harness import SUBSCRIPTIONS, basic, receiving, running, until

STATES = ["RECEIVED", "PROCESSING", "COMPLETE"]
PLAIN = "2018551020"


def tags(body):
    return [child.tag for child in etree.fromstring(body)]


def subscription_status(sandbox, subscription_id):
    document = etree.fromstring(sandbox.http.get(f"{SUBSCRIPTIONS}/{subscription_id}").content)
    return document.findtext(".//Status")


def test_every_state_is_announced_once_and_in_order(own_sandbox, receiver):
    subscription_id = own_sandbox.subscribe(receiver.url)
    order_id = own_sandbox.accepted(PLAIN, customer_order_id="mine")
    until(lambda: receiver.statuses() == STATES)
    last = receiver.received[-1]
    assert tags(last.body) == [
        "Status",
        "SubscriptionId",
        "Message",
        "OrderId",
        "OrderType",
        "CustomerOrderId",
        "LastModifiedDate",
    ]
    document = etree.fromstring(last.body)
    assert document.tag == "Notification"
    assert document.findtext("OrderId") == order_id
    assert document.findtext("SubscriptionId") == subscription_id
    assert document.findtext("OrderType") == "tnoptions"
    assert document.findtext("CustomerOrderId") == "mine"
    modified = own_sandbox.report(order_id).findtext("LastModifiedDate")
    assert document.findtext("LastModifiedDate") == modified
    assert last.content_type == "application/xml; charset=utf-8"
    assert last.authorization is None


def test_a_notification_has_no_customer_order_id_if_the_order_has_none(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.accepted(PLAIN)
    until(lambda: receiver.received)
    assert "CustomerOrderId" not in tags(receiver.received[0].body)


@pytest.mark.parametrize(("numbers", "end"), [(["2015550101"], "FAILED"), (["2015550101", PLAIN], "PARTIAL")])
def test_other_ends_are_announced_too(own_sandbox, receiver, numbers, end):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.accepted(*numbers)
    until(lambda: receiver.statuses() == ["RECEIVED", "PROCESSING", end])


def test_an_unknown_status_word_is_not_announced(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url)
    own_sandbox.accepted("2015550123")
    until(lambda: receiver.statuses() == STATES)


def test_the_challenge_comes_first_without_authorization_and_without_a_body(own_sandbox):
    with receiving(challenge='Basic realm="orders"') as receiver:
        subscription_id = own_sandbox.subscribe(receiver.url, credentials=("user", "secret"))
        own_sandbox.accepted(PLAIN)
        until(lambda: receiver.statuses() == STATES)
        until(lambda: len(own_sandbox.callbacks()) == 3)
        pairs = [(request.authorization, bool(request.body)) for request in receiver.received]
        assert pairs == [(None, False), (basic("user", "secret"), True)] * 3
        assert all(attempt["delivered"] for attempt in own_sandbox.callbacks())
        assert subscription_status(own_sandbox, subscription_id) == "200 OK"


@pytest.mark.parametrize(
    "answer",
    [(401, {}, b""), (401, {"WWW-Authenticate": "Bearer"}, b""), (403, {}, b""), (200, {}, b"")],
)
def test_without_a_basic_challenge_the_notification_is_lost(own_sandbox, receiver, answer):
    receiver.answers = [answer]
    own_sandbox.subscribe(receiver.url, credentials=("user", "secret"))
    own_sandbox.accepted(PLAIN)
    attempts = until(lambda: len(own_sandbox.callbacks()) == 3 and own_sandbox.callbacks())
    assert receiver.with_body() == []
    assert len(receiver.received) == 3
    assert not any(attempt["delivered"] for attempt in attempts)


def test_a_refused_callback_is_never_sent_again_and_stays_in_the_subscription(own_sandbox, receiver):
    receiver.answers = [(503, {}, b"not today\x01<")]
    subscription_id = own_sandbox.subscribe(receiver.url)
    own_sandbox.accepted(PLAIN)
    attempts = until(lambda: len(own_sandbox.callbacks()) == 3 and own_sandbox.callbacks())
    assert receiver.statuses() == STATES
    assert [attempt["delivered"] for attempt in attempts] == [False] * 3
    assert subscription_status(own_sandbox, subscription_id) == "503 Service Unavailable not today<"


def test_a_callback_that_finds_nobody_is_lost_and_the_next_one_goes_out(own_sandbox):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        own_sandbox.subscribe(f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        order_id = own_sandbox.accepted(PLAIN)
        attempts = until(lambda: len(own_sandbox.callbacks()) == 3 and own_sandbox.callbacks())
    assert [attempt["status"] for attempt in attempts] == STATES
    assert {attempt["order_id"] for attempt in attempts} == {order_id}
    assert all("ConnectError" in attempt["outcome"] for attempt in attempts)


def test_a_callback_without_an_answer_is_lost_after_the_timeout():
    with running(callback_timeout=0.05) as sandbox, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sandbox.subscribe(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        sandbox.accepted(PLAIN)
        attempts = until(sandbox.callbacks)
        assert "Timeout" in attempts[0]["outcome"]


def test_a_single_order_subscription_hears_of_its_order_alone(own_sandbox, receiver):
    wanted = own_sandbox.accepted("2015550122")
    own_sandbox.subscribe(receiver.url, order_id=wanted)
    own_sandbox.accepted(PLAIN)
    until(lambda: "COMPLETE" in receiver.statuses())
    assert {request.order_id for request in receiver.received} == {wanted}


def test_overlapping_subscriptions_both_hear_and_other_types_do_not(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url + "/one")
    own_sandbox.subscribe(receiver.url + "/two")
    own_sandbox.subscribe(receiver.url + "/three", order_type="lidb")
    own_sandbox.accepted(PLAIN)
    until(lambda: len(receiver.received) == 6)
    assert sorted(receiver.statuses()) == sorted(STATES * 2)


def test_at_pace_zero_everything_is_over_at_once():
    with running(pace=0.0) as sandbox, receiving() as receiver:
        sandbox.subscribe(receiver.url)
        order_id = sandbox.accepted(PLAIN)
        assert sandbox.report(order_id).findtext("ProcessingStatus") == "COMPLETE"
        until(lambda: receiver.statuses() == STATES)
