from dataclasses import replace

import published
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import xml
from service.exchange import Answer, Broken, Exchange, Holders, NoToken, NotSent
from service.kinds.tn_options import KIND
from service.kinds.tn_options.groups_xml import read_groups
from service.lifecycle import Source, State, may_enter
from service.order import Order, Remark
from service.order_request.reading import read_order
from service.order_resource.listing import list_orders
from service.order_resource.reading import read

A, B, C = "2018551020", "2018551021", "2018551022"
FOREIGN = "9195551234"
RESOURCE_PATH = "/accounts/14/tnoptions"
ID = "ddbdc72e-dc27-490c-904e-d0c11291b095"
OTHER_ID = "409033ee-88ec-43e3-85f3-538f30733963"
SENT = 1_700_000_000_000  # 2023-11-14T22:13:20Z
BODY = {
    "customer_order_id": "Ref 1",
    "groups": [
        {"telephone_numbers": [A, B], "sms": "on", "port_out_passcode": "a1b2c3"},
        {"telephone_numbers": [C], "calling_name_display": "off", "number_format": "unchanged"},
    ],
}
REQUEST = read_order(KIND.model, BODY)
ORDER = Order(
    id="018bcfe5-6800-7000-8000-000000000000",
    account_id="14",
    kind="tn-options",
    state=State.SUBMITTING,
    version=1,
    origin="api",
    customer_order_id="Ref 1",
    telephone_numbers=(A, B, C),
    request={},
    secrets=None,
    metadata={},
    created_at=SENT - 1000,
    updated_at=SENT,
    first_sent_at=SENT,
)
KNOWN = replace(ORDER, state=State.RECEIVED, bandwidth_order_id=ID)
GROUPS = (
    f"<TnOptionGroups><TnOptionGroup><CallingNameDisplay>OFF</CallingNameDisplay><TelephoneNumbers>"
    f"<TelephoneNumber>{C}</TelephoneNumber></TelephoneNumbers></TnOptionGroup><TnOptionGroup><Sms>on</Sms>"
    f"<TelephoneNumbers><TelephoneNumber>{B}</TelephoneNumber><TelephoneNumber>+1{A}</TelephoneNumber>"
    f"</TelephoneNumbers></TnOptionGroup></TnOptionGroups>"
)


def answer(body, status=200, **headers):
    return Answer(status, headers, body.encode() if isinstance(body, str) else body, SENT / 1000)


def told(
    status="RECEIVED", more="", *, order_id=ID, reference="Ref 1", created="2023-11-14T22:13:19.5Z", groups=GROUPS
):
    """An order as Bandwidth tells it."""
    named = f"<CustomerOrderId>{reference}</CustomerOrderId>" if reference else ""
    return (
        f"<TnOptionOrder><OrderCreateDate>{created}</OrderCreateDate><AccountId>14</AccountId>{named}"
        f"<OrderId>{order_id}</OrderId><ProcessingStatus>{status}</ProcessingStatus>{groups}{more}</TnOptionOrder>"
    )


def error(code, *numbers, description="Wrong."):
    named = "".join(f"<TelephoneNumber>{each}</TelephoneNumber>" for each in numbers)
    return f"<Error><Code>{code}</Code><Description>{description}</Description>{named}</Error>"


def error_list(*each):
    return f"<ErrorList>{''.join(each)}</ErrorList>"


def listed(*entries, root="TnOptionOrders", total=None):
    held = f"<TnOptionOrders><TotalCount>{len(entries) if total is None else total}</TotalCount>{''.join(entries)}"
    held += "</TnOptionOrders>"
    return held if root == "TnOptionOrders" else f"<{root}>{held}</{root}>"


def summary(order_id=ID, count=3, date="2023-11-14T22:13:19.5Z", status="RECEIVED"):
    return (
        f"<TnOptionOrderSummary><accountId>14</accountId><CountOfTNs>{count}</CountOfTNs><OrderDate>{date}</OrderDate>"
        f"<OrderStatus>{status}</OrderStatus><OrderId>{order_id}</OrderId></TnOptionOrderSummary>"
    )


def drive(conversation, *replies):
    """Answer what a conversation asks, in turn; return what it asked and its report."""
    asked, waiting = [], list(replies)
    try:
        asked.append(next(conversation))
        while True:
            asked.append(conversation.send(waiting.pop(0)))
    except StopIteration as end:
        assert not waiting, "it did not ask for all of the answers"
        return asked, end.value


def submit(reply, order=ORDER):
    asked, report = drive(KIND.submit(order, REQUEST), reply)
    assert len(asked) == 1
    assert report.source is Source.SUBMIT
    assert report.state is None or may_enter(Source.SUBMIT, report.state)
    return report


def check(reply, order=KNOWN):
    asked, report = drive(KIND.check(order, REQUEST), reply)
    assert asked == [Exchange("GET", f"/accounts/14/tnoptions/{ID}")]
    assert report.source is Source.CHECK
    return report


def find(*replies, order=ORDER):
    asked, report = drive(KIND.find(order, REQUEST), *replies)
    assert report.source is Source.FIND
    assert report.state is None or may_enter(Source.FIND, report.state)
    return asked, report


def outcomes(report):
    return [report.outcomes.of(number).outcome for number in (A, B, C)]


# submitting


def test_an_order_is_posted_once_with_its_reference_and_its_secret():
    asked, report = drive(
        KIND.submit(ORDER, REQUEST), answer(f"<TnOptionOrderResponse>{told()}</TnOptionOrderResponse>", 201)
    )
    (post,) = asked
    assert (post.method, post.path, post.changes) == ("POST", "/accounts/14/tnoptions", True)
    assert b"<CustomerOrderId>Ref 1</CustomerOrderId>" in post.body
    assert b"<PortOutPasscode>a1b2c3</PortOutPasscode>" in post.body
    assert (report.event, report.state, report.bandwidth_order_id) == ("sent", State.RECEIVED, ID)
    assert report.bandwidth_status == "RECEIVED"
    assert report.look_in is None


def test_an_order_without_a_reference_goes_under_our_id():
    asked, _ = drive(KIND.submit(replace(ORDER, customer_order_id=None), REQUEST), NotSent("dns"))
    assert f"<CustomerOrderId>{ORDER.id}</CustomerOrderId>".encode() in asked[0].body


def test_documents_are_kept_both_ways_without_the_passcode():
    report = submit(answer(told(more="<PortOutPasscode>a1b2c3</PortOutPasscode>"), 201))
    assert [(each.direction, each.status) for each in report.documents] == [("sent", None), ("received", 201)]
    assert all("a1b2c3" not in each.xml and xml.MASK in each.xml for each in report.documents)


def test_numbers_that_carry_errors_already_have_failed():
    report = submit(answer(told(more=error_list(error(5076, B), error(5146, C), error(5115))), 201))
    assert report.state is State.RECEIVED
    assert outcomes(report) == ["pending", "failed", "failed"]
    assert (report.outcomes.of(B).code, report.outcomes.of(B).retryable) == ("5076", False)
    assert report.outcomes.of(C).retryable is True
    assert report.errors[2] == Remark("Wrong.", "5115")


def test_a_201_that_tells_of_an_end_is_checked_at_once():
    report = submit(answer(told("FAILED"), 201))
    assert (report.state, report.look_in, outcomes(report)) == (State.RECEIVED, 0, ["pending"] * 3)


@pytest.mark.parametrize(
    "body", ["", "<oops", "<html/>", "<TnOptionOrder/>", "<TnOptionOrder><OrderId>a b/c</OrderId></TnOptionOrder>"]
)
def test_the_location_tells_the_id_when_the_body_does_not(body):
    location = f"https://dashboard.bandwidth.com:443/v1.0/accounts/14/tnoptions/{OTHER_ID}"
    report = submit(answer(body, 201, location=location))
    assert (report.state, report.bandwidth_order_id) == (State.RECEIVED, OTHER_ID)


@pytest.mark.parametrize("body", ["", "<oops", "<html><body>Sign in</body></html>", "<TnOptionOrderResponse/>"])
def test_a_2xx_without_an_id_is_uncertain(body):
    report = submit(answer(body))
    assert (report.state, report.event, report.look_in) == (State.UNCERTAIN, "not_understood", 0)


def test_a_refusal_fails_every_number_each_with_its_own_error():
    body = (
        "<TnOptionOrderResponse><ResponseStatus><ErrorCode>5081</ErrorCode><Description>Wrong.</Description>"
        f"</ResponseStatus>{error_list(error(5076, B, description='Not yours.'))}</TnOptionOrderResponse>"
    )
    report = submit(answer(body, 400))
    assert (report.state, report.event) == (State.REJECTED, "refused")
    assert outcomes(report) == ["failed"] * 3
    assert [report.outcomes.of(number).code for number in (A, B, C)] == ["5081", "5076", "5081"]
    assert report.detail == "5081: Wrong.; 5076: Not yours."


@pytest.mark.parametrize(
    ("reply", "state", "event", "look_in"),
    [
        (answer("", 401), State.ACCEPTED, "unauthorized", 0),
        (NoToken("invalid_client"), State.ACCEPTED, "unauthorized", 0),
        (answer("", 403), State.NEEDS_ATTENTION, "forbidden", None),
        (answer("<html/>", 404), State.NEEDS_ATTENTION, "not_bandwidth", None),
        (answer("", 429), State.ACCEPTED, "throttled", 5),
        (NotSent("connection refused"), State.ACCEPTED, "not_sent", None),
        (Broken("timed out"), State.UNCERTAIN, "answer_lost", 0),
        (answer("", 302), State.UNCERTAIN, "answer_lost", 0),
        (answer("", 408), State.UNCERTAIN, "answer_lost", 0),
        (answer("", 500), State.UNCERTAIN, "answer_lost", 0),
        (answer("<html/>", 504), State.UNCERTAIN, "answer_lost", 0),
    ],
)
def test_the_designs_table_for_a_post(reply, state, event, look_in):
    report = submit(reply)
    assert (report.state, report.event, report.look_in) == (state, event, look_in)
    assert report.detail
    assert (report.waiting is not None) == (state in (State.ACCEPTED, State.UNCERTAIN))
    assert (report.attention is not None) == (state is State.NEEDS_ATTENTION)
    assert report.failed == isinstance(reply, NotSent)
    assert report.bandwidth_order_id is None


def test_a_throttled_order_tells_until_when_it_waits():
    assert submit(answer("", 429, **{"x-ratelimit-reset": str(SENT // 1000 + 30)})).waiting.until == SENT + 30_000


def test_nothing_is_kept_as_sent_that_never_left():
    assert submit(NotSent("dns")).documents == submit(NoToken("no")).documents == ()
    assert [each.direction for each in submit(Broken("reset")).documents] == ["sent"]


# checking


@pytest.mark.parametrize(
    ("status", "more", "state", "expected"),
    [
        ("RECEIVED", "", State.RECEIVED, ["pending"] * 3),
        ("processing", "", State.PROCESSING, ["pending"] * 3),
        ("PROCESSING", error_list(error(5076, B)), State.PROCESSING, ["pending", "failed", "pending"]),
        ("COMPLETE", "<ErrorList/>", State.COMPLETE, ["complete"] * 3),
        ("complete", error_list(error(5115)), State.COMPLETE, ["complete"] * 3),
        ("COMPLETE", error_list(error(5076, FOREIGN)), State.COMPLETE, ["complete"] * 3),
        ("COMPLETE", error_list(error(5076, B)), State.PARTIAL, ["complete", "failed", "complete"]),
        ("COMPLETE", error_list(error(5076, A), error(1, B), error(2, C)), State.FAILED, ["failed"] * 3),
        ("PARTIAL", error_list(error(5076, f"+1{B}")), State.PARTIAL, ["complete", "failed", "complete"]),
        ("PARTIAL", error_list(error(5076, A), error(1, B), error(2, C)), State.FAILED, ["failed"] * 3),
        ("PARTIAL", "", State.NEEDS_ATTENTION, ["pending"] * 3),
        ("PARTIAL", error_list(error(5076, FOREIGN), error(5115)), State.NEEDS_ATTENTION, ["pending"] * 3),
        ("FAILED", "", State.FAILED, ["failed"] * 3),
        ("FAILED", error_list(error(5076, B), error(5086)), State.FAILED, ["failed"] * 3),
        ("CANCELLED", "", State.CANCELLED, ["cancelled"] * 3),
        ("ON_HOLD", "", None, ["pending"] * 3),
    ],
)
def test_what_bandwidths_word_and_errors_make_of_an_order(status, more, state, expected):
    report = check(answer(told(status, more)))
    assert (report.event, report.state, report.bandwidth_status) == ("checked", state, status)
    assert outcomes(report) == expected
    assert (report.attention is not None) == (state is State.NEEDS_ATTENTION)
    assert report.attention is None or report.attention.why == "outcome_unknown"
    assert len(report.documents) == 1


def test_a_failed_order_gives_each_number_its_own_error_or_the_orders():
    report = check(answer(told("FAILED", error_list(error(5076, B), error(5086)))))
    assert [report.outcomes.of(number).code for number in (A, B, C)] == ["5086", "5076", "5086"]
    assert report.outcomes.of(A).retryable is True


def test_a_failed_order_without_any_error_says_so():
    outcome = check(answer(told("FAILED"))).outcomes.default
    assert (outcome.code, outcome.retryable) == (None, False)
    assert "FAILED" in outcome.description


def test_errors_are_gathered_by_what_they_say_foreign_numbers_included():
    numbers = [f"919555{at:04}" for at in range(12)]
    report = check(answer(told("COMPLETE", error_list(*(error(5076, each) for each in numbers), error(5115)))))
    assert report.errors == (Remark("Wrong.", "5076", tuple(numbers[:10]), 12), Remark("Wrong.", "5115"))


def test_grouped_errors_name_every_number():
    more = (
        "<ErrorList><Error><Code>5076</Code><Description>Wrong.</Description><TelephoneNumbers>"
        f"<TelephoneNumber>{A}</TelephoneNumber><TelephoneNumber>{C}</TelephoneNumber></TelephoneNumbers></Error>"
        "</ErrorList>"
    )
    assert outcomes(check(answer(told("COMPLETE", more)))) == ["failed", "complete", "failed"]


def test_a_warning_goes_to_its_number_and_fails_nothing():
    warning = f"<Warning><TelephoneNumber>{A}</TelephoneNumber><Description>Was on.</Description></Warning>"
    report = check(answer(told("COMPLETE", f"<Warnings>{warning}</Warnings>")))
    assert (report.state, outcomes(report)) == (State.COMPLETE, ["complete"] * 3)
    assert [report.outcomes.of(number).warning for number in (A, B)] == ["Was on.", None]
    assert report.warnings == (Remark("Was on.", None, (A,), 1),)
    assert report.errors == ()


def test_errors_beside_the_order_count_too():
    body = f"<TnOptionOrderResponse>{told('COMPLETE')}{error_list(error(5076, A))}</TnOptionOrderResponse>"
    assert check(answer(body)).state is State.PARTIAL


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer("", 404), "not_bandwidth"),
        (
            answer(
                "<R><ResponseStatus><Description>The resource does not exist</Description></ResponseStatus></R>", 404
            ),
            "refused",
        ),
        (answer("", 401), "unauthorized"),
        (NoToken("no"), "unauthorized"),
        (answer("", 403), "forbidden"),
        (answer("", 429), "throttled"),
        (answer("", 500), "answer_lost"),
        (answer("", 302), "answer_lost"),
        (Broken("reset"), "answer_lost"),
        (NotSent("dns"), "not_sent"),
        (answer(""), "not_understood"),
        (answer("<oops"), "not_understood"),
        (answer("<html/>"), "not_understood"),
        (answer('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a"><TnOptionOrder/>'), "not_understood"),
        (answer(told("COMPLETE", order_id=OTHER_ID)), "not_understood"),
        (answer(told("COMPLETE", order_id="")), "not_understood"),
        (answer(told("COMPLETE").replace("<AccountId>14<", "<AccountId>15<")), "not_understood"),
    ],
)
def test_no_failure_of_a_check_changes_an_order(reply, why):
    report = check(reply)
    assert (report.event, report.state, report.waiting.why.partition(":")[0]) == ("check_failed", None, why)
    assert report.detail
    assert report.look_in == (5 if why == "throttled" else None)
    assert report.outcomes is report.errors is report.bandwidth_status is report.attention is None
    assert report.documents == ()


def test_a_check_without_an_id_asks_nothing():
    asked, report = drive(KIND.check(ORDER, REQUEST))
    assert (asked, report.event, report.state) == ([], "check_failed", None)


def test_what_bandwidth_says_is_cut():
    report = check(answer(told("COMPLETE", error_list(error(1, A, description="x" * 900)))))
    assert len(report.outcomes.of(A).description) == 500
    assert len(check(answer(told("x" * 900))).bandwidth_status) == 40


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["COMPLETE", "PARTIAL", "FAILED"]), st.lists(st.sampled_from([A, B, C, FOREIGN]), max_size=6))
def test_an_end_always_says_what_its_numbers_say(status, failing):
    report = check(answer(told(status, error_list(*(error(5076, each) for each in failing)))))
    failed = outcomes(report).count("failed")
    by_outcomes = {0: State.COMPLETE, 3: State.FAILED}.get(failed, State.PARTIAL)
    assert report.state in (by_outcomes, State.NEEDS_ATTENTION)
    assert (report.state is State.NEEDS_ATTENTION) == (status == "PARTIAL" and not set(failing) & {A, B, C})


# finding


def test_a_search_asks_for_the_reference_since_the_day_before():
    asked, report = find(answer(listed()))
    query = {"customerOrderId": "Ref 1", "createdDateFrom": "2023-11-12"}
    assert asked == [Exchange("GET", "/accounts/14/tnoptions", query)]
    assert (report.event, report.state, report.searched) == ("not_found", None, True)


@pytest.mark.parametrize("root", ["TnOptionOrders", "TnOptionOrderReportResponse"])
@pytest.mark.parametrize("entry", [summary(), told(), summary(count=0), summary(date="dateHere"), told(created="")])
def test_the_one_order_that_is_ours_is_found(root, entry):
    asked, report = find(answer(listed(entry, root=root)), frozenset(), answer(told("PROCESSING")))
    assert asked[1:] == [Holders((ID,)), Exchange("GET", f"/accounts/14/tnoptions/{ID}")]
    assert (report.event, report.state, report.bandwidth_order_id) == ("found", State.PROCESSING, ID)
    assert report.bandwidth_status == "PROCESSING"
    assert len(report.documents) == 1


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("RECEIVED", "", State.RECEIVED),
        ("ON_HOLD", "", State.RECEIVED),
        ("COMPLETE", "", State.COMPLETE),
        ("COMPLETE", error_list(error(5076, B)), State.PARTIAL),
        ("FAILED", "", State.FAILED),
        ("PARTIAL", "", State.NEEDS_ATTENTION),
    ],
)
def test_a_found_order_is_read_as_a_check_reads_it(status, more, state):
    _, report = find(answer(listed(summary())), frozenset(), answer(told(status, more)))
    assert (report.event, report.state) == ("found", state)
    assert outcomes(report) == outcomes(check(answer(told(status, more))))


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param(told(reference="Ref 2"), id="another reference"),
        pytest.param(told(created="2023-11-14T22:03:19Z"), id="older than our first POST"),
        pytest.param(told(groups=GROUPS.replace("OFF", "on")), id="another option"),
        pytest.param(told(groups=GROUPS.replace(C, FOREIGN)), id="another number"),
        pytest.param(told(groups=""), id="no groups"),
        pytest.param(told(groups=GROUPS.replace("<Sms>", "<Protected>true</Protected><Sms>")), id="one option more"),
    ],
)
def test_an_order_that_differs_is_not_ours(detail):
    _, report = find(answer(listed(summary())), frozenset(), answer(detail))
    assert (report.event, report.searched, report.bandwidth_order_id) == ("not_found", True, None)


@pytest.mark.parametrize(
    "detail",
    [
        pytest.param(told(created="2023-11-14T22:03:21Z"), id="a clock nine minutes behind"),
        pytest.param(told(created="2023-11-14T23:03:20+01:00"), id="another time zone"),
        pytest.param(told(reference=None), id="no reference told"),
        pytest.param(
            told(
                groups=GROUPS.replace("<Sms>", "<PortOutPasscode>zzzz</PortOutPasscode><ESPID>unchanged</ESPID><Sms>")
            ),
            id="another passcode, an option unchanged",
        ),
        pytest.param(f"<TnOptionOrderResponse>{told()}</TnOptionOrderResponse>", id="wrapped"),
    ],
)
def test_what_does_not_count_does_not_make_an_order_another(detail):
    assert find(answer(listed(summary())), frozenset(), answer(detail))[1].event == "found"


@pytest.mark.parametrize("entry", [summary(count=2), summary(date="2023-11-14T22:03:19Z")])
def test_an_entry_that_cannot_be_ours_is_not_fetched(entry):
    asked, report = find(answer(listed(entry)))
    assert (len(asked), report.event) == (1, "not_found")


def test_an_order_that_another_record_holds_is_not_ours():
    asked, report = find(answer(listed(summary(), summary(OTHER_ID))), frozenset({ID, OTHER_ID}))
    assert (len(asked), report.event) == (2, "not_found")


def test_several_candidates_are_for_a_person():
    replies = answer(listed(summary(), summary(OTHER_ID))), frozenset(), answer(told()), answer(told(order_id=OTHER_ID))
    _, report = find(*replies)
    assert (report.state, report.attention.why) == (State.NEEDS_ATTENTION, "several_candidates")
    assert ID in report.attention.do
    assert OTHER_ID in report.attention.do
    assert report.bandwidth_order_id is None


def test_the_newest_twenty_are_fetched_and_a_search_cut_short_is_for_a_person():
    ids = [f"order-{at:02}" for at in range(25)]
    entries = [summary(each, date=f"2023-11-15T00:00:{at:02}Z") for at, each in enumerate(ids)]
    others = [answer(told(order_id=each, reference="Ref 2")) for each in reversed(ids[5:])]
    asked, report = find(answer(listed(*entries)), frozenset(), *others)
    assert len(asked) == 22
    assert (report.state, report.attention.why) == (State.NEEDS_ATTENTION, "search_incomplete")


def test_a_list_that_is_cut_never_proves_that_there_is_no_such_order():
    assert find(answer(listed(summary(count=9), total=1001)))[1].attention.why == "search_incomplete"


FAILURES = [
    (answer("", 500), "answer_lost", None),
    (answer("", 404), "not_bandwidth", None),
    (answer("", 401), "unauthorized", None),
    (answer("", 403), "forbidden", None),
    (answer("", 429, **{"retry-after": "42"}), "throttled", 42),
    (Broken("reset"), "answer_lost", None),
    (NotSent("dns"), "not_sent", None),
    (answer(""), "not_understood", None),
    (answer("<html><body>Sign in</body></html>"), "not_understood", None),
    (answer("<Other/>"), "not_understood", None),
]


def assert_failed(report, why, look_in):
    assert (report.event, report.state, report.searched) == ("search_failed", None, False)
    assert (report.waiting.why.partition(":")[0], report.look_in) == (why, look_in)


@pytest.mark.parametrize(("reply", "why", "look_in"), FAILURES)
def test_a_search_that_was_not_answered_does_not_count(reply, why, look_in):
    assert_failed(find(reply)[1], why, look_in)
    assert_failed(find(answer(listed(summary())), frozenset(), reply)[1], why, look_in)
    assert_failed(find(reply, order=replace(ORDER, bandwidth_order_id=ID))[1], why, look_in)


@pytest.mark.parametrize(
    "body",
    [
        "<TnOptionOrderReportResponse><ResponseStatus><Description>No</Description></ResponseStatus></TnOptionOrderReportResponse>",
        listed(summary("")),
        listed(summary("../../x")),
    ],
)
def test_a_list_that_tells_no_ids_is_not_an_empty_one(body):
    assert_failed(find(answer(body))[1], "not_understood", None)


def test_an_empty_wrapper_is_an_empty_list():
    assert find(answer("<TnOptionOrderReportResponse/>"))[1].event == "not_found"


def test_an_order_whose_id_is_known_is_fetched_without_a_search():
    asked, report = find(answer(told("COMPLETE")), order=replace(ORDER, bandwidth_order_id=ID))
    assert asked == [Exchange("GET", f"/accounts/14/tnoptions/{ID}")]
    assert (report.event, report.state, report.bandwidth_order_id) == ("found", State.COMPLETE, ID)


def test_ids_are_lower_case_however_they_are_spelled():
    taken = submit(answer(told(order_id=ID.upper()), 201))
    placed = submit(answer("", 201, location=f"/accounts/14/tnoptions/{ID.upper()}"))
    asked, looked = drive(KIND.check(KNOWN, REQUEST), answer(told("PROCESSING", order_id=ID.upper())))

    assert (taken.bandwidth_order_id, placed.bandwidth_order_id) == (ID, ID)
    assert (len(asked), looked.state) == (1, State.PROCESSING)


def test_another_spelling_of_an_id_that_is_known_is_no_second_order():
    known = replace(ORDER, state=State.UNCERTAIN, bandwidth_order_id=ID.upper())
    assert find(answer(told()), order=known)[1].bandwidth_order_id == ID.upper()


def test_a_driver_that_mixes_up_answers_is_told_so():
    with pytest.raises(TypeError):
        drive(KIND.find(ORDER, REQUEST), frozenset())
    with pytest.raises(TypeError):
        drive(KIND.find(ORDER, REQUEST), answer(listed(summary())), NotSent("x"))


@settings(max_examples=80, deadline=None)
@given(st.integers(100, 599), st.binary(max_size=80) | st.sampled_from([told().encode(), listed().encode()]))
def test_no_answer_breaks_a_conversation(status, body):
    reply = Answer(status, {}, body, SENT / 1000)
    submit(reply)
    check(reply)
    if b"<TnOptionOrder" not in body:
        find(reply)


# Bandwidth's own payloads

#: file -> id, status, errors, numbers with options; None where the file is a request or a list
ORDERS = {
    "docs-campaign-201-2021": ("ac48abbe-2311-4888-ca4a-05eaa336119c", "RECEIVED", 0, 2),
    "docs-managingLineFeatures-1": (ID, "RECEIVED", 0, 1),
    "docs-managingLineFeatures-17": (ID, "RECEIVED", 0, 3),
    "docs-managingLineFeatures-3": (ID, "RECEIVED", 0, 2),
    "docs-managingLineFeatures-5": (OTHER_ID, "COMPLETE", 0, 3),
    "docs-portoutPasscode-201-2020": ("68498567-9ef8-4b43-a9a1-f8a507c059fe", "RECEIVED", 0, 1),
    "docs-setFailoverUri-5": (ID, "RECEIVED", 0, 2),
    "node-numbers-tnOption": ("orderid", "FAILED", 0, 2),
    "node-numbers-tnOptionOrderResponse": ("orderid", "FAILED", 0, 2),
    "openapi-v1-CreateTnOptionOrder-resp201-example": (ID, "RECEIVED", 0, 2),
    "openapi-v1-GetTnOptionOrder-resp200-example": (OTHER_ID, "COMPLETE", 0, 3),
    "openapi-v2-CreateTnOptionOrder-resp201-example": (ID, "RECEIVED", 0, 2),
    "openapi-v2-GetTnOptionOrder-resp200-example": (OTHER_ID, "COMPLETE", 0, 3),
    "python-test_tn_option_orders-XML_RESPONSE_CREATE_TN_OPTION_ORDER": (ID, "RECEIVED", 0, 2),
    "python-test_tn_option_orders-XML_RESPONSE_GET_TN_OPTION_ORDER": (OTHER_ID, "COMPLETE", 0, 3),
}
REQUESTS = {
    "docs-applyTnOptionsAndFeatures-17",
    "docs-managingLineFeatures-0",
    "docs-managingLineFeatures-16",
    "docs-managingLineFeatures-2",
    "docs-setFailoverUri-3",
    "docs-setFailoverUri-4",
    "openapi-v1-CreateTnOptionOrder-request-example",
    "openapi-v2-CreateTnOptionOrder-request-example",
}
LISTS = {
    "node-numbers-tnOptions": ["orderid", "orderid2"],
    "openapi-v1-GetTnOptionOrders-resp200-example": [ID, OTHER_ID],
    "openapi-v2-GetTnOptionOrders-resp200-example": [ID, OTHER_ID],
    "python-test_tn_option_orders-XML_RESPONSE_LIST_TN_OPTION_ORDER": [ID, OTHER_ID],
    "python-test_tn_option_orders-XML_RESPONSE_LIST_TN_OPTION_ORDER_SUMMARY": [ID, OTHER_ID],
}


def payload(name):
    return published.payload(f"tnoptions/{name}")


def test_no_published_payload_is_left_out_of_these_tests():
    published.needed()
    assert set(published.names("tnoptions")) == {*ORDERS, *REQUESTS, *LISTS}


@pytest.mark.parametrize("name", ORDERS)
def test_every_published_order_is_read(name):
    order_id, status, errors, numbers = ORDERS[name]
    reading = read(xml.descend(xml.parse(payload(name)), "TnOptionOrder"), read_groups)
    assert (reading.order_id, reading.status) == (order_id, status)
    assert (len(reading.errors), len(reading.groups)) == (errors, numbers)
    report = submit(answer(payload(name), 201))
    assert (report.state, report.bandwidth_order_id) == (State.RECEIVED, order_id)


@pytest.mark.parametrize("name", LISTS)
def test_every_published_list_is_read(name):
    _, listing = drive(list_orders(KIND.find.__self__, ORDER, "2016-01-01"), answer(payload(name)))
    assert listing.whole
    assert list(dict.fromkeys(each.order_id for each in listing.entries)) == LISTS[name]
    assert [each.status for each in listing.entries[:2]] == ["FAILED", "COMPLETE"]


def test_the_guides_completed_order_ends_with_its_warning():
    numbers = ("2174101601", "2174101602", "2174101603")
    order = replace(KNOWN, bandwidth_order_id=OTHER_ID, telephone_numbers=numbers)
    _, report = drive(KIND.check(order, REQUEST), answer(payload("docs-managingLineFeatures-5")))
    assert report.state is State.COMPLETE
    assert report.outcomes.of("2174101601").warning == "SMS is already Enabled or number is in processing."
