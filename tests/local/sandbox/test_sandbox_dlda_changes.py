from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from feature_orders import (
    ADDRESS,
    DLDAS,
    LISTING,
    PERSON,
    SHOWN,
    SUBSCRIBER,
    Clock,
    accepted,
    dlda,
    dlda_group,
    dlda_of,
    ended,
    errors,
    order_id_of,
    parsed,
    reached,
    read,
    sample,
    status,
)
from lxml import etree
from published import payload
from sandbox_harness import ACCOUNT, outline, running, until

EDITABLE = "2015550125"
TN = "2018551040"
ANNA = SUBSCRIBER + LISTING + PERSON.replace("John", "Anna") + SHOWN + ADDRESS
NOBODY = "ddbdc72e-dc27-490c-904e-d0c11291b095"


def put(sandbox, order_id, body):
    return sandbox.http.put(f"{DLDAS}/{order_id}", content=body)


def changed(sandbox, order_id, body):
    answer = put(sandbox, order_id, body)
    assert answer.status_code == 200, answer.text
    return parsed(answer)[0]


def waiting(sandbox, *numbers, **parts):
    return order_id_of(accepted(sandbox, DLDAS, dlda(*(numbers or (EDITABLE,)), **parts)))


def refusal(answer):
    assert answer.status_code == 400, answer.text
    return int(parsed(answer).findtext("ResponseStatus/ErrorCode"))


def first_name(order):
    return order.findtext(".//FirstName")


def test_an_order_waits_for_its_change_and_then_goes_on(own_sandbox):
    order_id = waiting(own_sandbox)
    ended(own_sandbox, DLDAS, waiting(own_sandbox, TN))
    assert status(read(own_sandbox, DLDAS, order_id)) == "RECEIVED"
    assert first_name(changed(own_sandbox, order_id, dlda(EDITABLE, inner=ANNA))) == "Anna"
    report = ended(own_sandbox, DLDAS, order_id)
    assert (status(report), first_name(report)) == ("COMPLETE", "Anna")


def test_the_200_has_the_elements_of_the_sample_and_a_later_date():
    published = etree.fromstring(payload("dldas/openapi-v1-UpdateDldaOrder-resp200-example"))
    clock = Clock()
    with running(clock=clock) as sandbox:
        body = sample(payload("dldas/openapi-v1-UpdateDldaOrder-request-example")).replace(b"5202217754", b"2015550125")
        order = accepted(sandbox, DLDAS, body)
        clock.now += timedelta(minutes=5)
        answer = put(sandbox, order_id_of(order), body.replace(b"John", b"Anna"))
        after = parsed(answer)[0]
        assert outline(parsed(answer)) == outline(published)
        assert after.findtext("OrderCreateDate") == order.findtext("OrderCreateDate")
        assert after.findtext("LastModifiedDate") == "2026-05-10T12:05:00.000Z"
        assert read(sandbox, DLDAS, order_id_of(order)).findtext("LastModifiedDate") == "2026-05-10T12:05:00.000Z"
        listed = sandbox.http.get(f"{DLDAS}?tn={EDITABLE}")
        assert parsed(listed).findtext(".//lastModifiedDate") == "2026-05-10T12:05:00.000Z"


def test_the_customer_order_id_of_the_post_stays(own_sandbox):
    order_id = waiting(own_sandbox, customer_order_id="first")
    order = changed(own_sandbox, order_id, dlda(EDITABLE, customer_order_id="second"))
    assert order.findtext("CustomerOrderId") == "first"


def test_a_second_change_is_possible_until_processing_and_moves_no_end():
    clock = Clock()
    with running(clock=clock, pace=60.0, token_ttl=10**6) as sandbox:
        order_id = waiting(sandbox)
        clock.now += timedelta(hours=1)
        changed(sandbox, order_id, dlda(EDITABLE, inner=ANNA))
        clock.now += timedelta(seconds=14)
        changed(sandbox, order_id, dlda(EDITABLE, inner=ANNA.replace("Anna", "Mary")))
        clock.now += timedelta(seconds=1)
        assert status(read(sandbox, DLDAS, order_id)) == "PROCESSING"
        assert refusal(put(sandbox, order_id, dlda(EDITABLE))) == 16105
        clock.now += timedelta(seconds=45)
        report = read(sandbox, DLDAS, order_id)
        assert (status(report), first_name(report)) == ("COMPLETE", "Mary")
        assert report.findtext("LastModifiedDate") == "2026-05-10T13:01:00.000Z"


def test_an_ordinary_order_can_be_changed_while_it_is_received_and_keeps_its_pace():
    clock = Clock()
    with running(clock=clock, pace=60.0) as sandbox:
        order_id = waiting(sandbox, TN)
        clock.now += timedelta(seconds=14)
        assert first_name(changed(sandbox, order_id, dlda(TN, inner=ANNA))) == "Anna"
        clock.now += timedelta(seconds=46)
        assert status(read(sandbox, DLDAS, order_id)) == "COMPLETE"


@pytest.mark.parametrize(
    ("numbers", "state", "code"),
    [
        (["2015550120"], "PROCESSING", 16105),
        ([TN], "COMPLETE", 16105),
        (["2015550101", TN], "PARTIAL", 16105),
        (["2015550101"], "FAILED", 16106),
        (["2015550124"], "CANCELLED", 16106),
    ],
)
def test_an_order_that_has_gone_on_cannot_be_changed(own_sandbox, numbers, state, code):
    order_id = waiting(own_sandbox, *numbers)
    before = etree.tostring(reached(own_sandbox, DLDAS, order_id, state))
    assert refusal(put(own_sandbox, order_id, dlda(*numbers, inner=ANNA))) == code
    assert etree.tostring(read(own_sandbox, DLDAS, order_id)) == before


def test_the_refusal_has_the_elements_and_words_of_the_sample(own_sandbox):
    published = etree.fromstring(payload("errors/openapi-v1-UpdateDldaOrder-resp400-example"))
    order_id = waiting(own_sandbox, "2015550120")
    reached(own_sandbox, DLDAS, order_id, "PROCESSING")
    document = parsed(put(own_sandbox, order_id, dlda("2015550120")))
    assert outline(document) == outline(published)
    assert document.findtext(".//Description") == published.findtext(".//Description")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<nonsense", 1019),
        ("<LidbOrder/>", 1019),
        (dlda(EDITABLE, inner=""), 16109),
        (dlda(EDITABLE, inner=SUBSCRIBER), 16110),
        (dlda(EDITABLE, inner=SUBSCRIBER + LISTING), 1003),
        (dlda(EDITABLE, delete="yes"), 16112),
        (dlda(EDITABLE, delete="true"), 16113),
        (dlda_of(dlda_group(EDITABLE), dlda_group(EDITABLE)), 5093),
    ],
)
def test_a_broken_change_is_refused_and_leaves_the_order_as_it_is(own_sandbox, body, code):
    order_id = waiting(own_sandbox)
    before = etree.tostring(read(own_sandbox, DLDAS, order_id))
    assert refusal(put(own_sandbox, order_id, body)) == code
    assert etree.tostring(read(own_sandbox, DLDAS, order_id)) == before
    assert own_sandbox.ledger()[0]["changes"] == ["400"]


@pytest.mark.parametrize(
    ("numbers", "others"), [([EDITABLE, TN], [TN]), ([TN], [EDITABLE, TN]), (["", EDITABLE], [None]), ([], [EDITABLE])]
)
def test_a_change_cannot_change_the_numbers(own_sandbox, numbers, others):
    answer = put(own_sandbox, waiting(own_sandbox), dlda(*numbers))
    assert refusal(answer) == 16104
    assert errors(parsed(answer).find("DldaOrder")) == [(16104, [number]) for number in others]


def test_the_groups_can_be_cut_anew_and_false_removes_nothing(own_sandbox):
    order_id = waiting(own_sandbox, EDITABLE, TN)
    order = changed(own_sandbox, order_id, dlda_of(dlda_group(TN), dlda_group(EDITABLE, inner=ANNA), delete="false"))
    assert [name.text for name in order.iter("FirstName")] == ["John", "Anna"]
    assert status(ended(own_sandbox, DLDAS, order_id)) == "COMPLETE"


def test_the_errors_of_the_201_stay_and_the_number_is_not_taken_up_again():
    clock = Clock()
    with running(clock=clock, pace=60.0) as sandbox:
        waiting(sandbox, TN)
        second = waiting(sandbox, TN, EDITABLE)
        clock.now += timedelta(minutes=1)
        assert errors(changed(sandbox, second, dlda(TN, EDITABLE, inner=ANNA))) == [(16103, [TN])]
        clock.now += timedelta(minutes=1)
        assert status(read(sandbox, DLDAS, second)) == "PARTIAL"


def test_an_unknown_order_cannot_be_changed(own_sandbox):
    tn_option = own_sandbox.accepted(TN)
    for order_id in (NOBODY, tn_option):
        answer = put(own_sandbox, order_id, dlda(TN))
        assert answer.status_code == 404
        assert outline(parsed(answer)) == (
            "DldaOrderResponse",
            [("ResponseStatus", [("Description", [])])],
        )


def test_a_change_needs_credentials_and_the_account(own_sandbox):
    order_id = waiting(own_sandbox)
    answer = own_sandbox.http.put(f"{DLDAS}/{order_id}", content=dlda(EDITABLE), headers={"Authorization": ""})
    assert (answer.status_code, answer.content) == (401, b"")
    foreign = own_sandbox.http.put(f"{DLDAS.replace(ACCOUNT, '1')}/{order_id}", content=dlda(EDITABLE))
    assert foreign.status_code == 403
    assert own_sandbox.ledger()[0]["changes"] == ["401"]


def test_the_later_states_are_announced_once_after_the_changes(receiver):
    with running(pace=1.0) as sandbox:
        sandbox.subscribe(receiver.url, order_type="dldas")
        order_id = waiting(sandbox)
        until(lambda: receiver.statuses() == ["RECEIVED"])
        changed(sandbox, order_id, dlda(EDITABLE, inner=ANNA))
        changed(sandbox, order_id, dlda(EDITABLE))
        until(lambda: receiver.statuses() == ["RECEIVED", "PROCESSING", "COMPLETE"])
        until(lambda: len(sandbox.callbacks()) == 3)


def test_at_pace_zero_a_change_ends_the_order_at_once():
    with running(pace=0.0) as sandbox:
        assert status(changed(sandbox, waiting(sandbox), dlda(EDITABLE))) == "COMPLETE"


def test_a_reset_after_the_change_leaves_it_changed_without_an_answer(own_sandbox):
    order_id = waiting(own_sandbox, "2015550121")
    own_sandbox.faults(accept_then_reset=1)
    with pytest.raises(httpx.ReadError):
        put(own_sandbox, order_id, dlda("2015550121", inner=ANNA))
    own_sandbox.faults()
    assert first_name(read(own_sandbox, DLDAS, order_id)) == "Anna"
    changed(own_sandbox, order_id, dlda("2015550121"))
    assert own_sandbox.ledger()[0]["changes"] == ["reset", "200"]
    assert own_sandbox.acted()["accept_then_reset"] == 1


@pytest.mark.parametrize(("name", "answer"), [("error_500", 500), ("error_503", 503), ("error_429", 429)])
def test_an_error_before_the_change_leaves_the_order_as_it_is(own_sandbox, name, answer):
    order_id = waiting(own_sandbox)
    own_sandbox.faults(**{name: 1})
    assert put(own_sandbox, order_id, dlda(EDITABLE, inner=ANNA)).status_code == answer
    assert first_name(read(own_sandbox, DLDAS, order_id)) == "John"
    assert own_sandbox.ledger()[0]["changes"] == [str(answer)]


def test_a_reset_before_the_change_leaves_the_order_as_it_is(own_sandbox):
    order_id = waiting(own_sandbox)
    own_sandbox.faults(reset_before_accept=1)
    with pytest.raises(httpx.ReadError):
        put(own_sandbox, order_id, dlda(EDITABLE, inner=ANNA))
    assert first_name(read(own_sandbox, DLDAS, order_id)) == "John"
    assert own_sandbox.ledger()[0]["changes"] == ["reset"]


def test_latency_and_trickle_act_on_changes(own_sandbox):
    order_id = waiting(own_sandbox)
    own_sandbox.faults(latency_ms=1, trickle_ms=1)
    with own_sandbox.http.stream("PUT", f"{DLDAS}/{order_id}", content=dlda(EDITABLE)) as answer:
        assert len(list(answer.iter_raw())) > 1
    acted = own_sandbox.acted()
    assert (acted["latency_ms"], acted["trickle_ms"]) == (1, 1)


def test_a_restart_keeps_the_changes_and_goes_on(tmp_path):
    clock = Clock()
    with running(clock=clock, data_dir=tmp_path, pace=60.0) as sandbox:
        order_id = waiting(sandbox)
        untouched = waiting(sandbox, "2015550121", inner=ANNA)
        clock.now += timedelta(minutes=5)
        changed(sandbox, order_id, dlda(EDITABLE, inner=ANNA))
        put(sandbox, order_id, "<nonsense")
        clock.now += timedelta(seconds=5)
        before, ledger = etree.tostring(read(sandbox, DLDAS, order_id)), sandbox.ledger()
        assert [entry["changes"] for entry in ledger] == [["200", "400"], []]
    with running(clock=clock, data_dir=tmp_path, pace=60.0) as sandbox:
        assert etree.tostring(read(sandbox, DLDAS, order_id)) == before
        assert sandbox.ledger() == ledger
        changed(sandbox, order_id, dlda(EDITABLE))
        assert [entry["changes"] for entry in sandbox.ledger()] == [["200", "400", "200"], []]
        clock.now += timedelta(seconds=55)
        assert status(read(sandbox, DLDAS, order_id)) == "COMPLETE"
        assert first_name(read(sandbox, DLDAS, order_id)) == "John"
        assert status(read(sandbox, DLDAS, untouched)) == "RECEIVED"
