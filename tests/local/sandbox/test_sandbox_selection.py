from __future__ import annotations

from datetime import timedelta

import pytest
from feature_orders import DLDAS, LIDBS, Clock, accepted, dlda, lidb, order_id_of, parsed
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, outline, running

DAY = timedelta(days=1)
KINDS = [(LIDBS, lidb, "lidb"), (DLDAS, dlda, "dlda")]


@pytest.fixture(scope="module", params=KINDS, ids=["lidbs", "dldas"])
def three_days(request):
    """One order a day from 10 to 12 May, seen on the 12th: a partial, a failed and a stuck one."""
    path, write, _ = request.param
    clock = Clock()
    with running(clock=clock, pace=60.0, token_ttl=10**9) as sandbox:
        bodies = [
            write("2015550101", "2018551020", customer_order_id="first"),
            write("2015550101", customer_order_id="second"),
            write("2015550120", "2018551022"),
        ]
        ids = []
        for body in bodies:
            ids.append(order_id_of(accepted(sandbox, path, body)))
            clock.now += DAY
        clock.now += timedelta(minutes=5) - DAY
        yield sandbox, path, ids


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [2, 1, 0]),
        ("tn=2015550101", [1, 0]),
        ("tn=2018551022", [2]),
        ("tn=2018559999", []),
        ("lastModifiedAfter=2026-05-11", [2, 1]),
        ("modifiedDateFrom=2026-05-12", [2]),
        ("modifiedDateTo=2026-05-10", [0]),
        ("modifiedDateFrom=2026-05-11&modifiedDateTo=2026-05-11", [1]),
        ("tn=2015550101&lastModifiedAfter=2026-05-11", [1]),
        ("customerOrderId=second", [2, 1, 0]),
        ("customerOrderId=", [2, 1, 0]),
        ("createdDateFrom=nonsense", [2, 1, 0]),
        ("status=FAILED", [2, 1, 0]),
        ("status=NONSENSE", [2, 1, 0]),
        ("orderDetails=true", [2, 1, 0]),
        ("orderIdFragment=xyz", [2, 1, 0]),
        ("page=7&size=nonsense", [2, 1, 0]),
    ],
)
def test_the_few_filters_select_and_others_are_ignored(three_days, query, wanted):
    sandbox, path, ids = three_days
    answer = sandbox.http.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    listing = parsed(answer).find("ListOrderIdUserIdDate")
    assert [entry.text for entry in listing.iter("orderId")] == [ids[index] for index in wanted]
    assert listing.findtext("TotalCount") == str(len(wanted))


@pytest.mark.parametrize(
    "query",
    [
        "tn=12345",
        "tn=",
        "lastModifiedAfter=20260511",
        "modifiedDateTo=2026-02-30",
        "modifiedDateFrom=2026-05-12&modifiedDateTo=2026-05-11",
    ],
)
def test_an_error_in_a_filter_answers_404(three_days, query):
    sandbox, path, _ = three_days
    answer = sandbox.http.get(f"{path}?{query}")
    assert answer.status_code == 404
    assert outline(parsed(answer))[1] == [("ResponseStatus", [("Description", [])])]


def test_a_window_of_two_years_applies_without_a_filter():
    clock = Clock()
    with running(clock=clock, token_ttl=10**9) as sandbox:
        accepted(sandbox, LIDBS, lidb("2018551020"))
        clock.now += 731 * DAY
        assert parsed(sandbox.http.get(LIDBS)).findtext(".//TotalCount") == "0"
        assert parsed(sandbox.http.get(f"{LIDBS}?tn=2018551020")).findtext(".//TotalCount") == "1"


@pytest.mark.parametrize(("path", "write", "order_type"), KINDS)
@pytest.mark.parametrize("name", ["lidbs/python-test_lidb-XML_RESPONSE_LIDB_LIST", "dldas/node-numbers-dldas"])
def test_a_row_has_the_elements_of_the_samples(own_sandbox, path, write, order_type, name):
    row = etree.fromstring(payload(name)).find(".//OrderIdUserIdDate")
    for details in row.findall("TelephoneNumberDetails"):
        row.remove(details)
    accepted(own_sandbox, path, write("2018551020", "2015550120"))
    shown = parsed(own_sandbox.http.get(path)).find("ListOrderIdUserIdDate/OrderIdUserIdDate")
    assert outline(shown) == outline(row)
    assert [shown.findtext(tag) for tag in ("accountId", "CountOfTNs", "OrderType", "userId")] == [
        ACCOUNT,
        "2",
        order_type,
        "sandbox-client",
    ]


def test_each_kind_lists_its_own_orders(own_sandbox):
    own_sandbox.accepted("2018551020")
    ids = [order_id_of(accepted(own_sandbox, path, write("2018551020"))) for path, write, _ in KINDS]
    for (path, _, _), order_id in zip(KINDS, ids, strict=True):
        listing = parsed(own_sandbox.http.get(f"{path}?tn=2018551020"))
        assert [entry.text for entry in listing.iter("orderId")] == [order_id]
        other = next(each for each in ids if each != order_id)
        assert own_sandbox.http.get(f"{path}/{other}").status_code == 404


def test_cancelled_is_no_filter_of_tnoptions(own_sandbox):
    answer = own_sandbox.http.get(f"/api/v1/accounts/{ACCOUNT}/tnoptions?status=CANCELLED")
    assert answer.status_code == 404
