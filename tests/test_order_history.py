"""Bandwidth's own history of an order: fetched when it has moved, read, and never a reason for anything."""

from __future__ import annotations

from dataclasses import replace

import published
import pytest
from test_order_resource import ID, KNOWN, ORDER, REQUEST, RESOURCE_PATH, answer, drive, told

from service import xml
from service.exchange import Broken, Exchange
from service.kinds.tn_options import KIND
from service.lifecycle import State
from service.order_resource import history

RESOURCE = replace(KIND.submit.__self__, has_history=True)
HISTORY = (
    "<OrderHistoryWrapper><OrderHistory><OrderDate>2014-09-04T16:28:11.320Z</OrderDate><Note>Received</Note>"
    "<Author>jbm</Author><Status>RECEIVED</Status></OrderHistory><OrderHistory><OrderDate>never</OrderDate>"
    "<Note>No time</Note></OrderHistory></OrderHistoryWrapper>"
)


def check(order, *replies):
    return drive(RESOURCE.check(order, REQUEST), *replies)


def test_a_moved_order_tells_its_history():
    asked, report = check(KNOWN, answer(told("PROCESSING")), answer(HISTORY))

    assert asked[1] == Exchange("GET", f"{RESOURCE_PATH}/{ID}/history")
    (happening,) = report.history
    assert (happening.note, happening.status, happening.author) == ("Received", "RECEIVED", "jbm")
    assert happening.at == 1409848091320


def test_an_order_that_has_not_moved_is_not_asked_again():
    asked, report = check(replace(KNOWN, bandwidth_status="processing"), answer(told("PROCESSING")))

    assert len(asked) == 1
    assert report.history == ()


@pytest.mark.parametrize("reply", [answer("", 404), answer("<html/>"), Broken("reset"), answer("no xml")])
def test_a_history_that_does_not_come_is_no_failure(reply):
    _, report = check(KNOWN, answer(told("COMPLETE")), reply)

    assert (report.state, report.failed, report.history) == (State.COMPLETE, False, ())


def test_a_found_order_tells_its_history_too():
    uncertain = replace(ORDER, bandwidth_order_id=ID)

    _, report = drive(RESOURCE.find(uncertain, REQUEST), answer(told("COMPLETE")), answer(HISTORY))

    assert len(report.history) == 1


@pytest.mark.parametrize("name", published.names("history"))
def test_every_published_history_is_read(name):
    found = list(history.read(xml.parse(published.payload(f"history/{name}"))))

    assert found
    assert all(each.at > 0 and each.status for each in found)
