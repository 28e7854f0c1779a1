from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sandbox_harness import ORDERS, outline, running

DAY = timedelta(days=1)


class Calendar:
    def __init__(self):
        self.now = datetime(2026, 5, 10, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def three_days():
    """One order a day from 10 to 12 May, seen on the 12th: a partial, a failed and a stuck one."""
    calendar = Calendar()
    with running(clock=calendar, pace=60.0, token_ttl=10**9) as sandbox:
        ids = [sandbox.accepted("2015550101", "2018551020", customer_order_id="first one")]
        calendar.now += DAY
        ids.append(sandbox.accepted("2015550101", customer_order_id="second"))
        calendar.now += DAY
        ids.append(sandbox.accepted("2015550120", "2018551022"))
        calendar.now += timedelta(minutes=5)
        yield sandbox, ids


def listed(sandbox, query):
    answer = sandbox.http.get(f"{ORDERS}?{query}")
    assert answer.status_code == 200, answer.text
    root = etree.fromstring(answer.content)
    assert root.findtext("TotalCount") == str(len(root) - 1)
    return [entry.text for entry in root.iter("OrderId")]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [2, 1, 0]),
        ("customerOrderId=first%20one", [0]),
        ("customerOrderId=nobody", []),
        ("tn=2015550101", [1, 0]),
        ("tn=2018551022", [2]),
        ("tn=2015550101&customerOrderId=second", [1]),
        ("tn=2018551020&customerOrderId=second", []),
        ("status=FAILED", [1]),
        ("status=failed&status=PARTIAL", [1, 0]),
        ("status=PROCESSING", [2]),
        ("createdDateFrom=2026-05-11", [2, 1]),
        ("createdDateTo=2026-05-11", [1, 0]),
        ("createdDateFrom=2026-05-11&createdDateTo=2026-05-11", [1]),
        ("modifiedDateFrom=2026-05-12", [2]),
        ("modifiedDateFrom=2026-05-10&modifiedDateTo=2026-05-10", [0]),
        ("lastModifiedAfter=2026-05-11", [2, 1]),
        ("lastModifiedBy=sandbox-client", [2, 1, 0]),
        ("lastModifiedBy=nobody", []),
        ("orderDetails=true&tn=2018551022", [2]),
        ("page=7&size=nonsense", [2, 1, 0]),
    ],
)
def test_the_filters_select(three_days, query, wanted):
    sandbox, ids = three_days
    assert listed(sandbox, query) == [ids[index] for index in wanted]


def test_a_fragment_of_the_order_id_selects(three_days):
    sandbox, ids = three_days
    assert listed(sandbox, f"orderIdFragment={ids[1][4:20].upper()}") == [ids[1]]


@pytest.mark.parametrize(
    "query",
    [
        "status=DONE",
        "tn=12345",
        "tn=",
        "customerOrderId=",
        "customerOrderId=a%26b",
        "createdDateFrom=yesterday",
        "createdDateTo=2026-02-30",
        "modifiedDateFrom=2026-05-12&modifiedDateTo=2026-05-11",
        "lastModifiedAfter=20260511",
        "orderIdFragment=xyz",
        "orderDetails=maybe",
    ],
)
def test_an_error_in_the_query_answers_404(three_days, query):
    sandbox, _ = three_days
    answer = sandbox.http.get(f"{ORDERS}?{query}")
    assert answer.status_code == 404
    description = ("TnOptionOrderReportResponse", [("ResponseStatus", [("Description", [])])])
    assert outline(etree.fromstring(answer.content)) == description


def test_without_a_narrow_filter_two_years_are_looked_back_on():
    calendar = Calendar()
    with running(clock=calendar, token_ttl=10**9) as sandbox:
        order_id = sandbox.accepted("2018551020")
        calendar.now += 731 * DAY
        assert listed(sandbox, "") == []
        assert listed(sandbox, "tn=2018551020") == [order_id]
        assert listed(sandbox, "createdDateFrom=2026-01-01") == [order_id]


def test_another_account_does_not_see_the_orders():
    with running(accounts=frozenset({"9900000", "9900001"})) as sandbox:
        order_id = sandbox.accepted("2018551020")
        other = ORDERS.replace("9900000", "9900001")
        assert b"<TotalCount>0</TotalCount>" in sandbox.http.get(f"{other}?tn=2018551020").content
        assert sandbox.http.get(f"{other}/{order_id}").status_code == 404
