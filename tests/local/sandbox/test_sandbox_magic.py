from __future__ import annotations

import pytest
from lxml import etree
from published import payload
from sandbox_harness import order, outline, running, until

from service.local.sandbox.magic import MAGIC, TABLE, UNKNOWN_STATUS_WORD

PLAIN = "2018551020"


def errors(report):
    return [
        (error.findtext("Code"), [number.text for number in error.iter("TelephoneNumber")])
        for error in report.findall("ErrorList/Error")
    ]


def status(report):
    return report.findtext("ProcessingStatus")


def test_the_table_stays_in_its_hundred_numbers_and_explains_each():
    assert len(MAGIC) == len(TABLE)
    assert all("2015550100" <= number <= "2015550199" for number in MAGIC)
    assert all(row.summary for row in TABLE)


def test_other_numbers_succeed(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550100", "2015550199", PLAIN))
    assert status(report) == "COMPLETE"
    assert errors(report) == []


@pytest.mark.parametrize(("number", "code"), [("2015550101", "5076"), ("2015550102", "5071"), ("2015550103", "5074")])
def test_a_failing_number_fails_alone_or_in_part(sandbox, number, code):
    alone = sandbox.ended(sandbox.accepted(number))
    assert (status(alone), errors(alone)) == ("FAILED", [(code, [number])])
    beside = sandbox.ended(sandbox.accepted(number, PLAIN))
    assert (status(beside), errors(beside)) == ("PARTIAL", [(code, [number])])


def test_errors_are_not_seen_before_the_end(sandbox):
    report = sandbox.report(sandbox.accepted("2015550101", "2015550120"))
    assert errors(report) == []


def test_the_errors_have_the_elements_of_the_sample(sandbox):
    name = "tnoptions/python-test_tn_option_orders-XML_RESPONSE_LIST_TN_OPTION_ORDER"
    sample = etree.fromstring(payload(name)).find("TnOptionOrder/ErrorList")
    report = sandbox.ended(sandbox.accepted("2015550101", "2015550102"))
    assert outline(report.find("ErrorList")) == outline(sample)


def test_a_warning_does_not_fail_the_order(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550104"))
    assert (status(report), errors(report)) == ("COMPLETE", [])
    assert report.findtext("Warnings/Warning/TelephoneNumber") == "2015550104"
    warned = report.findtext("Warnings/Warning/Description")
    assert warned == "SMS is already Enabled or number is in processing."


def test_grouped_numbers_share_one_error(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550105", PLAIN, "2015550106"))
    assert (status(report), errors(report)) == ("PARTIAL", [("5076", ["2015550105", "2015550106"])])
    assert report.find("ErrorList/Error/TelephoneNumbers") is not None


def test_an_error_can_stand_in_the_201_already(sandbox):
    created = etree.fromstring(sandbox.post(order("2015550107", PLAIN)).content).find("TnOptionOrder")
    assert (status(created), errors(created)) == ("RECEIVED", [("5071", ["2015550107"])])
    report = sandbox.ended(created.findtext("OrderId"))
    assert (status(report), errors(report)) == ("PARTIAL", [("5071", ["2015550107"])])


def test_plain_outcomes_combine_in_one_order(sandbox):
    numbers = ["2015550101", "2015550102", "2015550103", "2015550104", "2015550105", "2015550106", PLAIN]
    report = sandbox.ended(sandbox.accepted(*numbers))
    assert status(report) == "PARTIAL"
    assert errors(report) == [
        ("5076", ["2015550101"]),
        ("5071", ["2015550102"]),
        ("5074", ["2015550103"]),
        ("5076", ["2015550105", "2015550106"]),
    ]
    assert len(report.findall("Warnings/Warning")) == 1


def test_an_order_can_be_complete_and_carry_an_error(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550110", PLAIN))
    assert (status(report), errors(report)) == ("COMPLETE", [("5076", ["2015550110"])])


def test_an_order_can_fail_and_name_no_number(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550111", PLAIN))
    assert (status(report), errors(report)) == ("FAILED", [("5114", [])])


def test_an_order_can_fail_without_any_error(sandbox):
    report = sandbox.ended(sandbox.accepted("2015550112", PLAIN))
    assert (status(report), errors(report)) == ("FAILED", [])


@pytest.mark.parametrize(("number", "stuck"), [("2015550120", "PROCESSING"), ("2015550121", "RECEIVED")])
def test_an_order_can_get_stuck(sandbox, number, stuck):
    order_id = sandbox.accepted(number)
    until(lambda: status(sandbox.report(order_id)) == stuck)
    sandbox.ended(sandbox.accepted(PLAIN))
    assert status(sandbox.report(order_id)) == stuck


def test_a_slow_number_ends_after_an_order_that_came_later(sandbox):
    slow = sandbox.accepted("2015550122")
    sandbox.ended(sandbox.accepted(PLAIN))
    sandbox.ended(slow)
    [entry] = [entry for entry in sandbox.ledger(tn="2015550122") if entry["order_id"] == slow]
    assert entry["status"] == "COMPLETE"


def test_an_unknown_status_word_passes_by():
    with running(pace=1.0) as sandbox:
        order_id = sandbox.accepted("2015550123")
        until(lambda: status(sandbox.report(order_id)) == UNKNOWN_STATUS_WORD)
        assert status(sandbox.ended(order_id)) == "COMPLETE"


@pytest.mark.parametrize(
    ("number", "http_status", "code"),
    [("2015550140", 400, "5081"), ("2015550141", 409, "5200"), ("2015550142", 403, "1001")],
)
def test_a_refusing_number_refuses_the_whole_order(sandbox, number, http_status, code):
    answer = sandbox.post(order(number, PLAIN))
    assert answer.status_code == http_status
    document = etree.fromstring(answer.content)
    assert document.tag == "TnOptionOrderResponse"
    assert document.findtext("ResponseStatus/ErrorCode") == code


def test_a_proxy_can_answer_with_its_page(sandbox):
    answer = sandbox.post(order("2015550143"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")
