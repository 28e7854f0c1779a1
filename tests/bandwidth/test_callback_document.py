"""Callbacks as Bandwidth writes them, and as it should not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published import names, payload

from service import xml
from service.bandwidth import callback_document


def read(inner, root="Notification"):
    return callback_document.read("5500001", f"<{root}>{inner}</{root}>".encode())


@pytest.mark.parametrize("name", names("notifications"))
def test_every_published_notification_is_read(name):
    news = callback_document.read("5500001", payload(f"notifications/{name}"))

    assert news.account_id == "5500001"
    assert news.bandwidth_order_id or news.message or news.subscription_id


def test_names_are_read_in_any_case_and_namespace_and_values_without_blanks_around_them():
    news = read("<ORDERID>\n b-1 </ORDERID><status>complete</status><n:Note xmlns:n='urn:n'> two words </n:Note>")

    assert (news.bandwidth_order_id, news.status, news.note) == ("b-1", "complete", "two words")


def test_the_first_of_two_counts_and_what_is_empty_is_missing():
    news = read("<OrderId>one</OrderId><OrderId>two</OrderId><Status> </Status><Message/>")

    assert (news.bandwidth_order_id, news.status, news.message, news.is_note) == ("one", None, None, True)


def test_words_and_texts_are_bounded():
    names = ("OrderId", "Status", "CustomerOrderId", "SubscriptionId", "LastModifiedDate", "OrderType")
    news = read("".join(f"<{name}>{'x' * 50_000}</{name}>" for name in (*names, "Note", "Message")))

    words = (news.bandwidth_order_id, news.status, news.customer_order_id, news.subscription_id, news.last_modified)
    assert {len(each) for each in (*words, news.order_type)} == {100}
    assert {len(news.note), len(news.message)} == {1000}


def test_only_the_notification_itself_is_read_and_not_what_is_nested_in_it():
    news = read("<Other><OrderId>inner</OrderId></Other><Status>A</Status>")

    assert (news.bandwidth_order_id, news.status) == (None, "A")


@pytest.mark.parametrize("root", ["Subscription", "NotificationResponse", "html", "x"])
def test_another_root_is_refused(root):
    with pytest.raises(xml.UnreadableXml, match="not Notification"):
        read("<OrderId>b-1</OrderId>", root)


def test_a_callback_is_the_same_one_through_another_subscription_and_in_another_case_of_its_words():
    same = [
        read(f"<OrderId>{order}</OrderId><Status>{status}</Status><SubscriptionId>{subscription}</SubscriptionId>")
        for order, status, subscription in (("b", "COMPLETE", "1"), ("B", "complete", "2"))
    ]
    other = read("<OrderId>b</OrderId><Status>FAILED</Status>")

    assert same[0].key == same[1].key != other.key
    assert [each.bandwidth_order_id for each in same] == ["b", "b"]


def test_two_notes_about_one_order_are_two_callbacks():
    notes = [read(f"<OrderId>b</OrderId><Note>{each}</Note>").key for each in ("one", "two")]

    assert notes[0] != notes[1]


def test_two_hundred_thousand_elements_are_read_in_one_pass():
    inner = "<a/>" * 200_000 + "<OrderId>b-1</OrderId>"
    began = time.process_time()

    assert read(inner).bandwidth_order_id == "b-1"

    assert time.process_time() - began < 1.5


@settings(max_examples=300, deadline=None, database=None)
@given(st.binary(max_size=80) | st.text(max_size=40).map(lambda text: f"<Notification>{text}</Notification>".encode()))
def test_arbitrary_bytes_are_read_or_refused(body):
    try:
        news = callback_document.read("1", body)
    except xml.UnreadableXml:
        return
    assert news.key
