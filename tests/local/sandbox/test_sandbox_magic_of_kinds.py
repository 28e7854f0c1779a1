from __future__ import annotations

import pytest
from feature_orders import (
    DLDAS,
    LIDBS,
    accepted,
    dlda,
    ended,
    errors,
    finished,
    lidb,
    order_id_of,
    parsed,
    reached,
    read,
    status,
)
from sandbox_harness import running

from service.local.sandbox.magic import MAGIC, UNKNOWN_STATUS_WORD
from service.local.sandbox.magic_words import OWN_WORDS

PLAIN = "2018551050"
KINDS = {"lidb": (LIDBS, lidb), "dlda": (DLDAS, dlda)}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param, *KINDS[request.param]


def own_code(name, code):
    return OWN_WORDS.get((name, code), (code, ""))[0]


@pytest.mark.parametrize(
    ("name", "generic", "own"),
    [("lidb", 5076, 11014), ("lidb", 5071, 11025), ("dlda", 5076, 16101), ("dlda", 5071, 16111)],
)
def test_the_codes_are_the_kinds_own(name, generic, own):
    assert own_code(name, generic) == own


def test_every_own_code_stands_in_the_summaries_of_its_numbers():
    for (name, generic), (own, text) in OWN_WORDS.items():
        rows = [row for row in MAGIC.values() if row.code == generic and not row.summary.startswith("as ")]
        assert rows
        assert all(f"{name} {own}" in row.summary for row in rows)
        assert text


@pytest.mark.parametrize("number", ["2015550101", "2015550102", "2015550103"])
def test_a_failing_number_fails_alone_or_in_part(own_sandbox, kind, number):
    name, path, write = kind
    error = (own_code(name, MAGIC[number].code), [number])
    alone = finished(own_sandbox, path, write(number))
    assert (status(alone), errors(alone)) == ("FAILED", [error])
    beside = accepted(own_sandbox, path, write(number, PLAIN))
    assert errors(beside) == []
    report = ended(own_sandbox, path, order_id_of(beside))
    assert (status(report), errors(report)) == ("PARTIAL", [error])


def test_grouped_numbers_share_one_error(own_sandbox, kind):
    name, path, write = kind
    report = finished(own_sandbox, path, write("2015550105", PLAIN, "2015550106"))
    assert errors(report) == [(own_code(name, 5076), ["2015550105", "2015550106"])]


def test_an_error_can_stand_in_the_201_already(own_sandbox, kind):
    name, path, write = kind
    created = accepted(own_sandbox, path, write("2015550107", PLAIN))
    assert (status(created), errors(created)) == ("RECEIVED", [(own_code(name, 5071), ["2015550107"])])
    assert status(ended(own_sandbox, path, order_id_of(created))) == "PARTIAL"


def test_an_order_can_be_complete_and_carry_an_error(own_sandbox, kind):
    name, path, write = kind
    report = finished(own_sandbox, path, write("2015550110", PLAIN))
    assert (status(report), errors(report)) == ("COMPLETE", [(own_code(name, 5076), ["2015550110"])])


@pytest.mark.parametrize(("number", "codes"), [("2015550111", [5114]), ("2015550112", [])])
def test_an_order_can_fail_and_name_no_number(own_sandbox, kind, number, codes):
    name, path, write = kind
    report = finished(own_sandbox, path, write(number, PLAIN))
    assert (status(report), errors(report)) == ("FAILED", [(own_code(name, code), []) for code in codes])


@pytest.mark.parametrize(("number", "stuck"), [("2015550120", "PROCESSING"), ("2015550121", "RECEIVED")])
def test_an_order_can_get_stuck(own_sandbox, kind, number, stuck):
    _, path, write = kind
    order_id = order_id_of(accepted(own_sandbox, path, write(number)))
    reached(own_sandbox, path, order_id, stuck)
    finished(own_sandbox, path, write(PLAIN))
    assert status(read(own_sandbox, path, order_id)) == stuck


def test_slow_numbers_and_numbers_of_other_kinds_succeed(own_sandbox, kind):
    name, path, write = kind
    others = [number for number, row in MAGIC.items() if row.only not in {None, name}]
    report = finished(own_sandbox, path, write("2015550122", PLAIN, *others))
    assert (status(report), errors(report), report.find("Warnings")) == ("COMPLETE", [], None)


def test_the_numbers_of_dldas_succeed_in_a_tn_option_order(own_sandbox):
    order_id = own_sandbox.accepted("2015550124", "2015550125")
    assert own_sandbox.ended(order_id).findtext("ProcessingStatus") == "COMPLETE"


def test_a_dlda_order_can_end_cancelled_and_then_frees_its_numbers(own_sandbox):
    report = finished(own_sandbox, DLDAS, dlda("2015550124", PLAIN))
    assert (status(report), errors(report)) == ("CANCELLED", [])
    assert own_sandbox.ledger()[0]["completed_at"] is not None
    assert errors(accepted(own_sandbox, DLDAS, dlda(PLAIN))) == []


def test_an_unknown_status_word_passes_by(kind):
    _, path, write = kind
    with running(pace=1.0) as sandbox:
        order_id = order_id_of(accepted(sandbox, path, write("2015550123")))
        reached(sandbox, path, order_id, UNKNOWN_STATUS_WORD)
        assert status(ended(sandbox, path, order_id)) == "COMPLETE"


@pytest.mark.parametrize(("number", "http_status"), [("2015550140", 400), ("2015550141", 409), ("2015550142", 403)])
def test_a_refusing_number_refuses_the_whole_order(own_sandbox, kind, number, http_status):
    name, path, write = kind
    answer = own_sandbox.post(write(number, PLAIN), path)
    assert answer.status_code == http_status
    is_lidbs_own = (name, http_status) == ("lidb", 400)
    code = parsed(answer).findtext("ErrorList/Error/Code" if is_lidbs_own else "ResponseStatus/ErrorCode")
    assert int(code) == own_code(name, MAGIC[number].code)


def test_a_proxy_can_answer_with_its_page(own_sandbox, kind):
    _, path, write = kind
    answer = own_sandbox.post(write("2015550143"), path)
    assert (answer.status_code, answer.text[:6]) == (400, "<html>")


def test_a_number_that_is_busy_does_not_do_its_magic_again(own_sandbox, kind):
    _, path, write = kind
    accepted(own_sandbox, path, write("2015550120"))
    report = finished(own_sandbox, path, write("2015550120", PLAIN))
    assert status(report) == "PARTIAL"
