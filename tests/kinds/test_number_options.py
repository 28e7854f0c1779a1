from __future__ import annotations

import pytest
from door import wrongs
from kind_cases import CASES, answer, body_of, converse, order_of, shown

from service import xml
from service.exchange import Exchange
from service.kinds import shelf
from service.kinds.number_options import options_xml
from service.lifecycle import State
from service.order_request.reading import read_order

KIND = shelf()["number-options"]
TN = "2018551050"


def request(**options):
    return read_order(KIND.model, {"telephone_number": TN, **options})


def element(inner):
    return xml.parse(f"<SipPeerTelephoneNumber><FullNumber>{TN}</FullNumber>{inner}</SipPeerTelephoneNumber>".encode())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("telephone_number", "12", "5070"),
        ("telephone_number", None, "13505"),
        ("site_id", "two", None),
        ("call_forward", "12", "13513"),
        ("call_forward", True, "13513"),
        ("call_forward", f"+1{TN}", "13606"),
        ("rewrite_user", "a b", "13515"),
        ("rewrite_user", "a" * 26, "13515"),
        ("number_format", "systemDefault", "13514"),
        ("rpid_format", "12digit", "13516"),
        ("calling_name_display", "on", None),
        ("protected", "unchanged", None),
        ("sms", "on", None),
        ("final_destination_uri", "joe@1.2.3.4", None),
    ],
)
def test_the_door_refuses_words_of_other_kinds_and_wrong_values(field, value, code):
    assert (f"/{field}", code) in wrongs("number-options", body_of("number-options", f"/{field}", value))


def test_a_place_is_given_whole_or_not_at_all():
    assert wrongs("number-options", body_of("number-options", "/site_id", 2)) == [("/sip_peer_id", None)]
    assert wrongs("number-options", body_of("number-options", "/sip_peer_id", "3")) == [("/site_id", None)]


def test_an_order_sets_something():
    assert wrongs("number-options", {"telephone_number": TN}) == [("", "5115")]


def test_what_a_put_would_lose_is_written_back_in_the_published_order():
    now = element(
        "<CallForward>systemDefault</CallForward><CallingNameDisplay>true</CallingNameDisplay><New>1</New>"
        "<TnAttributes><TnAttribute>External</TnAttribute></TnAttributes><New>2</New>"
        "<MessagingSettings><SmsEnabled>true</SmsEnabled><CampaignId>C1</CampaignId></MessagingSettings>"
        "<Warnings><Warning/></Warnings>"
    )

    put = options_xml.merge(now, request(rpid_format="e164", protected=True, sms=False))

    assert [each.tag for each in put] == [
        *("FullNumber", "RPIDFormat", "CallForward", "CallingNameDisplay", "TnAttributes", "MessagingSettings"),
        *("New", "New"),
    ]
    assert xml.text(put, "CallForward") == "false"
    assert [each.text for each in put.iter("TnAttribute")] == ["Protected", "External"]
    assert [each.text for each in xml.child(put, "MessagingSettings")] == ["false", "C1"]


@pytest.mark.parametrize(
    ("options", "inner", "is_shown"),
    [
        ({"call_forward": "6042661720"}, "<CallForward>+16042661720</CallForward>", True),
        ({"call_forward": "6042661720"}, "", False),
        ({"call_forward": False}, "", True),
        ({"call_forward": False}, "<CallForward>systemDefault</CallForward>", True),
        ({"call_forward": False}, "<CallForward>6042661720</CallForward>", False),
        ({"rewrite_user": "Joe"}, "<RewriteUser>Joe</RewriteUser>", True),
        ({"rewrite_user": "Joe"}, "<RewriteUser>joe</RewriteUser>", False),
        ({"rewrite_user": "+16042261720"}, "<RewriteUser>6042261720</RewriteUser>", False),
        ({"rewrite_user": "0123"}, "<RewriteUser>123</RewriteUser>", False),
        ({"rewrite_user": False}, "<RewriteUser>systemDefault</RewriteUser>", True),
        ({"rpid_format": "10digit"}, "<RPIDFormat>10DIGIT</RPIDFormat>", True),
        ({"calling_name_display": False}, "<CallingNameDisplay>systemDefault</CallingNameDisplay>", False),
        ({"protected": True}, "<TnAttributes><TnAttribute>PROTECTED</TnAttribute></TnAttributes>", True),
        ({"number_format": "e164"}, "<NumberFormat>10digit</NumberFormat>", False),
        ({"calling_name_display": False}, "", True),
        ({"calling_name_display": True}, "<CallingNameDisplay>true</CallingNameDisplay>", True),
        ({"protected": True}, "<TnAttributes><TnAttribute>External</TnAttribute></TnAttributes>", False),
        ({"protected": False}, "<TnAttributes><TnAttribute>Protected</TnAttribute></TnAttributes>", False),
        ({"protected": True}, "<TnAttributes><TnAttribute>Protected</TnAttribute></TnAttributes>", True),
        ({"sms": True}, "<MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings>", True),
        ({"sms": True}, "", False),
        ({"sms": False}, "", True),
        ({"sms": True, "call_forward": False}, "<CallForward>6042661720</CallForward>", False),
    ],
)
def test_a_change_is_shown_when_every_option_is_as_ordered(options, inner, is_shown):
    assert options_xml.shows(element(inner), request(**options)) is is_shown


def test_the_place_is_looked_up_and_proved_to_be_ours():
    order, asked = order_of("number-options", body_of("number-options"))
    conversation = KIND.submit(order, asked)

    first = next(conversation)
    second = conversation.send(shown(CASES["number-options"], first))

    assert first == Exchange("GET", f"/tns/{TN}/tndetails")
    assert second.path == f"/accounts/{order.account_id}/sites/2/sippeers/500014/tns/{TN}"


def test_tndetails_without_a_place_sends_nothing_and_asks_for_it():
    details = "<R><TelephoneNumberDetails><AccountId>14</AccountId></TelephoneNumberDetails></R>"
    case = type(CASES["number-options"])({}, shows={"": details})

    changes, report = converse(KIND.submit(*order_of("number-options", body_of("number-options"))), case)

    assert changes == []
    assert (report.state, report.failed) == (State.ACCEPTED, True)
    assert "submit it with site_id and sip_peer_id" in report.waiting.why


def details(account, more=""):
    return f"<R><TelephoneNumberDetails><AccountId>{account}</AccountId>{more}</TelephoneNumberDetails></R>"


PLACE = "<Site><Id>7</Id></Site><SipPeer><PeerId>8</PeerId></SipPeer>"


def placed(body):
    """What an order without a place comes to, by the answer of tndetails."""
    conversation = KIND.submit(*order_of("number-options", body_of("number-options")))
    next(conversation)
    try:
        return conversation.send(answer(body)).path
    except StopIteration as end:
        return end.value


def test_a_hosted_number_is_changed_where_it_is_on_our_account():
    hosted = "<HostedTelephoneNumberDetails><HostedTelephoneNumberDetail><AccountId>14</AccountId>{}"
    hosted += "</HostedTelephoneNumberDetail></HostedTelephoneNumberDetails>"

    found = placed(details("15", "<Site><Id>1</Id></Site><SipPeer><PeerId>2</PeerId></SipPeer>" + hosted.format(PLACE)))

    assert found == f"/accounts/14/sites/7/sippeers/8/tns/{TN}"


def test_a_number_of_another_account_is_rejected_in_our_own_words():
    report = placed(details("15", PLACE))

    assert (report.state, report.errors[0].code) == (State.REJECTED, None)
    assert "another one" in report.errors[0].description


@pytest.mark.parametrize(
    "body",
    [
        f"<R><TelephoneNumberDetails>{PLACE}</TelephoneNumberDetails></R>",
        details("14", f"<FullNumber>2018559999</FullNumber>{PLACE}"),
        "<html/>",
    ],
    ids=["no account", "another number", "no details"],
)
def test_details_that_do_not_tell_whose_number_it_is_end_nothing(body):
    report = placed(body)

    assert (report.state, report.failed) == (State.ACCEPTED, True)
