"""Changing a setting in place: what each answer means before the PUT, after it, and while the change is looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kind_cases import answer, body_of, order_of

from service.exchange import Broken
from service.kinds import shelf
from service.lifecycle import Source, State
from service.setting.proof import PLACE_GONE
from service.setting.reading import PATIENCE
from service.settlement import NOT_TAKEN

TN = "2018551050"
KIND = shelf()["number-options"]
ORDER, REQUEST = order_of("number-options", body_of("number-options") | {"site_id": 2, "sip_peer_id": 3})
SENT = replace(ORDER, state=State.RECEIVED)
REFUSED = "<R><ResponseStatus><ErrorCode>13536</ErrorCode><Description>Not there.</Description></ResponseStatus></R>"


def shown(inner="", number=TN):
    body = f"<SipPeerTelephoneNumber><FullNumber>{number}</FullNumber>{inner}</SipPeerTelephoneNumber>"
    return answer(f"<SipPeerTelephoneNumberResponse>{body}</SipPeerTelephoneNumberResponse>")


APPLIED = shown("<CallForward>6042661720</CallForward><CallingNameDisplay>true</CallingNameDisplay>")


def drive(conversation, *replies):
    """Answer what a conversation asks, in turn; return its exchanges and its report."""
    asked = [next(conversation)]
    for reply in replies:
        try:
            asked.append(conversation.send(reply))
        except StopIteration as end:
            return asked, end.value
    raise AssertionError(f"it asks on: {asked[-1]}")


def submit(*replies, order=ORDER):
    return drive(KIND.submit(order, REQUEST), *replies)[1]


def check(reply, order=SENT):
    return drive(KIND.check(order, REQUEST), reply)[1]


def find(reply, order=ORDER):
    return drive(KIND.find(replace(order, state=State.UNCERTAIN), REQUEST), reply)[1]


def test_a_setting_is_read_changed_and_written_whole():
    asked, report = drive(KIND.submit(ORDER, REQUEST), shown("<RewriteUser>joe</RewriteUser>"), answer(""))

    assert [(each.method, each.changes) for each in asked] == [("GET", False), ("PUT", True)]
    assert asked[0].path == asked[1].path == f"/accounts/14/sites/2/sippeers/3/tns/{TN}"
    assert b"<RewriteUser>joe</RewriteUser>" in asked[1].body
    assert report.state is State.RECEIVED
    assert [each.title for each in report.documents] == [
        *(f"{what} tns/{TN}" for what in ("GET", "PUT", "Answer to PUT"))
    ]


@pytest.mark.parametrize(
    "reply", [answer("", 500), Broken("reset"), answer("<x/>"), shown(number="2018559999")], ids=str
)
def test_nothing_is_sent_while_what_is_there_cannot_be_read(reply):
    report = submit(reply)

    assert (report.state, report.event, report.failed) == (State.ACCEPTED, "not_sent", True)


def test_a_picture_of_another_number_is_never_written_over_ours():
    asked, _ = drive(KIND.submit(ORDER, REQUEST), shown("<RewriteUser>theirs</RewriteUser>", number="2018559999"))

    assert [each.method for each in asked] == ["GET"]


def test_a_person_hears_of_an_answer_that_goes_on_telling_nothing():
    tired = replace(ORDER, failures=PATIENCE)

    report = submit(answer("<x/>"), order=tired)

    assert report.state is State.NEEDS_ATTENTION
    assert report.attention.why in NOT_TAKEN
    assert submit(answer("", 500), order=tired).state is State.ACCEPTED
    assert submit(answer("<x/>"), order=replace(tired, resends=1)).state is State.ACCEPTED


def test_a_place_that_is_not_there_is_refused_unless_an_earlier_request_may_have_been_taken():
    assert submit(answer(REFUSED, 404)).state is State.REJECTED
    assert submit(answer(REFUSED, 404), order=replace(ORDER, resends=1)).state is State.UNCERTAIN


def test_an_empty_404_names_what_to_check():
    report = submit(answer("", 404))

    assert report.state is State.NEEDS_ATTENTION
    assert report.attention.why in NOT_TAKEN
    assert "site_id and sip_peer_id" in report.attention.do


@pytest.mark.parametrize("reply", [answer("", 409), answer(REFUSED, 409)], ids=["empty", "told"])
def test_a_conflict_waits_and_is_said_plainly_in_the_end(reply):
    busy = submit(shown(), reply)
    last = submit(shown(), reply, order=replace(ORDER, conflicts=7))

    assert (busy.state, busy.conflict) == (State.ACCEPTED, True)
    assert last.state is State.REJECTED
    assert "tn-options" in last.errors[0].description


def test_a_change_that_shows_is_proved_and_one_that_does_not_is_looked_at_again():
    assert check(APPLIED).state is State.COMPLETE
    assert find(APPLIED).state is State.COMPLETE
    waiting = check(shown())
    assert (waiting.state, waiting.failed, waiting.waiting.why[:9]) == (None, False, "not_shown")
    assert (find(shown()).searched, find(shown()).state) == (True, None)


def test_the_last_look_of_the_ladder_fails_the_order():
    report = check(shown(), replace(SENT, looks=len(KIND.looks) - 1))

    assert report.state is State.FAILED
    assert "not applied" in report.errors[0].description


@pytest.mark.parametrize("look", [check, find])
@pytest.mark.parametrize(
    "reply", [answer(REFUSED, 404), answer("", 404), answer(REFUSED, 400)], ids=["404", "empty", "400"]
)
def test_a_person_hears_of_a_place_that_stays_gone_so_that_its_line_is_not_held_for_ever(look, reply):
    first, last = look(reply, SENT), look(reply, replace(SENT, failures=PATIENCE))

    assert (first.state, first.failed) == (None, True)
    assert (last.state, last.attention) == (State.NEEDS_ATTENTION, PLACE_GONE)
    assert last.source in (Source.CHECK, Source.FIND)


@pytest.mark.parametrize("look", [check, find])
@pytest.mark.parametrize("reply", [answer("", 500), answer("", 401), answer("", 429), answer("<html/>", 400)], ids=str)
def test_bandwidths_troubles_never_bring_a_person(look, reply):
    report = look(reply, replace(SENT, failures=5 * PATIENCE))

    assert (report.state, report.failed) == (None, True)
