"""Changing an order by PUT: what is sent, what its answer means, and when the change is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_order_resource import BODY, GROUPS, ID, KNOWN, ORDER, answer, drive, error, error_list, told

from service import xml
from service.exchange import Broken, Exchange, NotSent, Recall
from service.kinds.tn_options import KIND
from service.lifecycle import Source, State, may_enter
from service.order_request.reading import read_order

RESOURCE = replace(KIND.submit.__self__, in_process=frozenset({"5146"}))
REQUEST = read_order(KIND.model, BODY)
TARGET = replace(KNOWN, id="018bcfe5-0000-7000-8000-000000000000")
CHANGE = replace(ORDER, amends=TARGET.id)
AT_WORK = replace(CHANGE, state=State.RECEIVED)
PATH = f"/accounts/14/tnoptions/{ID}"
OLD = GROUPS.replace("<Sms>on</Sms>", "<Sms>off</Sms>")


def submit(target, *replies):
    asked, report = drive(RESOURCE.submit(CHANGE, REQUEST), target, *replies)
    assert asked[0] == Recall(TARGET.id)
    return asked, report


def check(*replies):
    return drive(RESOURCE.check(AT_WORK, REQUEST), TARGET, *replies)[1]


def test_the_whole_order_is_put_where_the_changed_one_is():
    asked, report = submit(TARGET, answer(told()))

    put = asked[1]
    assert (put.method, put.path, put.changes) == ("PUT", PATH, True)
    assert RESOURCE.read_groups(xml.parse(put.body)) == RESOURCE.read_groups(xml.parse(told().encode()))
    assert (report.state, report.look_in, report.bandwidth_order_id) == (State.RECEIVED, 0.0, None)
    assert [each.title for each in report.documents] == ["PUT tnoptions", "Answer to PUT tnoptions"]


def test_a_change_of_an_order_that_bandwidth_does_not_have_yet_waits():
    asked, report = submit(replace(TARGET, state=State.SUBMITTING, bandwidth_order_id=None))

    assert len(asked) == 1
    assert (report.state, report.failed) == (State.ACCEPTED, True)
    assert "not at Bandwidth yet" in report.waiting.why


@pytest.mark.parametrize("target", [None, replace(TARGET, state=State.COMPLETE), replace(TARGET, state=State.REJECTED)])
def test_a_change_of_an_order_that_has_ended_is_not_sent(target):
    asked, report = submit(target)

    assert len(asked) == 1
    assert report.state is State.REJECTED
    assert "Submit a new order" in report.errors[0].description
    assert report.outcomes.default.outcome == "failed"


def test_bandwidths_refusal_ends_it():
    refusal = (
        "<R><ResponseStatus><ErrorCode>16105</ErrorCode><Description>Being processed</Description></ResponseStatus></R>"
    )
    _, report = submit(TARGET, answer(refusal, 400))

    assert (report.state, report.errors[0].code) == (State.REJECTED, "16105")


def test_a_lost_answer_is_uncertain_and_nothing_sent_waits():
    assert submit(TARGET, Broken("reset"))[1].state is State.UNCERTAIN
    assert submit(TARGET, NotSent("no route"))[1].state is State.ACCEPTED


def test_it_is_complete_when_a_get_shows_the_new_data():
    report = check(answer(told("PROCESSING")))

    assert (report.state, report.outcomes.default.outcome) == (State.COMPLETE, "complete")
    assert report.bandwidth_status == "PROCESSING"


def test_while_the_old_data_is_shown_it_is_looked_at_again():
    report = check(answer(told("PROCESSING", groups=OLD)))

    assert (report.state, report.failed) == (None, False)


def test_it_has_failed_when_the_order_ends_with_the_old_data():
    report = check(answer(told("COMPLETE", groups=OLD)))

    assert report.state is State.FAILED
    assert "not applied" in report.errors[0].description
    assert report.outcomes.default.outcome == "failed"


@pytest.mark.parametrize("reply", [answer("", 404), answer(told(order_id="other")), Broken("reset")])
def test_an_answer_that_tells_nothing_changes_nothing(reply):
    report = check(reply)

    assert (report.state, report.failed) == (None, True)


def test_a_put_whose_answer_was_lost_is_found_by_what_is_shown():
    asked, found = drive(RESOURCE.find(CHANGE, REQUEST), TARGET, answer(told()))

    assert asked[1] == Exchange("GET", PATH)
    assert (found.source, found.state) == (Source.FIND, State.COMPLETE)
    missing = drive(RESOURCE.find(CHANGE, REQUEST), TARGET, answer(told(groups=OLD)))[1]
    assert (missing.searched, missing.state) == (True, None)
    lost = drive(RESOURCE.find(CHANGE, REQUEST), TARGET, Broken("reset"))[1]
    assert (lost.searched, lost.failed) == (False, True)


@pytest.mark.parametrize("look", [RESOURCE.find, RESOURCE.check])
def test_a_change_whose_order_has_no_record_is_for_a_person(look):
    asked, report = drive(look(AT_WORK, REQUEST), None)

    assert len(asked) == 1
    assert (report.state, report.attention.why) == (State.NEEDS_ATTENTION, "target_gone")
    assert may_enter(report.source, report.state)


@pytest.mark.parametrize("look", [RESOURCE.find, RESOURCE.check])
def test_a_change_whose_order_has_no_id_yet_is_looked_at_again(look):
    asked, report = drive(look(AT_WORK, REQUEST), replace(TARGET, bandwidth_order_id=None))

    assert len(asked) == 1
    assert (report.state, report.failed) == (None, True)


def test_a_put_without_an_answer_is_proved_to_the_letter_and_one_that_was_taken_by_what_it_means():
    spelled = replace(RESOURCE, read_exactly=lambda element: xml.write(element.find(".//TnOptionGroups")))
    other_case = answer(told("PROCESSING"))

    found = drive(spelled.find(CHANGE, REQUEST), TARGET, other_case)[1]
    checked = drive(spelled.check(AT_WORK, REQUEST), TARGET, other_case)[1]

    assert (found.searched, found.state) == (True, None)
    assert checked.state is State.COMPLETE


def test_errors_of_the_changed_order_are_its_own():
    body = told("PARTIAL", error_list(error("5076", "2018551020")))

    assert check(answer(body)).state is State.COMPLETE
