from __future__ import annotations

import pytest
from feature_orders import parsed
from lxml import etree
from peer_requests import (
    FULL,
    PACE,
    TNS,
    changed,
    details,
    got,
    ordered,
    refusal,
    shape,
    submit,
    texts,
    timed,
    told,
)
from published import payload
from sandbox_harness import ACCOUNT, group, order, running

TN = "2018551020"
OTHER = "2018551021"
FAILS = "2015550101"
NEVER_SHOWS, ELSEWHERE, UNKNOWN = "2015550128", "2015550129", "2015550130"
SAMPLE = "tndetails/openapi-v1-RetrieveTnDetails-resp200-Simple-response"
IN_SERVICE_SINCE = "2014-07-30T11:29:37.000Z"
A2P = "<MessageClass>Campaign-E</MessageClass><CampaignId>CU9B04M</CampaignId>"
ROUTE = "<Route><Endpoint>7042661720</Endpoint><Priority>1</Priority><Weight>100</Weight></Route>"
LINE = {
    "CallForward": "7042661720",
    "NumberFormat": "e164",
    "RPIDFormat": "10digit",
    "RewriteUser": "desk",
    "CallingNameDisplay": "on",
    "FinalDestinationURI": "desk@203.0.113.7:5060",
    "PortOutPasscode": "a1b2c3",
    "PindropEnabled": "true",
    "CallVerificationEnabled": "false",
}


@pytest.fixture
def in_time():
    with timed() as sandbox:
        yield sandbox


def sample():
    return etree.fromstring(payload(SAMPLE))[0]


def a2p(action, inner=""):
    said = f"<Action>{action}</Action>" if action else ""
    return f"<A2pSettings>{inner}{said}</A2pSettings>"


def planned(action, routes=""):
    return f"<OriginationRoutePlan>{routes}<Action>{action}</Action></OriginationRoutePlan>"


def line(**options):
    return "".join(f"<{name}>{value}</{name}>" for name, value in options.items())


def messaging(sandbox, number=TN):
    found = details(sandbox, number).find("MessagingSettings")
    return None if found is None else texts(found)


def test_a_number_has_the_elements_of_the_sample_in_their_order(in_time):
    published = sample()
    ordered(in_time, TN, option="<Protected>true</Protected><Sms>on</Sms>" + planned("asSpecified", ROUTE))
    document = details(in_time, TN)
    assert [part.tag for part in document] == [part.tag for part in published]
    assert shape(document.find("Site")) == shape(published.find("Site"))
    assert [part.tag for part in document.find("SipPeer")] == ["PeerId", "PeerName", "IsDefaultPeer"]
    alike = {"FullNumber", "AccountId", "Site", "SipPeer", "LastModified", "Features", "OriginationRoutePlan"}
    alike |= {"MessagingSettings", "TnAttributes"}
    assert [told(part) for part in document if part.tag not in alike] == [
        told(part) for part in published if part.tag not in alike
    ]


def test_a_number_that_nobody_has_touched_has_no_options(sandbox):
    document = details(sandbox, "2018559999")
    assert [part.tag for part in document][-3:] == ["LastModified", "InServiceDate", "Features"]
    assert (len(document.find("Features")), document.findtext("LastModified")) == (0, IN_SERVICE_SINCE)
    assert (document.findtext("AccountId"), document.findtext("Site/Id")) == (ACCOUNT, "2")
    assert document.findtext("SipPeer/PeerId") == "500014"


def test_a_route_plan_comes_back_as_in_the_sample(in_time):
    published = sample().find("OriginationRoutePlan")
    asked = etree.fromstring(etree.tostring(published))
    for route in asked.iter("Route"):
        route.remove(route.find("EndpointType"))
    routes = "".join(etree.tostring(route).decode() for route in asked.iter("Route"))
    ordered(in_time, TN, option=planned("asSpecified", routes))
    plan = details(in_time, TN).find("OriginationRoutePlan")
    plan_id = plan.findtext("Id")
    assert [told(route) for route in plan.iter("Route")] == [told(route) for route in published.iter("Route")]
    assert (shape(plan), plan_id) == (shape(published), details(in_time, TN).findtext("OriginationRoutePlan/Id"))
    ordered(in_time, TN, option="<Sms>on</Sms>" + planned("unchanged"))
    assert details(in_time, TN).findtext("OriginationRoutePlan/Id") == plan_id
    ordered(in_time, TN, option=planned("asSpecified", ROUTE))
    assert details(in_time, TN).findtext("OriginationRoutePlan/Id") not in {plan_id, None}
    ordered(in_time, TN, option=planned("off"))
    assert details(in_time, TN).find("OriginationRoutePlan") is None


def test_the_line_options_come_in_their_order_and_the_passcode_in_clear(in_time):
    ordered(in_time, TN, option=line(**LINE))
    document = details(in_time, TN)
    assert told(document.find("TnOptions"))[1:] == list((LINE | {"CallingNameDisplay": "true"}).items())
    assert [part.tag for part in document][-2:] == ["Features", "TnOptions"]


@pytest.mark.parametrize("name", [name for name in LINE if name not in {"PindropEnabled", "CallVerificationEnabled"}])
def test_the_system_default_takes_an_option_away_and_leaves_the_others(in_time, name):
    ordered(in_time, TN, option=line(**LINE))
    ordered(in_time, TN, option=line(**{name: "systemDefault"}))
    left = LINE | {"CallingNameDisplay": "true"}
    del left[name]
    left |= {"CallForward": "systemDefault"} if name == "CallForward" else {}
    assert texts(details(in_time, TN).find("TnOptions")) == left


def test_an_option_that_is_unchanged_stays(in_time):
    ordered(in_time, TN, option=line(**LINE))
    before = told(details(in_time, TN).find("TnOptions"))
    flags = {"PindropEnabled", "CallVerificationEnabled"}
    ordered(in_time, TN, option=line(**{name: "unchanged" for name in LINE if name not in flags}))
    assert told(details(in_time, TN).find("TnOptions")) == before


def test_messaging_comes_in_the_order_of_the_samples(in_time):
    option = "<Sms>on</Sms><NNID>103775</NNID>" + a2p("", A2P)
    ordered(in_time, TN, option=option)
    settings = details(in_time, TN).find("MessagingSettings")
    assert told(settings)[1:] == [
        ("SmsEnabled", "true"),
        ("CampaignId", "CU9B04M"),
        ("MessageClass", "Campaign-E"),
        ("A2pState", "overridden"),
        ("AssignedNnRoute", ""),
        ("Nnid", "103775"),
        ("Name", "Route 103775"),
    ]


def test_a_route_of_messaging_can_stand_alone_and_go_again(in_time):
    ordered(in_time, TN, option="<NNID>103775</NNID>")
    assert messaging(in_time) == {"Nnid": "103775", "Name": "Route 103775"}
    ordered(in_time, TN, option="<NNID>systemDefault</NNID>")
    assert messaging(in_time) is None


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (a2p("asSpecified", "<CampaignId>CNEW</CampaignId>"), {"CampaignId": "CNEW", "A2pState": "overridden"}),
        (a2p("systemDefault"), {"A2pState": "system_default"}),
        (a2p("off"), {"A2pState": "off"}),
        (a2p("delete"), None),
        (a2p("unchanged"), {"CampaignId": "CU9B04M", "MessageClass": "Campaign-E", "A2pState": "overridden"}),
    ],
)
def test_every_action_of_a2p_shows_in_its_state(in_time, settings, shown):
    ordered(in_time, TN, option=a2p("asSpecified", A2P))
    ordered(in_time, TN, option=settings)
    assert messaging(in_time) == shown


def test_only_completed_orders_show_and_they_move_the_date(in_time):
    in_time.accepted(FAILS, TN, option="<RewriteUser>desk</RewriteUser>")
    assert details(in_time, TN).find("TnOptions") is None
    in_time.clock.wait(PACE)
    assert details(in_time, TN).findtext("TnOptions/RewriteUser") == "desk"
    assert details(in_time, TN).findtext("LastModified") == "2026-05-10T12:01:00.000Z"
    assert details(in_time, FAILS).find("TnOptions") is None
    assert details(in_time, FAILS).findtext("LastModified") == IN_SERVICE_SINCE
    assert details(in_time, TN).findtext("InServiceDate") == IN_SERVICE_SINCE


def test_of_an_order_of_several_groups_every_number_shows_its_own(in_time):
    second = group(OTHER, option="<RewriteUser>lobby</RewriteUser>")
    in_time.post(f"<TnOptionOrder><TnOptionGroups>{group(TN)}{second}</TnOptionGroups></TnOptionOrder>")
    in_time.clock.wait(PACE)
    assert (messaging(in_time), messaging(in_time, OTHER)) == ({"SmsEnabled": "true"}, None)
    assert details(in_time, OTHER).findtext("TnOptions/RewriteUser") == "lobby"


def test_the_options_that_were_put_show_here_too_unless_they_never_show(in_time):
    inner = (
        "<RewriteUser>desk</RewriteUser><TnAttributes><TnAttribute>External</TnAttribute></TnAttributes>"
        "<MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings>"
    )
    for number in (TN, NEVER_SHOWS):
        changed(in_time, number, inner)
    shown = details(in_time, TN)
    assert texts(shown.find("TnOptions")) == {"RewriteUser": "desk"}
    assert (messaging(in_time), shown.findtext("TnAttributes/TnAttribute")) == ({"SmsEnabled": "true"}, "External")
    assert shown.findtext("LastModified") == "2026-05-10T12:00:15.000Z"
    assert details(in_time, NEVER_SHOWS).find("TnOptions") is None


@pytest.mark.parametrize("asked", ["123456789", "1018551020", "12018551020", "+442071838750", UNKNOWN, f"+1{UNKNOWN}"])
@pytest.mark.parametrize("below", ["", "/tndetails", "/sites", "/sippeers"])
def test_what_is_no_number_is_refused_as_in_the_sample(sandbox, asked, below):
    published = etree.fromstring(payload("errors/openapi-v1-RetrieveTnDetails-resp400-example"))
    answer = sandbox.http.get(f"{TNS}/{asked}{below}")
    assert refusal(answer) == (400, "TelephoneNumberResponse", 12512)
    assert answer.text.replace(asked, "123456789").count(published.findtext(".//Description")) == 1


def test_a_number_may_be_asked_for_with_its_country(sandbox):
    assert details(sandbox, f"+1{TN}").findtext("FullNumber") == TN


@pytest.mark.parametrize("below", ["", "/tndetails", "/sites", "/sippeers"])
def test_strangers_are_turned_away(sandbox, below):
    answer = sandbox.http.get(f"{TNS}/{TN}{below}", headers={"Authorization": ""})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_number_that_is_elsewhere_shows_that_and_nothing_else(in_time):
    for kind in ("tn-options", "lidb", "dlda"):
        submit(in_time, kind, ELSEWHERE)
    in_time.clock.wait(PACE)
    document = details(in_time, ELSEWHERE)
    assert document.findtext("AccountId") == "9999999"
    assert (document.findtext("Site/Id"), document.findtext("SipPeer/PeerId")) == ("45", "305610")
    assert [part.tag for part in document][-1] == "Features"
    assert len(document.find("Features")) == 0


def test_a_number_is_of_the_account_that_named_it_last():
    with running(accounts=frozenset({ACCOUNT, "9900001"})) as sandbox:
        assert details(sandbox, TN).findtext("AccountId") == ACCOUNT
        sandbox.post(order(TN), "/api/v1/accounts/9900001/tnoptions")
        assert details(sandbox, TN).findtext("AccountId") == "9900001"
        sandbox.accepted(TN)
        assert details(sandbox, TN).findtext("AccountId") == ACCOUNT


def test_the_short_answers_have_the_shapes_of_the_samples(in_time):
    summary = got(in_time, f"{TNS}/{TN}")
    published = etree.fromstring(payload("tns/openapi-v1-RetrieveTn-resp200-example"))
    wanted = [part.tag for part in published if not part.tag.startswith("Order")]
    assert (summary.tag, [part.tag for part in summary]) == (published.tag, wanted)
    assert (summary.findtext("TelephoneNumber"), summary.findtext("SiteId")) == (TN, "2")
    peer = got(in_time, f"{TNS}/{TN}/sippeers")
    for name in ("sippeers/python-test_tns-XML_RESPONSE_SIP_PEER_GET", "sippeers/node-numbers-tnSipPeers"):
        assert shape(peer) == shape(etree.fromstring(payload(name)))
    assert texts(peer) == {"Id": "500014", "Name": "Main trunk"}
    assert told(got(in_time, f"{TNS}/{TN}/sites")) == [("Site", ""), ("Id", "2"), ("Name", "Headquarters")]
    ordered(in_time, TN, option="<Sms>on</Sms>")
    assert got(in_time, f"{TNS}/{TN}").findtext("LastModifiedDate") == "2026-05-10T12:01:00.000Z"


def test_a_number_tells_its_location_by_its_present_name(own_sandbox):
    assert texts(details(own_sandbox, TN).find("SipPeer"))["IsDefaultPeer"] == "true"
    answer = own_sandbox.http.put(FULL, content="<SipPeer><PeerName>Renamed</PeerName></SipPeer>")
    assert parsed(answer).findtext(".//IsDefaultPeer") == "false"
    assert texts(details(own_sandbox, TN).find("SipPeer")) == {
        "PeerId": "500014",
        "PeerName": "Renamed",
        "IsDefaultPeer": "false",
    }
    assert got(own_sandbox, f"{TNS}/{TN}/sippeers").findtext("Name") == "Renamed"
