from __future__ import annotations

import pytest
from feature_orders import (
    ADDRESS,
    DLDAS,
    LISTING,
    PERSON,
    SHOWN,
    SUBSCRIBER,
    accepted,
    dlda,
    dlda_group,
    dlda_of,
    ended,
    errors,
    finished,
    order_id_of,
    parsed,
    read,
    sample,
    status,
)
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, outline, running

TN = "2018551040"
OTHER = "2018551041"
NOBODY = "ddbdc72e-dc27-490c-904e-d0c11291b095"
HIDDEN = "<ListAddress>false</ListAddress>"
BUSINESS = "<SubscriberType>BUSINESS</SubscriberType>"
FIRM = "<ListingName><LastName>Joes Garage</LastName></ListingName>"


def without(element):
    """A listed address that lacks one element."""
    address = etree.fromstring(ADDRESS)
    address.remove(address.find(element))
    return etree.tostring(address).decode()


def listing(subscriber=SUBSCRIBER, kind=LISTING, name=PERSON, shown=SHOWN, address=ADDRESS):
    return dlda(TN, inner=subscriber + kind + name + shown + address)


def refusal(sandbox, body):
    answer = sandbox.post(body, DLDAS)
    assert answer.status_code == 400, answer.text
    return parsed(answer)


def code(document):
    return int(document.findtext("ResponseStatus/ErrorCode"))


@pytest.mark.parametrize("name", ["docs-managingLineFeatures-10", "openapi-v1-UpdateDldaOrder-request-example"])
def test_every_documented_request_is_accepted(own_sandbox, name):
    report = finished(own_sandbox, DLDAS, sample(payload(f"dldas/{name}")))
    assert (status(report), report.findtext(".//AccountType")) == ("COMPLETE", "RESIDENCE")


@pytest.mark.parametrize("published", ["openapi-v1-CreateDldaOrder-resp201-example", "docs-managingLineFeatures-11"])
def test_the_201_has_the_elements_and_words_of_the_sample(own_sandbox, published):
    wanted = etree.fromstring(payload(f"dldas/{published}"))
    body = sample(payload("dldas/openapi-v1-CreateDldaOrder-request-example"))
    document = parsed(own_sandbox.post(body, DLDAS))
    assert outline(document) == outline(wanted)
    groups, right = (each.find("DldaOrder/DldaTnGroups") for each in (document, wanted))
    assert [(each.tag, (each.text or "").strip()) for each in groups.iter()] == [
        (each.tag, (each.text or "").strip()) for each in right.iter()
    ]


def test_the_get_is_wrapped_as_in_the_sample(own_sandbox):
    published = etree.fromstring(payload("dldas/openapi-v1-ReadDldaOrder-resp200-example"))
    accepted(own_sandbox, DLDAS, dlda("2015550120"))
    business = BUSINESS + LISTING + PERSON + SHOWN + ADDRESS
    order = accepted(own_sandbox, DLDAS, dlda("2015550120", OTHER, inner=business, customer_order_id="mine"))
    answer = own_sandbox.http.get(f"{DLDAS}/{order_id_of(order)}")
    assert outline(parsed(answer)) == outline(published)
    assert parsed(answer).findtext(".//AccountType") == "BUSINESS"


def test_the_location_leads_to_the_order(own_sandbox):
    answer = own_sandbox.post(dlda(TN), DLDAS)
    order_id = parsed(answer).findtext("DldaOrder/OrderId")
    location = f"{own_sandbox.url}/v1.0/accounts/{ACCOUNT}/dldas/{order_id}"
    assert answer.headers["Location"] == location
    assert own_sandbox.http.get(location).status_code == 200


@pytest.mark.parametrize(
    ("subscriber", "answered"),
    [
        ("<SubscriberType>RESIDENTIAL</SubscriberType>", "RESIDENCE"),
        ("<SubscriberType>BUSINESS</SubscriberType>", "BUSINESS"),
        ("<AccountType>RESIDENCE</AccountType>", "RESIDENCE"),
        ("<AccountType>RESIDENTIAL</AccountType>", "RESIDENCE"),
        ("<AccountType>BUSINESS</AccountType>", "BUSINESS"),
    ],
)
def test_the_subscriber_comes_back_as_account_type(own_sandbox, subscriber, answered):
    order = accepted(own_sandbox, DLDAS, listing(subscriber))
    assert order.findtext(".//AccountType") == answered
    assert order.find(".//SubscriberType") is None


def test_what_is_in_no_document_is_not_repeated(own_sandbox):
    order = accepted(own_sandbox, DLDAS, dlda(TN, inner=SUBSCRIBER + LISTING + PERSON + SHOWN + ADDRESS + "<Odd/>"))
    assert order.find(".//Odd") is None


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("<DldaOrder>", 1019),
        ("<LidbOrder/>", 1019),
        (dlda(TN, TN), 5072),
        (dlda_of(dlda_group(TN), dlda_group(TN)), 5093),
        (dlda_of(dlda_group(TN), dlda_group()), 5073),
        (dlda(TN, customer_order_id="a_b"), 5052),
        (dlda(TN, delete="TRUE"), 16112),
        (dlda(TN, delete=""), 16112),
        (listing(subscriber=""), 16109),
        (listing(subscriber="<SubscriberType>RESIDENCE</SubscriberType>"), 16109),
        (listing(subscriber="<AccountType>HOUSE</AccountType>"), 16109),
        (listing(kind=""), 16110),
        (listing(kind="<ListingType>NonListed</ListingType>"), 16110),
        (listing(shown="<ListAddress>yes</ListAddress>"), 1008),
        (listing(address=ADDRESS.replace(">CA<", ">XX<")), 16114),
        (listing(address=ADDRESS.replace(">CA<", ">California<")), 16114),
    ],
)
def test_a_broken_order_is_refused(own_sandbox, body, wanted):
    document = refusal(own_sandbox, body)
    assert (code(document), document.find("DldaOrder")) == (wanted, None)
    assert [entry["order_id"] for entry in own_sandbox.ledger()] == [None]


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (listing(name="<ListingName><FirstName>John</FirstName></ListingName>"), "LastName"),
        (listing(name=""), "LastName"),
        (listing(name=FIRM), "FirstName"),
        (listing(shown=""), "ListAddress"),
        (listing(address=""), "HouseNumber"),
        *((listing(address=without(name)), name) for name in ("HouseNumber", "StreetName", "City", "StateCode", "Zip")),
        *((listing(shown=HIDDEN, address=without(name)), name) for name in ("City", "StateCode", "Zip")),
        (listing(address=ADDRESS.replace(">93013<", "><")), "Zip"),
    ],
)
def test_a_missing_field_is_named(sandbox, body, missing):
    document = refusal(sandbox, body)
    assert code(document) == 1003
    assert document.findtext("ResponseStatus/Description") == f"{missing} is required"


@pytest.mark.parametrize(
    "body",
    [
        listing(subscriber=BUSINESS, name=FIRM),
        listing(kind="<ListingType>NON_PUBLISHED</ListingType>", shown=HIDDEN, address=without("HouseNumber")),
        listing(shown=HIDDEN, address=without("StreetName")),
        listing(address=ADDRESS.replace(">CA<", ">DC<")),
    ],
)
def test_what_is_not_required_may_be_left_out(own_sandbox, body):
    assert status(finished(own_sandbox, DLDAS, body)) == "COMPLETE"


def test_too_many_numbers_are_refused():
    with running(max_numbers=1) as sandbox:
        assert code(refusal(sandbox, dlda(TN, OTHER))) == 5095


def test_an_order_without_a_number_is_refused_and_repeated_as_in_the_sample(own_sandbox):
    published = etree.fromstring(payload("dldas/openapi-v1-CreateDldaOrder-resp400-example"))
    body = sample(payload("dldas/openapi-v1-CreateDldaOrder-request-example")).replace(b"5202217754", b"")
    document = refusal(own_sandbox, body)
    assert outline(document) == outline(published)
    assert code(document) == 16104
    assert status(document.find("DldaOrder")) == "FAILED"
    assert errors(document.find("DldaOrder")) == [(5070, [None])]


@pytest.mark.parametrize(
    "body", ["<DldaOrder/>", dlda_of(), dlda_of(dlda_group()), "<DldaOrder><DLDATnGroups/></DldaOrder>"]
)
def test_no_number_at_all_is_refused_too(own_sandbox, body):
    document = refusal(own_sandbox, body)
    assert (code(document), errors(document.find("DldaOrder"))) == (16104, [])


def test_numbers_that_cannot_be_listed_fail_alone(own_sandbox):
    order = accepted(own_sandbox, DLDAS, dlda("8888595935", "12345", TN))
    assert sorted(errors(order)) == [(5070, ["12345"]), (16100, ["8888595935"])]
    report = ended(own_sandbox, DLDAS, order_id_of(order))
    assert (status(report), errors(report)) == ("PARTIAL", errors(order))


def test_a_number_in_process_elsewhere_is_told_with_that_order(own_sandbox):
    first = order_id_of(accepted(own_sandbox, DLDAS, dlda("2015550120")))
    second = accepted(own_sandbox, DLDAS, dlda("2015550120", TN))
    assert errors(second) == [(16103, ["2015550120"])]
    assert second.findtext("ErrorList/Error/Description").endswith(f"processed by order '{first}'")
    assert status(ended(own_sandbox, DLDAS, order_id_of(second))) == "PARTIAL"


def test_an_order_of_which_every_number_fails_at_once_is_refused(own_sandbox):
    accepted(own_sandbox, DLDAS, dlda("2015550120"))
    document = refusal(own_sandbox, dlda("2015550107", "2015550120", "8888595935", customer_order_id="mine"))
    order = document.find("DldaOrder")
    assert code(document) == 16104
    assert sorted(errors(order)) == [(16100, ["8888595935"]), (16103, ["2015550120"]), (16111, ["2015550107"])]
    assert (order.find("OrderId"), order.findtext("CustomerOrderId")) == (None, "mine")
    assert own_sandbox.ledger(customer_order_id="mine")[0]["order_id"] is None


def test_listings_can_be_removed_with_the_numbers_alone(own_sandbox):
    order = accepted(own_sandbox, DLDAS, dlda(TN, inner="", delete="true"))
    assert order.findtext("DeleteDldaTnGroups") == "true"
    assert status(ended(own_sandbox, DLDAS, order_id_of(order))) == "COMPLETE"
    assert code(refusal(own_sandbox, dlda(TN, inner="", delete="false"))) == 16109


def test_the_history_has_the_words_of_the_sample(own_sandbox):
    published = etree.fromstring(payload("history/openapi-v1-ReadDldaOrderHistory-resp200-example"))
    order_id = order_id_of(finished(own_sandbox, DLDAS, dlda(TN)))
    history = parsed(own_sandbox.http.get(f"{DLDAS}/{order_id}/history"))
    assert outline(history) == outline(published)
    for name in ("Note", "Status"):
        assert [entry.text for entry in history.iter(name)] == [entry.text for entry in published.iter(name)]


@pytest.mark.parametrize(
    ("numbers", "note"),
    [
        (["2015550101", TN], "DLDA Order Partially Complete"),
        (["2015550101"], "Order has failed."),
        (["2015550124"], "DLDA Order was successfully cancelled/deleted"),
    ],
)
def test_the_history_of_other_ends(own_sandbox, numbers, note):
    report = finished(own_sandbox, DLDAS, dlda(*numbers))
    history = parsed(own_sandbox.http.get(f"{DLDAS}/{order_id_of(report)}/history"))
    assert history[-1].findtext("Note") == note
    assert history[-1].findtext("Status") == status(report)


@pytest.mark.parametrize(("below", "name"), [("", "ReadDldaOrder"), ("/history", "ReadDldaOrderHistory")])
def test_an_unknown_order_answers_the_documented_404(sandbox, below, name):
    published = etree.fromstring(payload(f"errors/openapi-v1-{name}-resp404-example"))
    answer = sandbox.http.get(f"{DLDAS}/{NOBODY}{below}")
    assert answer.status_code == 404
    assert outline(parsed(answer)) == outline(published)
    assert parsed(answer).findtext(".//Description") == published.findtext(".//Description")


def test_the_singular_path_of_the_guide_is_not_found(sandbox):
    assert sandbox.post(dlda(TN), DLDAS[:-1]).status_code == 404


def test_a_restart_keeps_what_the_201_said(tmp_path):
    with running(data_dir=tmp_path, pace=60.0) as sandbox:
        accepted(sandbox, DLDAS, dlda(TN))
        second = order_id_of(accepted(sandbox, DLDAS, dlda(TN, OTHER)))
        before = etree.tostring(read(sandbox, DLDAS, second))
        assert [entry["kind"] for entry in sandbox.ledger()] == ["dlda", "dlda"]
    with running(data_dir=tmp_path, pace=60.0) as sandbox:
        assert etree.tostring(read(sandbox, DLDAS, second)) == before
