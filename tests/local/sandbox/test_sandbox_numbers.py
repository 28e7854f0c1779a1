from __future__ import annotations

import pytest
from feature_orders import parsed
from lxml import etree
from peer_requests import (
    FULL,
    NUMBERS,
    PACE,
    PLAIN,
    SHOWS,
    SITE,
    change,
    changed,
    got,
    number,
    options,
    ordered,
    refusal,
    shape,
    submit,
    timed,
)
from published import payload
from sandbox_harness import ACCOUNT, order, running

TN = "2018551020"
OTHER = "2018551021"
ROOT = "SipPeerTelephoneNumberResponse"
ALWAYS_CONFLICTS, CONFLICTS_TWICE, NEVER_SHOWS, ELSEWHERE, UNKNOWN = (f"20155501{end}" for end in range(26, 31))
SMS = "<MessagingSettings><SmsEnabled>true</SmsEnabled></MessagingSettings>"


def attributes(*names):
    return f"<TnAttributes>{''.join(f'<TnAttribute>{name}</TnAttribute>' for name in names)}</TnAttributes>"


EVERYTHING = (
    "<NumberFormat>e164</NumberFormat><RPIDFormat>11digit</RPIDFormat><RewriteUser>desk</RewriteUser>"
    "<CallForward>7042661720</CallForward><CallingNameDisplay>true</CallingNameDisplay>"
    + attributes("Protected", "Hosted")
    + SMS
)
NOTHING = {"CallingNameDisplay": "false"}


@pytest.fixture
def sandbox_in_time():
    with timed() as sandbox:
        yield sandbox


def test_a_number_that_nobody_has_touched_shows_no_option_but_its_calling_name(sandbox):
    document = got(sandbox, f"{NUMBERS}/{TN}")
    assert shape(document) == (
        ROOT,
        [("SipPeerTelephoneNumber", [("FullNumber", []), ("CallingNameDisplay", [])])],
    )
    assert options(sandbox, TN) == NOTHING


def test_the_documented_request_shows_later_in_the_order_of_the_documented_answer(sandbox_in_time):
    sandbox = sandbox_in_time
    published = etree.fromstring(payload("tns/openapi-v1-ReadSipPeerTn-resp200-example"))
    request = payload("tns/openapi-v1-UpdateSipPeerTnSettings-request-example")
    telephone_number = etree.fromstring(request).findtext("FullNumber")
    answer = sandbox.http.put(f"{NUMBERS}/{telephone_number}", content=request)
    assert (answer.status_code, answer.content) == (200, b"")
    assert options(sandbox, telephone_number) == NOTHING
    sandbox.clock.wait(SHOWS)
    document = got(sandbox, f"{NUMBERS}/{telephone_number}")
    for name in ("NumberFormat", "RPIDFormat"):
        document[0].remove(document[0].find(name))
    assert shape(document) == shape(published)
    assert options(sandbox, telephone_number) == {
        "NumberFormat": "10digit",
        "RPIDFormat": "10digit",
        "CallForward": "7042661720",
        "CallingNameDisplay": "true",
        "TnAttribute": ["Protected", "External", "Imported"],
        "SmsEnabled": "true",
    }


@pytest.mark.parametrize("name", ["10", "12", "14", "4"])
def test_the_requests_of_the_older_guide_are_taken(own_sandbox, name):
    request = payload(f"tns/docs-applyTnOptionsAndFeatures-{name}")
    telephone_number = etree.fromstring(request).findtext("FullNumber")
    answer = own_sandbox.http.put(f"{NUMBERS}/{telephone_number}", content=request)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_put_replaces_every_option(sandbox_in_time):
    changed(sandbox_in_time, TN, EVERYTHING)
    assert options(sandbox_in_time, TN) == {
        "NumberFormat": "e164",
        "RPIDFormat": "11digit",
        "RewriteUser": "desk",
        "CallForward": "7042661720",
        "CallingNameDisplay": "true",
        "TnAttribute": ["Protected", "Hosted"],
        "SmsEnabled": "true",
    }
    changed(sandbox_in_time, TN, "<CallForward>7042661721</CallForward>")
    assert options(sandbox_in_time, TN) == {"CallForward": "7042661721", **NOTHING}


def test_false_clears_an_option_that_is_a_text_and_is_a_value_of_the_others(sandbox_in_time):
    changed(sandbox_in_time, TN, EVERYTHING)
    cleared = EVERYTHING
    for value in ("e164", "11digit", "desk", "7042661720", "true"):
        cleared = cleared.replace(f">{value}<", ">false<")
    changed(sandbox_in_time, TN, cleared)
    assert options(sandbox_in_time, TN) == {"TnAttribute": ["Protected", "Hosted"], "SmsEnabled": "false", **NOTHING}


def test_an_empty_element_counts_as_left_out(sandbox_in_time):
    changed(sandbox_in_time, TN, EVERYTHING)
    changed(sandbox_in_time, TN, "<NumberFormat/><RPIDFormat/><RewriteUser/><CallForward/><CallingNameDisplay/>")
    assert options(sandbox_in_time, TN) == NOTHING


def test_sms_that_is_on_already_is_the_documented_warning_and_the_rest_is_taken(sandbox_in_time):
    published = etree.fromstring(payload("tns/openapi-v1-UpdateSipPeerTnSettings-resp200-example"))
    changed(sandbox_in_time, TN, SMS)
    answer = change(sandbox_in_time, TN, "<CallForward>7042661720</CallForward>" + SMS)
    assert answer.status_code == 200
    assert shape(parsed(answer)) == shape(published)
    assert parsed(answer).findtext(".//Description") == published.findtext(".//Description")
    assert parsed(answer).findtext(".//TelephoneNumber") == TN
    sandbox_in_time.clock.wait(SHOWS)
    assert options(sandbox_in_time, TN) == {"CallForward": "7042661720", "SmsEnabled": "true", **NOTHING}


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("", 1019, "Bad request"),
        ("<SipPeerTelephoneNumber>", 1019, "Bad request"),
        ("<TelephoneNumber/>", 1019, "Bad request"),
        ("<SipPeerTelephoneNumber/>", 13505, "Full number is required"),
        (number("201855102"), 13512, "'201855102' is not a valid 10-digit telephone number"),
        (number(OTHER), 13536, f"Telephone number {OTHER} does not exist on Account {ACCOUNT}, Site 2, and"),
        (number(TN, "<NumberFormat>systemDefault</NumberFormat>"), 13514, "Number Format 'systemDefault' is invalid"),
        (number(TN, "<RPIDFormat>12digit</RPIDFormat>"), 13516, f"'12digit' is invalid for telephone number '{TN}'"),
        (number(TN, f"<RewriteUser>{'u' * 26}</RewriteUser>"), 13515, "Rewrite User 'u"),
        (number(TN, "<RewriteUser>two words</RewriteUser>"), 13515, "Rewrite User 'two words' is invalid"),
        (number(TN, "<CallForward>+17042661720</CallForward>"), 13513, "'+17042661720' is not a valid 10-digit"),
        (number(TN, f"<CallForward>{TN}</CallForward>"), 13606, "cannot be the same as"),
        (number(TN, "<CallingNameDisplay>on</CallingNameDisplay>"), 13575, "CallingNameDisplay 'on' is invalid."),
        (number(TN, SMS.replace("true", "on")), 1008, "'on' is not a valid value"),
        (number(TN, attributes("Secret")), 5102, "Telephone number attribute 'Secret' is invalid."),
        (number(TN, attributes("Protected", "Protected")), 5102, "Duplicate telephone number attribute 'Protected'."),
    ],
)
def test_options_that_break_a_rule_are_refused_with_the_code_of_the_catalogue(sandbox, body, code, text):
    answer = sandbox.http.put(f"{NUMBERS}/{TN}", content=body)
    assert refusal(answer) == (400, ROOT, code)
    assert text in parsed(answer).findtext(".//Description")


def test_a_refusal_has_the_shape_of_the_sample(sandbox):
    published = etree.fromstring(payload("errors/openapi-v1-UpdateSipPeerTnSettings-resp400-example"))
    answer = change(sandbox, TN, "<NumberFormat>wrong</NumberFormat>")
    assert shape(parsed(answer)) == shape(published)


@pytest.mark.parametrize("value", ["10digit", "11digit", "e164", "false"])
def test_every_documented_format_is_taken(own_sandbox, value):
    inner = f"<NumberFormat>{value}</NumberFormat><RPIDFormat>{value}</RPIDFormat>"
    assert change(own_sandbox, TN, inner).status_code == 200


def test_a_refused_put_changes_nothing(sandbox_in_time):
    changed(sandbox_in_time, TN, EVERYTHING)
    before = options(sandbox_in_time, TN)
    assert change(sandbox_in_time, TN, "<NumberFormat>wrong</NumberFormat>").status_code == 400
    sandbox_in_time.clock.wait(SHOWS)
    assert options(sandbox_in_time, TN) == before


@pytest.mark.parametrize(
    ("path", "telephone_number", "code"),
    [
        (NUMBERS, "201855102", 13512),
        (NUMBERS, "1018551020", 13512),
        (NUMBERS, UNKNOWN, 13517),
        (NUMBERS, ELSEWHERE, 13536),
        (f"{PLAIN}/tns", TN, 13536),
        (f"{FULL}/tns".replace("sites/2", "sites/3"), TN, 13536),
        (f"{SITE}/sippeers/1/tns", TN, 13536),
    ],
)
def test_a_number_that_is_not_there_is_refused(sandbox, path, telephone_number, code):
    assert refusal(sandbox.http.get(f"{path}/{telephone_number}")) == (400, ROOT, code)
    assert refusal(change(sandbox, telephone_number, path=path)) == (400, ROOT, code)


@pytest.mark.parametrize("where", [NUMBERS, f"{NUMBERS}/{TN}"])
def test_strangers_and_strange_accounts_are_turned_away(sandbox, where):
    answers = [sandbox.http.get(where, headers={"Authorization": ""})]
    foreign = [sandbox.http.get(where.replace(ACCOUNT, "1"))]
    if where.endswith(TN):
        answers.append(sandbox.http.put(where, content=number(TN), headers={"Authorization": ""}))
        foreign.append(sandbox.http.put(where.replace(ACCOUNT, "1"), content=number(TN)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, b"")}
    assert {refusal(answer)[::2] for answer in foreign} == {(403, 1001)}


def test_a_number_that_an_open_order_for_line_options_has_in_process_conflicts(sandbox_in_time):
    sandbox_in_time.accepted(TN)
    answer = change(sandbox_in_time, TN, EVERYTHING)
    assert answer.status_code == 409
    assert shape(parsed(answer)) == (ROOT, [("ResponseStatus", [("Description", [])])])
    assert "potential conflict" in parsed(answer).findtext(".//Description")
    assert change(sandbox_in_time, OTHER, EVERYTHING).status_code == 200
    sandbox_in_time.clock.wait(PACE)
    changed(sandbox_in_time, TN)


@pytest.mark.parametrize("kind", ["lidb", "dlda"])
def test_open_orders_of_other_kinds_do_not_conflict(sandbox_in_time, kind):
    submit(sandbox_in_time, kind, TN)
    assert change(sandbox_in_time, TN).status_code == 200


def test_a_second_put_conflicts_until_the_first_shows(sandbox_in_time):
    assert change(sandbox_in_time, TN, EVERYTHING).status_code == 200
    assert change(sandbox_in_time, TN).status_code == 409
    sandbox_in_time.clock.wait(SHOWS)
    assert options(sandbox_in_time, TN)["RewriteUser"] == "desk"
    assert change(sandbox_in_time, TN).status_code == 200


def test_one_magic_number_conflicts_every_time(sandbox_in_time):
    assert [change(sandbox_in_time, ALWAYS_CONFLICTS, SMS).status_code for _ in range(4)] == [409] * 4
    sandbox_in_time.clock.wait(SHOWS)
    assert options(sandbox_in_time, ALWAYS_CONFLICTS) == NOTHING


def test_another_conflicts_twice_and_is_taken_then(sandbox_in_time):
    assert [change(sandbox_in_time, CONFLICTS_TWICE, SMS).status_code for _ in range(3)] == [409, 409, 200]
    sandbox_in_time.clock.wait(SHOWS)
    assert options(sandbox_in_time, CONFLICTS_TWICE) == {"SmsEnabled": "true", **NOTHING}


def test_another_is_taken_and_never_shows(sandbox_in_time):
    changed(sandbox_in_time, NEVER_SHOWS, EVERYTHING)
    sandbox_in_time.clock.wait(10**6)
    assert options(sandbox_in_time, NEVER_SHOWS) == NOTHING


@pytest.mark.parametrize("magic", [ALWAYS_CONFLICTS, CONFLICTS_TWICE, NEVER_SHOWS, ELSEWHERE, UNKNOWN])
def test_orders_for_these_numbers_succeed_all_the_same(own_sandbox, magic):
    report = own_sandbox.ended(own_sandbox.accepted(magic))
    assert (report.findtext("ProcessingStatus"), len(report.find("ErrorList"))) == ("COMPLETE", 0)


def test_orders_show_on_the_numbers_that_a_put_cannot_reach(sandbox_in_time):
    ordered(sandbox_in_time, ALWAYS_CONFLICTS, NEVER_SHOWS, option="<RewriteUser>desk</RewriteUser>")
    for magic in (ALWAYS_CONFLICTS, NEVER_SHOWS):
        assert options(sandbox_in_time, magic) == {"RewriteUser": "desk", **NOTHING}


def test_a_number_is_at_the_account_that_has_named_it():
    with running(accounts=frozenset({ACCOUNT, "9900001"})) as sandbox:
        there = NUMBERS.replace(ACCOUNT, "9900001")
        assert sandbox.http.get(f"{there}/{TN}").status_code == 200
        sandbox.accepted(TN)
        assert refusal(sandbox.http.get(f"{there}/{TN}")) == (400, ROOT, 13536)
        assert sandbox.http.get(f"{NUMBERS}/{TN}").status_code == 200
        sandbox.post(order(TN), "/api/v1/accounts/9900001/tnoptions")
        assert sandbox.http.get(f"{there}/{TN}").status_code == 200
