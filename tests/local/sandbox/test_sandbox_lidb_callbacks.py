from __future__ import annotations

import pytest
from feature_orders import DLDAS, LIDBS, accepted, dlda, finished, lidb, order_id_of
from lxml import etree
from sandbox_harness import SUBSCRIPTIONS, running, subscription, until

STATES = ["PROCESSING", "COMPLETE"]
TN = "2018551030"


def types(receiver):
    return {etree.fromstring(request.body).findtext("OrderType") for request in receiver.received}


@pytest.mark.parametrize("spelling", ["lidb", "lidbs", "LIDBS"])
def test_lidb_is_announced_under_both_spellings_and_never_as_received(own_sandbox, receiver, spelling):
    own_sandbox.subscribe(receiver.url, order_type=spelling)
    finished(own_sandbox, LIDBS, lidb(TN))
    until(lambda: receiver.statuses() == STATES)
    assert types(receiver) == {"lidb"}


@pytest.mark.parametrize(("numbers", "end"), [(["2015550101"], "FAILED"), (["2015550101", TN], "PARTIAL")])
def test_the_other_ends_of_lidb_are_announced(own_sandbox, receiver, numbers, end):
    own_sandbox.subscribe(receiver.url, order_type="lidb")
    accepted(own_sandbox, LIDBS, lidb(*numbers))
    until(lambda: receiver.statuses() == ["PROCESSING", end])


def test_a_single_lidb_order_can_be_subscribed_to_and_must_exist(own_sandbox, receiver):
    order_id = order_id_of(accepted(own_sandbox, LIDBS, lidb("2015550122")))
    own_sandbox.subscribe(receiver.url, order_type="lidbs", order_id=order_id)
    finished(own_sandbox, LIDBS, lidb(TN))
    until(lambda: "COMPLETE" in receiver.statuses())
    assert {request.order_id for request in receiver.received} == {order_id}
    tn_option = own_sandbox.accepted(TN)
    answer = own_sandbox.post(subscription(receiver.url, order_type="lidbs", order_id=tn_option), SUBSCRIPTIONS)
    assert (answer.status_code, b"16004" in answer.content) == (404, True)


@pytest.mark.parametrize(("accepting", "other"), [("lidb", "lidbs"), ("lidbs", "lidb")])
def test_a_sandbox_can_know_one_spelling_only(accepting, other):
    with running(lidb_spelling=accepting) as sandbox:
        subscription_id = sandbox.subscribe("http://example.com/", order_type=accepting)
        body = subscription("http://example.com/other", order_type=other)
        refused = (
            sandbox.post(body, SUBSCRIPTIONS),
            sandbox.http.put(f"{SUBSCRIPTIONS}/{subscription_id}", content=body),
        )
        for answer in refused:
            status = etree.fromstring(answer.content).find("ResponseStatus")
            assert (answer.status_code, status.findtext("ErrorCode")) == (404, "14500")
            words = status.findtext("Description").rpartition(": ")[2].split(", ")
            assert accepting in words
            assert other not in words
        sandbox.subscribe("http://example.com/", order_type="tnoptions")


def test_dldas_are_announced_from_received_on_in_their_own_words(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url, order_type="dldas")
    finished(own_sandbox, DLDAS, dlda(TN))
    until(lambda: receiver.statuses() == ["RECEIVED", *STATES])
    assert types(receiver) == {"dldas"}
    messages = [etree.fromstring(request.body).findtext("Message") for request in receiver.received]
    assert messages[0] == "The DL/DA request has been received"


def test_a_cancelled_end_is_not_announced(own_sandbox, receiver):
    own_sandbox.subscribe(receiver.url, order_type="dldas")
    finished(own_sandbox, DLDAS, dlda("2015550124"))
    finished(own_sandbox, DLDAS, dlda(TN))
    until(lambda: "COMPLETE" in receiver.statuses())
    assert "CANCELLED" not in receiver.statuses()
