"""Callbacks in JSON: what Bandwidth's Subscriptions v2 may send, and what it should not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.bandwidth import callback_document, callback_json
from service.bandwidth.callback_json import UnreadableJson


def read(value):
    return callback_json.read("5500001", json.dumps(value).encode())


@pytest.mark.parametrize("name", ["orderId", "OrderId", "order_id", "ORDER-ID", "orderid"])
def test_names_are_read_in_any_spelling(name):
    assert read({name: " b-1 ", "status": "complete"}).bandwidth_order_id == "b-1"


@pytest.mark.parametrize("inside", ["order", "data", "event", "orderUpdate", "anything"])
def test_names_are_found_one_level_down(inside):
    news = read({"subscriptionId": "s", inside: {"orderId": "b-1", "orderType": "lidb", "status": "FAILED"}})
    said = (news.subscription_id, news.bandwidth_order_id, news.order_type, news.status)
    assert said == ("s", "b-1", "lidb", "FAILED")


def test_the_outer_name_counts_before_an_inner_one_and_the_orders_before_others():
    news = read({"subscription": {"status": "ACTIVE", "note": "n"}, "order": {"status": "COMPLETE", "orderId": "b"}})
    assert (news.status, news.bandwidth_order_id, news.note) == ("COMPLETE", "b", "n")
    assert read({"status": "outer", "order": {"status": "inner"}}).status == "outer"


def test_two_levels_down_is_too_far():
    with pytest.raises(UnreadableJson, match="none of the names"):
        read({"data": {"order": {"orderId": "b"}}})


def test_an_order_is_told_the_same_in_xml_and_in_json():
    inner = b"<OrderId>b</OrderId><Status>COMPLETE</Status><LastModifiedDate>1</LastModifiedDate>"
    xml = b"<Notification>%s</Notification>" % inner
    in_json = read({"orderId": "b", "status": "complete", "lastModifiedDate": "1", "subscriptionId": "another"})
    assert in_json.key == callback_document.read("5500001", xml).key


def test_an_id_may_be_a_number_and_what_is_no_text_says_nothing():
    news = read({"orderId": 17, "status": None, "note": ["a"], "message": True, "lastModifiedDate": 1.5})
    assert (news.bandwidth_order_id, news.status, news.note, news.message, news.last_modified) == ("17", *[None] * 4)
    assert news.is_note


def test_characters_that_xml_cannot_hold_are_left_out():
    assert read({"orderId": "a\x00b\ud800\uffff", "note": "one\ntwo"}).bandwidth_order_id == "ab"


def test_words_and_texts_are_bounded():
    news = read({"orderId": "x" * 5000, "note": "y" * 5000})
    assert (len(news.bandwidth_order_id), len(news.note)) == (100, 1000)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"<Notification/>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not an object"),
        (b'[{"orderId": "b"}]', "not an object"),
        (b'"orderId"', "not an object"),
        (b"null", "not an object"),
        (b"{}", "none of the names"),
        (b'{"orderId": "", "status": "  "}', "none of the names"),
        (b'{"something": "else"}', "none of the names"),
        (b'{"orderId": "a", "orderId": "b"}', "twice"),
        (b'{"orderId": "a", "order_id": "a"}', "twice"),
        (b'{"order": {"orderId": "a"}, "order": {"orderId": "b"}}', "twice"),
        (b'{"data": {"x": {"status": "a", "Status": "b"}}}', "twice"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deeply"),
        (b"[" * 100_000, "too deeply"),
        (b'{"orderId": ' + b"1" * 5000 + b"}", "not JSON"),
    ],
)
def test_what_says_nothing_or_two_things_is_refused(body, why):
    with pytest.raises(UnreadableJson, match=why):
        callback_json.read("5500001", body)


def test_names_that_are_not_read_may_look_alike():
    assert read({"a_b": 1, "aB": 2, "orderId": "b"}).bandwidth_order_id == "b"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["orderId", "order", "status", "x", "data"]) | st.text(max_size=3), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.binary(max_size=60) | _values.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_are_read_or_refused(body):
    try:
        news = callback_json.read("1", body)
    except UnreadableJson:
        return
    assert news.key
