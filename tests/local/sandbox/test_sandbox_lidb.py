from __future__ import annotations

from datetime import timedelta

import pytest
from feature_orders import (
    LIDBS,
    NAME,
    SEEN,
    USE,
    Clock,
    accepted,
    ended,
    errors,
    finished,
    lidb,
    lidb_group,
    lidb_of,
    order_id_of,
    parsed,
    read,
    sample,
    status,
)
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, outline, running

TN = "2018551030"
OTHER = "2018551031"
TOLL_FREE = "8888595935"


def refusal(sandbox, body):
    answer = sandbox.post(body, LIDBS)
    assert answer.status_code == 400, answer.text
    document = parsed(answer)
    assert document.findtext("Status/Code") == "400"
    return document


@pytest.mark.parametrize("name", ["docs-managingLineFeatures-6", "openapi-v1-CreateLidbOrder-request-example"])
def test_every_documented_request_is_accepted_and_its_toll_free_number_fails_in_the_201(own_sandbox, name):
    created = accepted(own_sandbox, LIDBS, sample(payload(f"lidbs/{name}")))
    assert errors(created) == [(11015, [TOLL_FREE])]
    report = ended(own_sandbox, LIDBS, order_id_of(created))
    assert (status(report), errors(report)) == ("PARTIAL", [(11015, [TOLL_FREE])])


def test_the_201_has_the_elements_of_the_sample(own_sandbox):
    published = etree.fromstring(payload("lidbs/openapi-v1-CreateLidbOrder-resp201-example"))
    body = sample(payload("lidbs/openapi-v1-CreateLidbOrder-request-example"))
    answer = own_sandbox.post(body, LIDBS)
    assert outline(parsed(answer)) == outline(published)
    assert parsed(answer).findtext("LidbOrder/ProcessingStatus") == "RECEIVED"


def test_the_location_leads_to_the_order(sandbox):
    answer = sandbox.post(lidb(TN), LIDBS)
    order_id = parsed(answer).findtext("LidbOrder/orderId")
    location = answer.headers["Location"]
    assert location == f"{sandbox.url}/v1.0/accounts/{ACCOUNT}/lidbs/{order_id}"
    assert sandbox.http.get(location).status_code == 200
    ended(sandbox, LIDBS, order_id)


def test_the_get_answers_the_bare_order_of_the_sample_and_the_account(own_sandbox):
    published = etree.fromstring(payload("lidbs/openapi-v1-ReadLidbOrder-resp200-example"))
    groups = lidb_group("2018551032"), lidb_group("2018551033", "2018551034")
    report = finished(own_sandbox, LIDBS, lidb_of(*groups, customer_order_id="mine"))
    assert report.findtext("AccountId") == ACCOUNT
    report.remove(report.find("AccountId"))
    assert outline(report) == outline(published)
    assert [number.text for number in report.iter("FullNumber")] == ["2018551032", "2018551033"]
    assert report.findtext("OrderCompleteDate") == report.findtext("LastModifiedDate")


def test_an_open_order_has_no_completion_date_yet(own_sandbox):
    order_id = order_id_of(accepted(own_sandbox, LIDBS, lidb("2015550120")))
    assert read(own_sandbox, LIDBS, order_id).find("OrderCompleteDate") is None


def test_there_is_no_history_and_no_put(sandbox):
    order_id = order_id_of(accepted(sandbox, LIDBS, lidb("2018551035")))
    assert sandbox.http.get(f"{LIDBS}/{order_id}/history").status_code == 404
    assert sandbox.http.put(f"{LIDBS}/{order_id}", content=lidb("2018551035")).status_code == 405


def test_an_unknown_order_answers_the_documented_404(sandbox):
    published = etree.fromstring(payload("errors/openapi-v1-ReadLidbOrder-resp404-example"))
    answer = sandbox.http.get(f"{LIDBS}/ddbdc72e-dc27-490c-904e-d0c11291b095")
    assert answer.status_code == 404
    assert outline(parsed(answer)) == outline(published)
    assert parsed(answer).findtext(".//Description") == published.findtext(".//Description")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<LidbOrder>", 1019),
        ("<TnOptionOrder/>", 1019),
        ("<LidbOrder/>", 1003),
        (lidb_of(lidb_group()), 5073),
        (lidb(""), 5073),
        (lidb("+12018551030"), 5070),
        (lidb(TN, TN), 5072),
        (lidb_of(lidb_group(TN), lidb_group(TN)), 5093),
        (lidb(TN, customer_order_id="a_b"), 5052),
        (lidb(TN, inner=USE + SEEN), 1003),
        (lidb(TN, inner="<SubscriberInformation/>" + USE + SEEN), 1003),
        (lidb(TN, inner="<SubscriberInformation>Sixteen letters.</SubscriberInformation>" + USE + SEEN), 11005),
        (lidb(TN, inner="<SubscriberInformation> Joe</SubscriberInformation>" + USE + SEEN), 11024),
        (lidb(TN, inner=NAME + SEEN), 11006),
        (lidb(TN, inner=NAME + "<UseType>residential</UseType>" + SEEN), 11006),
        (lidb(TN, inner=NAME + USE), 11007),
        (lidb(TN, inner=NAME + USE + "<Visibility>SECRET</Visibility>"), 11007),
    ],
)
def test_a_broken_order_is_refused_in_the_shape_of_lidbs_and_makes_no_order(own_sandbox, body, code):
    document = refusal(own_sandbox, body)
    assert errors(document) == [(code, [])]
    assert [entry["order_id"] for entry in own_sandbox.ledger()] == [None]


def test_the_limits_of_a_name_are_right(own_sandbox):
    name = "<SubscriberInformation>Fifteen letters</SubscriberInformation>"
    report = finished(own_sandbox, LIDBS, lidb(TN, inner=name + USE + SEEN))
    assert report.findtext(".//SubscriberInformation") == "Fifteen letters"


def test_a_refusal_repeats_the_request_as_in_the_sample(sandbox):
    published = etree.fromstring(payload("lidbs/openapi-v1-CreateLidbOrder-resp400-example"))
    document = refusal(sandbox, lidb("9199998830", inner=NAME + USE))
    assert outline(document) == outline(published)
    for path in ("Status/Description", "ErrorList/Error/Code", "ErrorList/Error/Description"):
        assert document.findtext(path) == published.findtext(path)


def test_too_many_numbers_are_refused():
    with running(max_numbers=1) as sandbox:
        assert errors(refusal(sandbox, lidb(TN, OTHER))) == [(5095, [])]


def test_a_foreign_account_is_refused_in_the_usual_shape(sandbox):
    answer = sandbox.post(lidb(TN), LIDBS.replace(ACCOUNT, "1"))
    assert answer.status_code == 403
    assert parsed(answer).findtext("ResponseStatus/ErrorCode") == "1001"


def test_a_number_in_process_elsewhere_is_told_in_the_201_until_that_order_ends():
    clock = Clock()
    with running(clock=clock, pace=60.0) as sandbox:
        accepted(sandbox, LIDBS, lidb(TN))
        second = accepted(sandbox, LIDBS, lidb(TN, OTHER))
        assert errors(second) == [(11020, [TN])]
        clock.now += timedelta(minutes=1)
        report = read(sandbox, LIDBS, order_id_of(second))
        assert (status(report), errors(report)) == ("PARTIAL", [(11020, [TN])])
        assert errors(accepted(sandbox, LIDBS, lidb(TN))) == []


def test_an_order_that_refused_a_number_does_not_hold_it():
    clock = Clock()
    with running(clock=clock, pace=60.0) as sandbox:
        accepted(sandbox, LIDBS, lidb(TN))
        accepted(sandbox, LIDBS, lidb(TN, "2015550120"))
        clock.now += timedelta(minutes=1)
        assert errors(accepted(sandbox, LIDBS, lidb(TN))) == []


def test_orders_of_other_kinds_do_not_hold_a_number(own_sandbox):
    own_sandbox.accepted("2015550120")
    assert errors(accepted(own_sandbox, LIDBS, lidb("2015550120"))) == []
    assert [entry["overlapped"] for entry in own_sandbox.ledger()] == [[], []]


def test_orders_of_other_accounts_do_not_hold_a_number():
    with running(accounts=frozenset({ACCOUNT, "9900001"})) as sandbox:
        accepted(sandbox, LIDBS, lidb("2015550120"))
        assert errors(accepted(sandbox, LIDBS.replace(ACCOUNT, "9900001"), lidb("2015550120"))) == []


def test_an_order_of_which_every_number_fails_at_once_is_refused_with_an_error_for_each(own_sandbox):
    accepted(own_sandbox, LIDBS, lidb("2015550120"))
    document = refusal(own_sandbox, lidb("2015550107", "2015550120", TOLL_FREE))
    assert sorted(errors(document)) == [(11015, [TOLL_FREE]), (11020, ["2015550120"]), (11025, ["2015550107"])]
    assert own_sandbox.ledger(tn=TOLL_FREE)[0]["order_id"] is None


@pytest.mark.parametrize("area", ["800", "833", "844", "855", "866", "877", "888"])
def test_toll_free_numbers_cannot_have_a_name(sandbox, area):
    assert errors(refusal(sandbox, lidb(f"{area}5551234"))) == [(11015, [f"{area}5551234"])]


def test_a_number_that_only_begins_with_8_is_not_toll_free(own_sandbox):
    assert errors(accepted(own_sandbox, LIDBS, lidb("8045030097"))) == []


def test_the_ledger_names_the_kind_and_a_restart_keeps_what_the_201_said(tmp_path):
    with running(data_dir=tmp_path, pace=60.0) as sandbox:
        accepted(sandbox, LIDBS, lidb(TN))
        second = order_id_of(accepted(sandbox, LIDBS, lidb(TN, OTHER, customer_order_id="second")))
        ledger = sandbox.ledger()
        assert [entry["kind"] for entry in ledger] == ["lidb", "lidb"]
        assert ledger[0]["overlapped"] == [second]
    with running(data_dir=tmp_path, pace=60.0) as sandbox:
        assert sandbox.ledger() == ledger
        assert errors(read(sandbox, LIDBS, second)) == [(11020, [TN])]
