"""What orders make of single numbers, and the list of them."""

from __future__ import annotations

import pytest
from lxml import etree
from peer_requests import (
    FULL,
    NUMBERS,
    PACE,
    PLAIN,
    SHOWS,
    change,
    changed,
    details,
    got,
    options,
    ordered,
    refusal,
    shape,
    submit,
    texts,
    timed,
)
from published import payload
from sandbox_harness import group

TN = "2018551020"
OTHER = "2018551021"
THIRD = "2018551022"
FAILS = "2015550101"
ELSEWHERE, UNKNOWN = "2015550129", "2015550130"
NOTHING = {"CallingNameDisplay": "false"}
LINE = (
    "<NumberFormat>e164</NumberFormat><RPIDFormat>10digit</RPIDFormat><RewriteUser>desk</RewriteUser>"
    "<CallForward>7042661720</CallForward><CallingNameDisplay>on</CallingNameDisplay><Protected>true</Protected>"
    "<Sms>on</Sms>"
)
LINE_SHOWN = {
    "NumberFormat": "e164",
    "RPIDFormat": "10digit",
    "RewriteUser": "desk",
    "CallForward": "7042661720",
    "CallingNameDisplay": "true",
    "TnAttribute": "Protected",
    "SmsEnabled": "true",
}


@pytest.fixture
def sandbox():
    with timed() as in_time:
        yield in_time


def listed(sandbox, query="", path=NUMBERS):
    document = got(sandbox, f"{path}{query}")
    assert (document.tag, [part.tag for part in document]) == (
        "SipPeerTelephoneNumbersResponse",
        ["SipPeerTelephoneNumbers"],
    )
    return [each.text for each in document.iter("FullNumber")]


def test_a_completed_order_shows_in_the_words_of_the_number(sandbox):
    ordered(sandbox, TN, option=LINE)
    assert options(sandbox, TN) == LINE_SHOWN


def test_an_order_shows_nothing_while_it_is_open(sandbox):
    ordered(sandbox, TN, option=LINE, wait=PACE - 1)
    assert options(sandbox, TN) == NOTHING
    sandbox.clock.wait(1)
    assert options(sandbox, TN) == LINE_SHOWN


@pytest.mark.parametrize(
    "numbers",
    [
        (FAILS,),
        ("2015550105", "2015550106"),
        ("2015550107",),
        ("2015550110",),
        ("2015550111",),
        ("2015550112",),
        ("2015550120",),
        ("2015550121",),
    ],
)
def test_a_number_for_which_an_order_failed_or_never_ends_stays_as_it_was(sandbox, numbers):
    ordered(sandbox, *numbers, option=LINE)
    assert [options(sandbox, each) for each in numbers] == [NOTHING] * len(numbers)


def test_of_a_partial_order_only_the_numbers_that_succeeded_change(sandbox):
    ordered(sandbox, FAILS, TN, option=LINE)
    assert (options(sandbox, FAILS), options(sandbox, TN)) == (NOTHING, LINE_SHOWN)


def test_numbers_that_fail_for_what_the_order_says_stay_as_they_were(sandbox):
    plan = (
        "<OriginationRoutePlan><Action>asSpecified</Action><Route><Endpoint>7042661721</Endpoint>"
        "<Priority>1</Priority><Weight>1</Weight></Route></OriginationRoutePlan>"
    )
    ordered(sandbox, TN, option=LINE + plan)
    assert options(sandbox, TN) == NOTHING


def test_every_group_of_an_order_has_its_own_numbers(sandbox):
    second = group(OTHER, option="<RewriteUser>lobby</RewriteUser>")
    body = f"<TnOptionOrder><TnOptionGroups>{group(TN)}{second}</TnOptionGroups></TnOptionOrder>"
    assert sandbox.post(body).status_code == 201
    sandbox.clock.wait(PACE)
    assert options(sandbox, TN) == {"SmsEnabled": "true", **NOTHING}
    assert options(sandbox, OTHER) == {"RewriteUser": "lobby", **NOTHING}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("NumberFormat", {}), ("RPIDFormat", {}), ("RewriteUser", {}), ("CallForward", {"CallForward": "systemDefault"})],
)
def test_the_system_default_takes_a_text_away_and_of_a_forwarding_says_so(sandbox, name, shown):
    ordered(sandbox, TN, option=LINE)
    ordered(sandbox, TN, option=f"<{name}>systemDefault</{name}>")
    assert options(sandbox, TN) == {key: value for key, value in LINE_SHOWN.items() if key != name} | shown


def test_the_other_words_of_orders_switch_and_protect(sandbox):
    ordered(sandbox, TN, option=LINE)
    off = "<CallingNameDisplay>off</CallingNameDisplay><Protected>FALSE</Protected><Sms>off</Sms>"
    ordered(sandbox, TN, option=off)
    without = {key: value for key, value in LINE_SHOWN.items() if key != "TnAttribute"}
    assert options(sandbox, TN) == without | {"CallingNameDisplay": "false", "SmsEnabled": "false"}


def test_what_an_order_leaves_out_or_leaves_unchanged_stays(sandbox):
    ordered(sandbox, TN, option=LINE)
    words = ("NumberFormat", "RPIDFormat", "RewriteUser", "CallForward", "CallingNameDisplay", "Protected", "Sms")
    ordered(sandbox, TN, option="".join(f"<{word}>unchanged</{word}>" for word in words))
    ordered(sandbox, TN, option="<NNID>112233</NNID>")
    assert options(sandbox, TN) == LINE_SHOWN


def test_the_attributes_that_orders_do_not_know_stay(sandbox):
    attributes = "<TnAttributes><TnAttribute>External</TnAttribute></TnAttributes>"
    changed(sandbox, TN, attributes)
    ordered(sandbox, TN, option="<Protected>true</Protected>")
    assert options(sandbox, TN)["TnAttribute"] == ["Protected", "External"]
    ordered(sandbox, TN, option="<Protected>systemDefault</Protected>")
    assert options(sandbox, TN)["TnAttribute"] == "External"


def test_orders_and_puts_take_effect_one_after_the_other(sandbox):
    ordered(sandbox, TN, option=LINE)
    changed(sandbox, TN, "<RewriteUser>lobby</RewriteUser>")
    assert options(sandbox, TN) == {"RewriteUser": "lobby", **NOTHING}
    ordered(sandbox, TN, option="<RewriteUser>attic</RewriteUser>")
    assert options(sandbox, TN) == {"RewriteUser": "attic", **NOTHING}


def test_an_order_that_ends_after_a_put_shows_wins_over_it(sandbox):
    assert change(sandbox, TN, "<RewriteUser>lobby</RewriteUser>").status_code == 200
    ordered(sandbox, TN, option="<RewriteUser>attic</RewriteUser>", wait=SHOWS)
    assert options(sandbox, TN)["RewriteUser"] == "lobby"
    sandbox.clock.wait(PACE)
    assert options(sandbox, TN)["RewriteUser"] == "attic"


def test_a_put_keeps_what_only_orders_can_set(sandbox):
    ordered(
        sandbox, TN, option="<PortOutPasscode>a1b2c3</PortOutPasscode><NNID>112233</NNID><RewriteUser>x</RewriteUser>"
    )
    changed(sandbox, TN)
    shown = texts(details(sandbox, TN))
    assert (shown["PortOutPasscode"], shown["Nnid"], shown.get("RewriteUser")) == ("a1b2c3", "112233", None)


def test_the_list_has_the_shape_of_the_sample(sandbox):
    published = etree.fromstring(payload("tns/openapi-v1-ReadSipPeerTns-resp200-example"))
    attributes = "".join(f"<TnAttribute>{each}</TnAttribute>" for each in ("Protected", "External", "Imported"))
    sms = "<MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings>"
    inner = f"<CallingNameDisplay>true</CallingNameDisplay><TnAttributes>{attributes}</TnAttributes>{sms}"
    changed(sandbox, TN, inner)
    changed(sandbox, OTHER, sms)
    changed(sandbox, THIRD, "<CallForward>2014563025</CallForward>")
    assert shape(got(sandbox, NUMBERS)) == shape(published)


def test_the_list_without_attributes_has_the_shape_that_sdks_read(sandbox):
    published = etree.fromstring(payload("tns/python-test_sip_peers-XML_RESPONSE_SIP_PEER_TNS"))
    changed(sandbox, TN, "<RewriteUser>lobby</RewriteUser>")
    changed(sandbox, OTHER)
    assert shape(got(sandbox, f"{NUMBERS}?includeAttributes=false")) == shape(published)


def test_the_list_has_every_number_that_was_named_once_in_their_order(sandbox):
    submit(sandbox, "tn-options", THIRD, TN)
    submit(sandbox, "lidb", TN)
    submit(sandbox, "dlda", "2018551030")
    assert change(sandbox, OTHER).status_code == 200
    assert listed(sandbox) == [TN, OTHER, THIRD, "2018551030"]
    assert got(sandbox, FULL).findtext(".//TnCount") == "4"


def test_the_list_lacks_what_is_no_number_or_is_not_there(sandbox):
    sandbox.accepted(ELSEWHERE, UNKNOWN, TN)
    submit(sandbox, "dlda", "12345", OTHER)
    assert listed(sandbox) == [TN, OTHER]


def test_the_list_comes_in_pages(sandbox):
    sandbox.accepted(TN, OTHER, THIRD)
    assert listed(sandbox, "?page=1&size=2") == [TN, OTHER]
    assert listed(sandbox, "?page=2&size=2") == [THIRD]
    assert listed(sandbox, "?page=999999999&size=999999999") == []


@pytest.mark.parametrize("query", ["page=0", "size=0", "page=-1", "size=many", "page=", f"size=1{'0' * 30}"])
def test_what_counts_nothing_is_refused(sandbox, query):
    answer = sandbox.http.get(f"{NUMBERS}?{query}")
    assert refusal(answer) == (400, "SipPeerTelephoneNumbersResponse", 1014)


def test_no_other_location_has_numbers(sandbox):
    sandbox.accepted(TN)
    assert listed(sandbox, path=f"{PLAIN}/tns") == []
    assert got(sandbox, PLAIN).findtext(".//TnCount") == "0"
