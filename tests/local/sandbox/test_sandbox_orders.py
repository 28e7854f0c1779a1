from __future__ import annotations

import pytest
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, ORDERS, group, order, outline, running, until

SAMPLE_REQUESTS = [
    "docs-applyTnOptionsAndFeatures-17",
    "docs-managingLineFeatures-0",
    "docs-managingLineFeatures-2",
    "docs-setFailoverUri-3",
    "docs-setFailoverUri-4",
    "openapi-v1-CreateTnOptionOrder-request-example",
]


@pytest.mark.parametrize("name", SAMPLE_REQUESTS)
def test_every_documented_request_is_accepted_and_echoed(sandbox, name):
    body = payload(f"tnoptions/{name}")
    answer = sandbox.post(body)
    assert answer.status_code == 201, answer.text
    asked = etree.fromstring(body).find("TnOptionGroups")
    given = etree.fromstring(answer.content).find("TnOptionOrder/TnOptionGroups")
    assert outline(given) == outline(asked)


def test_the_201_has_the_elements_of_the_sample(sandbox):
    sample = etree.fromstring(payload("tnoptions/docs-managingLineFeatures-3"))
    answer = sandbox.post(payload("tnoptions/docs-managingLineFeatures-2"))
    assert outline(etree.fromstring(answer.content)) == outline(sample)
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')


def test_the_get_answers_the_bare_order_of_the_sample_with_its_warning(sandbox):
    sample = payload("tnoptions/docs-managingLineFeatures-5")
    groups = [
        group("2015550104", option="<CallingNameDisplay>on</CallingNameDisplay><Sms>on</Sms>"),
        group("2174101602", option="<CallingNameDisplay>off</CallingNameDisplay>"),
        group(
            "2174101603",
            option="<CallingNameDisplay>systemDefault</CallingNameDisplay>"
            "<FinalDestinationURI>sip:+12345678901@1.2.3.4:5060</FinalDestinationURI>",
        ),
    ]
    body = f"<TnOptionOrder><TnOptionGroups>{''.join(groups)}</TnOptionGroups></TnOptionOrder>"
    created = etree.fromstring(sandbox.post(body).content)
    report = sandbox.ended(created.findtext(".//OrderId"))
    assert outline(report) == outline(etree.fromstring(sample))
    assert [child.tag for child in report] == [child.tag for child in etree.fromstring(sample)]
    assert report.findtext("ProcessingStatus") == "COMPLETE"
    assert [name.text for name in report.iter("CallingNameDisplay")] == ["on", "off", "systemdefault"]


def test_the_passcode_comes_back_in_the_201_and_the_get(sandbox):
    answer = sandbox.post(order("2018551020", option="<PortOutPasscode>a1b2c3</PortOutPasscode>"))
    created = etree.fromstring(answer.content)
    assert created.findtext(".//PortOutPasscode") == "a1b2c3"
    assert sandbox.report(created.findtext(".//OrderId")).findtext(".//PortOutPasscode") == "a1b2c3"


def test_the_customer_order_id_has_no_fixed_place(sandbox):
    places = set()
    for _ in range(40):
        answer = sandbox.post(order("2018551020", customer_order_id="somewhere"))
        inner = etree.fromstring(answer.content).find("TnOptionOrder")
        places.add([child.tag for child in inner].index("CustomerOrderId"))
    assert places == {0, 6}


def test_the_location_is_absolute_and_leads_to_the_order(sandbox):
    answer = sandbox.post(order("2018551020"))
    order_id = etree.fromstring(answer.content).findtext(".//OrderId")
    location = answer.headers["Location"]
    assert location == f"{sandbox.url}/v1.0/accounts/{ACCOUNT}/tnoptions/{order_id}"
    assert sandbox.http.get(location).status_code == 200


@pytest.mark.parametrize("prefix", ["/api", "/api/v1", "/v1.0"])
@pytest.mark.parametrize("name", ["tnoptions", "tnOptions", "TNOPTIONS"])
def test_every_spelling_of_the_path_is_the_same_door(sandbox, prefix, name):
    assert sandbox.post(order("2018551020"), f"{prefix}/accounts/{ACCOUNT}/{name}").status_code == 201


@pytest.mark.parametrize("path", ["/api/v2/accounts/9900000/tnoptions", "/accounts/9900000/tnoptions", "/"])
def test_other_paths_are_not_found(sandbox, path):
    assert sandbox.post(order("2018551020"), path).status_code == 404


def test_the_history_tells_what_was_reached_in_lower_case(sandbox):
    sample = etree.fromstring(payload("history/openapi-v1-GetOrderHistory-resp200-application-xml"))
    order_id = sandbox.accepted("2018551020")
    sandbox.ended(order_id)
    history = etree.fromstring(sandbox.http.get(f"{ORDERS}/{order_id}/history").content)
    assert outline(history) == outline(sample)
    assert [entry.text for entry in history.iter("Status")] == ["received", "processing", "complete"]
    assert [entry.text for entry in history.iter("Note")] == [entry.text for entry in sample.iter("Note")]


def test_an_unknown_order_answers_the_documented_404_and_an_empty_one_for_its_history(sandbox):
    sample = payload("errors/openapi-v1-GetTnOptionOrder-resp404-example")
    answer = sandbox.http.get(f"{ORDERS}/ddbdc72e-dc27-490c-904e-d0c11291b095")
    assert answer.status_code == 404
    assert outline(etree.fromstring(answer.content)) == outline(etree.fromstring(sample))
    history = sandbox.http.get(f"{ORDERS}/ddbdc72e-dc27-490c-904e-d0c11291b095/history")
    assert (history.status_code, history.content) == (404, b"")


def test_the_list_has_the_bare_root_and_the_mixed_names_of_the_summaries(own_sandbox):
    sample = etree.fromstring(payload("tnoptions/node-numbers-tnOptions"))
    own_sandbox.accepted("2018551020")
    newest = own_sandbox.accepted("2018551021", "2018551022", "2018551023")
    listing = etree.fromstring(own_sandbox.http.get(ORDERS).content)
    assert outline(listing) == outline(sample)
    first = listing.find("TnOptionOrderSummary")
    assert [first.findtext(name) for name in ("OrderId", "CountOfTNs", "OrderType")] == [
        newest,
        "3",
        "tn_option",
    ]


def test_order_details_lists_whole_orders(own_sandbox):
    order_id = own_sandbox.accepted("2018551020")
    report = own_sandbox.ended(order_id)
    listing = etree.fromstring(own_sandbox.http.get(ORDERS, params={"orderDetails": "true"}).content)
    assert etree.tostring(listing.find("TnOptionOrder")) == etree.tostring(report)


def test_the_states_follow_each_other_as_time_goes_by():
    with running(pace=0.8) as sandbox:
        answer = sandbox.post(order("2018551020"))
        order_id = etree.fromstring(answer.content).findtext(".//OrderId")
        seen = [etree.fromstring(answer.content).findtext(".//ProcessingStatus")]

        def reached_the_end():
            status = sandbox.report(order_id).findtext("ProcessingStatus")
            seen.extend([status] if status != seen[-1] else [])
            return status == "COMPLETE"

        until(reached_the_end)
    assert seen == ["RECEIVED", "PROCESSING", "COMPLETE"]
