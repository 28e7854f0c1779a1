"""Finding names and listings again: their lists know numbers and days only, and some answers tell no reference."""

from __future__ import annotations

import pytest
from kind_cases import answer, body_of, order_of

from service import xml
from service.exchange import Holders
from service.kinds import shelf
from service.lifecycle import State

ID, OTHER_ID = "f2ac3343-5bff-424a-b8ca-975f5e7b159e", "ea9e90c2-77a4-4f82-ac47-e1c5bb1311f4"
CREATED = "<OrderCreateDate>2023-11-14T22:13:30Z</OrderCreateDate>"


def listed(*ids):
    entries = "".join(f"<OrderIdUserIdDate><orderId>{each}</orderId></OrderIdUserIdDate>" for each in ids)
    return f"<ResponseSelectWrapper><ListOrderIdUserIdDate>{entries}</ListOrderIdUserIdDate></ResponseSelectWrapper>"


def told(kind, order, request, order_id, reference):
    """The order as a GET shows it, with or without its reference."""
    element = kind.submit.__self__.write(order, request)
    element.remove(xml.child(element, "CustomerOrderId"))
    element.extend(xml.parse(f"<R><OrderId>{order_id}</OrderId>{CREATED}{reference}</R>".encode()))
    return xml.write(element)


def find(name, references, **more):
    """Look for an order, where Bandwidth lists one order for each of these references; None is not told."""
    kind, (order, request) = shelf()[name], order_of(name, body_of(name), state=State.UNCERTAIN, **more)
    ids = dict(zip((ID, OTHER_ID), references, strict=False))
    conversation, given, asked = kind.find(order, request), None, []
    try:
        while True:
            question = conversation.send(given)
            if isinstance(question, Holders):
                given = frozenset()
                continue
            asked.append(question)
            order_id = question.path.rpartition("/")[2]
            if order_id in ids:
                reference = ids[order_id] and f"<CustomerOrderId>{ids[order_id]}</CustomerOrderId>"
                given = answer(told(kind, order, request, order_id, reference or ""))
            else:
                given = answer("" if question.path.endswith("/history") else listed(*ids))
    except StopIteration as end:
        return asked, end.value


@pytest.mark.parametrize("name", ["lidb", "dlda"])
def test_it_is_ours_by_its_reference(name):
    ours = shelf()[name].example["customer_order_id"]

    _, report = find(name, [ours, "another"])

    assert (report.state, report.bandwidth_order_id) == (State.RECEIVED, ID)


@pytest.mark.parametrize("name", ["lidb", "dlda"])
def test_an_order_that_tells_no_reference_is_for_a_person_and_never_sent_again(name):
    _, report = find(name, [None])

    assert (report.state, report.searched) == (State.NEEDS_ATTENTION, False)
    assert report.attention.why == "unproved_candidate"
    assert ID in report.attention.do


@pytest.mark.parametrize("name", ["lidb", "dlda"])
def test_one_that_is_proved_is_taken_before_one_that_is_not(name):
    _, report = find(name, [None, shelf()[name].example["customer_order_id"]])

    assert report.bandwidth_order_id == OTHER_ID


def test_each_search_asks_for_another_number():
    asked = [find("lidb", [], searches=made)[0][0].query["tn"] for made in range(3)]

    assert asked == ["2018551030", "2018551031", "2018551030"]


def test_a_change_of_capitals_and_a_removal_are_no_longer_taken_for_what_was_there_before():
    resource, (order, request) = shelf()["dlda"].submit.__self__, order_of("dlda", body_of("dlda"))
    before = resource.write(order, request)
    body = body_of("dlda", "/groups/0/listing_name/last_name", "SMITH")
    capitals = resource.write(*order_of("dlda", body))
    removal = resource.write(*order_of("dlda", {**body_of("dlda"), "delete_dlda_tn_groups": True}))

    assert resource.read_groups(before) == resource.read_groups(capitals) == resource.read_groups(removal)
    assert resource.read_exactly(before) != resource.read_exactly(capitals)
    assert resource.read_exactly(before) != resource.read_exactly(removal)
    came_back = xml.parse(xml.write(before).replace(b">DLDA<", b">Dlda<").replace(b"SubscriberType", b"AccountType"))
    assert resource.read_exactly(before) == resource.read_exactly(came_back)
