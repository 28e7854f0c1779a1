from __future__ import annotations

import pytest
from lxml import etree
from published import payload
from sandbox_harness import group, order, outline, running

TN = "2018551020"
ROUTE = "<Route><Endpoint>6105552502</Endpoint><Priority>{}</Priority><Weight>{}</Weight></Route>"


def plan(*routes, action="asSpecified"):
    return f"<OriginationRoutePlan>{''.join(routes)}<Action>{action}</Action></OriginationRoutePlan>"


def a2p(inner):
    return f"<A2pSettings>{inner}</A2pSettings>"


def groups(*parts):
    return f"<TnOptionOrder><TnOptionGroups>{''.join(parts)}</TnOptionGroups></TnOptionOrder>"


def refusal(sandbox, body):
    answer = sandbox.post(body)
    status = etree.fromstring(answer.content).find("ResponseStatus")
    assert answer.status_code == 400, answer.text
    return int(status.findtext("ErrorCode"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<TnOptionOrder>", 1019),
        ("", 1019),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + order(TN), 1019),
        ("<LidbOrder/>", 1019),
        ("<TnOptionOrder/>", 1003),
        (groups(group()), 5073),
        (order(""), 5073),
        (order("+12018551020"), 5070),
        (order("12345"), 5070),
        (order(TN, TN), 5072),
        (groups(group(TN), group(TN)), 5093),
        (order(TN, customer_order_id=""), 5052),
        (order(TN, customer_order_id="a_b"), 5052),
        (order(TN, customer_order_id="x" * 41), 5052),
    ],
)
def test_a_broken_order_is_refused(sandbox, body, code):
    assert refusal(sandbox, body) == code


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("", 5115),
        ("<SMS>on</SMS>", 5115),
        ("<FinalDestinationUri>unchanged</FinalDestinationUri>", 5115),
        ("<CallForward>123</CallForward>", 5080),
        (f"<CallForward>{TN}</CallForward>", 5088),
        ("<CallingNameDisplay>ON</CallingNameDisplay>", 5079),
        ("<NumberFormat>wrong</NumberFormat>", 5081),
        ("<RPIDFormat>wrong</RPIDFormat>", 5089),
        ("<RewriteUser>a b</RewriteUser>", 5082),
        ("<PortOutPasscode>abc</PortOutPasscode>", 5193),
        ("<PortOutPasscode>abc-12</PortOutPasscode>", 5193),
        ("<Protected>yes</Protected>", 5108),
        ("<Sms>systemDefault</Sms>", 5113),
        (f"<FinalDestinationURI>{'1' * 61}</FinalDestinationURI>", 5117),
        ("<FinalDestinationURI>123</FinalDestinationURI>", 5118),
        ("<FinalDestinationURI>me@example.com</FinalDestinationURI>", 5119),
        ("<FinalDestinationURI>m$e@1.2.3.4</FinalDestinationURI>", 5121),
        ("<FinalDestinationURI>me@1.2.3.4:</FinalDestinationURI>", 5122),
        ("<NNID>one</NNID>", 5143),
        ("<Sms>off</Sms><NNID>1</NNID>", 5202),
        ("<ESPID/>", 5141),
        ("<PindropEnabled>on</PindropEnabled>", 1008),
        ("<CallVerificationEnabled>1</CallVerificationEnabled>", 1008),
        (a2p("<Action>on</Action>"), 5138),
        (a2p("<CampaignId>C1</CampaignId><Action>off</Action>"), 5134),
        (a2p(f"<CampaignId>{'C' * 65}</CampaignId>"), 1011),
        ("<Sms>off</Sms>" + a2p("<Action>asSpecified</Action>"), 5132),
        (plan(action="on"), 5207),
        (plan(), 5184),
        (plan(ROUTE.format(1, 1), action="off"), 5208),
        (plan("<Route><Priority>1</Priority></Route>"), 5191),
        (plan(ROUTE.format(0, 1)), 5189),
        (plan(ROUTE.format(1, 0)), 5187),
        (plan(ROUTE.format(1, 1), ROUTE.format(3, 1)), 5223),
        (plan(ROUTE.format(1, 1), ROUTE.format(1, 2)), 5186),
    ],
)
def test_a_wrong_option_is_refused(sandbox, option, code):
    assert refusal(sandbox, order(TN, option=option)) == code


@pytest.mark.parametrize(
    "option",
    [
        "<CallForward>unchanged</CallForward>",
        "<FinalDestinationURI>systemDefault</FinalDestinationURI>",
        "<FinalDestinationURI>2018551099</FinalDestinationURI>",
        "<FinalDestinationURI>me@1.2.3.4</FinalDestinationURI>",
        "<Protected>UNCHANGED</Protected>",
        "<NNID>103300</NNID>",
        "<RewriteUser>testUser1</RewriteUser>",
        a2p("<Action>delete</Action>"),
        plan(action="off"),
        plan(action="unchanged"),
    ],
)
def test_a_right_option_is_accepted(sandbox, option):
    assert sandbox.post(order(TN, option=option)).status_code == 201


def test_a_refusal_has_the_elements_of_the_sample(sandbox):
    sample = payload("errors/openapi-v1-CreateTnOptionOrder-resp400-example")
    answer = sandbox.post(order(TN, option="<NumberFormat>wrong</NumberFormat>"))
    parsed, wanted = etree.fromstring(answer.content), etree.fromstring(sample)
    assert outline(parsed) == outline(wanted)
    assert parsed.findtext(".//Description") == wanted.findtext(".//Description")


def test_too_many_numbers_are_refused():
    with running(max_numbers=3) as sandbox:
        numbers = ["2018551020", "2018551021", "2018551022", "2018551023"]
        assert sandbox.post(order(*numbers[:3])).status_code == 201
        assert refusal(sandbox, order(*numbers)) == 5095


def test_a_route_plan_needs_the_account_to_have_them():
    with running(route_plans_enabled=False) as sandbox:
        answer = sandbox.post(order(TN, option=plan(ROUTE.format(1, 1))))
        assert answer.status_code == 409
        assert etree.fromstring(answer.content).findtext("ResponseStatus/ErrorCode") == "5200"


@pytest.mark.parametrize(
    ("option", "code"),
    [("<CallForward>6042661720</CallForward>", "5203"), ("<RewriteUser>testUser1</RewriteUser>", "5204")],
)
def test_a_clash_with_a_route_plan_is_accepted_and_seen_on_the_get(sandbox, option, code):
    clashing = group(TN, "2018551021", option=option + plan(ROUTE.format(1, 1)))
    created = sandbox.post(groups(clashing, group("2018551022")))
    assert created.status_code == 201
    report = sandbox.ended(etree.fromstring(created.content).findtext(".//OrderId"))
    assert report.findtext("ProcessingStatus") == "PARTIAL"
    errors = report.findall("ErrorList/Error")
    assert [error.findtext("Code") for error in errors] == [code, code]
    assert [error.findtext("TelephoneNumber") for error in errors] == [TN, "2018551021"]
