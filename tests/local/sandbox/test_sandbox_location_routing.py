"""Where calls to a location go: its final destination and its origination route plan."""

from __future__ import annotations

import pytest
from feature_orders import parsed
from lxml import etree
from peer_requests import FULL, PLAIN, got, refusal, told
from published import payload
from sandbox_harness import running

ROOT = "SipPeerResponse"
ROUTE = "<Route><Endpoint>7042661720</Endpoint><Priority>1</Priority><Weight>100</Weight></Route>"


def peer(inner=""):
    return f"<SipPeer><PeerName>Trunk</PeerName>{inner}</SipPeer>"


def to(uri):
    return peer(f"<FinalDestinationUri>{uri}</FinalDestinationUri>")


def planned(action, routes=""):
    said = f"<Action>{action}</Action>" if action else ""
    return peer(f"<OriginationRoutePlan>{routes}{said}</OriginationRoutePlan>")


def put(sandbox, body, path=FULL):
    return sandbox.http.put(path, content=body)


def plan(sandbox):
    return told(got(sandbox, FULL).find("SipPeer/OriginationRoutePlan"))


@pytest.mark.parametrize(
    "uri",
    [
        "sip:failover@203.0.113.7",
        "sip:failover@203.0.113.7:5060",
        "sip:+12345678901@voice.example.com",
        "+13332221111@PSTN",
    ],
)
def test_both_documented_forms_of_a_final_destination_are_taken(own_sandbox, uri):
    assert put(own_sandbox, to(uri)).status_code == 200
    assert got(own_sandbox, FULL).findtext(".//FinalDestinationUri") == uri


@pytest.mark.parametrize(
    "uri",
    [
        "failover@203.0.113.7",
        "sip:203.0.113.7",
        "sip:two words@203.0.113.7",
        "sip:a@b@203.0.113.7",
        "sip:failover@203.0.113.7:port",
        "sips:failover@203.0.113.7",
        "13332221111@PSTN",
        "+3332221111@PSTN",
        "+13332221111@pstn",
        "3332221111",
    ],
)
def test_every_other_form_is_refused(sandbox, uri):
    answer = put(sandbox, to(uri))
    assert refusal(answer) == (400, ROOT, 13510)
    assert parsed(answer).findtext(".//Description") == f"'{uri}' is not a valid Destination URI"


def test_a_final_destination_goes_when_it_is_left_out(own_sandbox):
    assert put(own_sandbox, to("+13332221111@PSTN")).status_code == 200
    assert put(own_sandbox, peer()).status_code == 200
    assert got(own_sandbox, FULL).find(".//FinalDestinationUri") is None


def test_the_other_location_has_no_final_destination_and_says_what_to_do_instead(own_sandbox):
    answer = put(own_sandbox, to("+13332221111@PSTN"), PLAIN)
    assert refusal(answer) == (400, ROOT, 13688)
    assert "fail-over group in the origination route plan" in parsed(answer).findtext(".//Description")
    assert refusal(put(own_sandbox, to("nowhere"), PLAIN)) == (400, ROOT, 13510)
    assert put(own_sandbox, to(""), PLAIN).status_code == 200
    assert put(own_sandbox, planned("asSpecified", ROUTE), PLAIN).status_code == 200


def test_the_documented_plan_comes_back_with_an_id_and_types_and_without_its_action(own_sandbox):
    request = payload("sippeers/openapi-v1-CreateSipPeer-request-With-OriginationRoutePlan")
    assert put(own_sandbox, request).status_code == 200
    shown = got(own_sandbox, FULL).find("SipPeer/OriginationRoutePlan")
    asked = etree.fromstring(request).find("OriginationRoutePlan")
    assert [part.tag for part in shown] == ["Id"] + ["Route"] * 5
    assert [route.findtext("EndpointType") for route in shown.iter("Route")] == ["TN", "SIP", "Ipv4", "TN", "FQDN"]
    for route in shown.iter("Route"):
        route.remove(route.find("EndpointType"))
    assert [told(route) for route in shown.iter("Route")] == [told(route) for route in asked.iter("Route")]


def test_the_type_and_the_name_of_a_route_are_kept(own_sandbox):
    named = ROUTE.replace("</Route>", "<EndpointType>TN</EndpointType><Name>desk</Name></Route>")
    assert put(own_sandbox, planned("asSpecified", named)).status_code == 200
    shown = dict(plan(own_sandbox))
    assert (shown["EndpointType"], shown["Name"]) == ("TN", "desk")


def test_an_unchanged_plan_stays_with_its_id(own_sandbox):
    before = plan(own_sandbox)
    assert put(own_sandbox, planned("unchanged")).status_code == 200
    assert put(own_sandbox, planned("unchanged", ROUTE)).status_code == 200
    assert plan(own_sandbox) == before


def test_a_plan_as_specified_replaces_the_old_one_under_a_new_id(own_sandbox):
    before = plan(own_sandbox)
    assert put(own_sandbox, planned("asSpecified", ROUTE)).status_code == 200
    after = plan(own_sandbox)
    assert (after[1][0], before[1][0]) == ("Id", "Id")
    assert after[1] != before[1]
    assert [text for tag, text in after if tag == "Endpoint"] == ["7042661720"]


@pytest.mark.parametrize("body", [planned("off"), planned(""), peer()], ids=["off", "empty", "left out"])
def test_a_plan_that_is_off_or_empty_or_left_out_is_gone(own_sandbox, body):
    assert put(own_sandbox, body).status_code == 200
    assert plan(own_sandbox) == [("OriginationRoutePlan", "")]
    assert put(own_sandbox, planned("unchanged")).status_code == 200
    assert plan(own_sandbox) == [("OriginationRoutePlan", "")]


def test_a_plan_as_the_get_shows_it_is_refused_for_its_missing_action(own_sandbox):
    settings = got(own_sandbox, FULL)[0]
    settings.remove(settings.find("TnCount"))
    before = plan(own_sandbox)
    answer = put(own_sandbox, etree.tostring(settings))
    assert refusal(answer) == (400, ROOT, 5207)
    assert plan(own_sandbox) == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (planned("systemDefault"), 5207),
        (planned("off", ROUTE), 5208),
        (planned("asSpecified"), 5184),
        (planned("asSpecified", ROUTE.replace("7042661720", "")), 5191),
        (planned("asSpecified", ROUTE.replace("<Priority>1", "<Priority>0")), 5189),
        (planned("asSpecified", ROUTE.replace("100", "0")), 5187),
        (planned("asSpecified", ROUTE.replace("<Priority>1", "<Priority>2")), 5223),
        (planned("asSpecified", ROUTE + ROUTE), 5186),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused_as_in_orders(sandbox, body, code):
    assert refusal(put(sandbox, body)) == (400, ROOT, code)


def test_an_account_without_route_plans_refuses_them_with_409_and_takes_the_rest():
    with running(route_plans_enabled=False) as sandbox:
        assert refusal(put(sandbox, planned("unchanged"))) == (409, ROOT, 5200)
        assert put(sandbox, planned("")).status_code == 200
