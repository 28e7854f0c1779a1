"""Reading lists about many orders at once: which of them stand there, as what, and what a list may not be taken for."""

from __future__ import annotations

from datetime import date

import pytest
from test_order_resource import FAILURES, ID, KNOWN, OTHER_ID, answer, drive, listed, outcomes, summary, told

from service.asking import Useless
from service.exchange import Exchange
from service.kinds import shelf
from service.lifecycle import State
from service.survey import Sighting, Survey

DAYS = tuple(date(2023, 11, day) for day in (13, 14, 15))
MADE = 1_699_999_999_500  # as `summary` and `told` say
TN_PATH = "/accounts/14/tnoptions"
OPEN = {"status": ("RECEIVED", "PROCESSING")}
WANTED = frozenset({ID, OTHER_ID})


def tn(*replies, ids=WANTED):
    return drive(shelf()["tn-options"].survey("14", DAYS, ids), *replies)


def tell(reply, ids=WANTED):
    return drive(shelf()["tn-options"].tell("14", DAYS, ids), reply)


def named(kind, *replies, ids=WANTED):
    return drive(shelf()[kind].survey("14", DAYS, ids), *replies)


def entry(order_id=ID, status="RECEIVED", date_="2023-11-14T22:13:19.5Z", account="14"):
    return (
        f"<OrderIdUserIdDate><accountId>{account}</accountId><CountOfTNs>3</CountOfTNs>"
        f"<lastModifiedDate>{date_}</lastModifiedDate><OrderDate>2023-11-14T22:13:19.5Z</OrderDate>"
        f"<orderId>{order_id}</orderId><OrderStatus>{status}</OrderStatus></OrderIdUserIdDate>"
    )


def selected(*entries, total=None, wrapped=True):
    total = len(entries) if total is None else total
    body = f"<ListOrderIdUserIdDate><TotalCount>{total}</TotalCount>{''.join(entries)}</ListOrderIdUserIdDate>"
    return answer(f"<ResponseSelectWrapper>{body}</ResponseSelectWrapper>" if wrapped else body)


def modified(text, date_="2023-11-14T22:13:20.25Z"):
    return text.replace("<OrderDate>", f"<lastModifiedDate>{date_}</lastModifiedDate><OrderDate>").replace(
        "<AccountId>", f"<LastModifiedDate>{date_}</LastModifiedDate><AccountId>"
    )


@pytest.mark.parametrize("root", ["TnOptionOrders", "TnOptionOrderReportResponse"])
def test_one_list_asks_what_is_open(root):
    asked, survey = tn(answer(listed(modified(summary()), summary("another"), root=root)))

    assert asked == [Exchange("GET", TN_PATH, OPEN)]
    assert survey == Survey({ID: Sighting("RECEIVED", 1_700_000_000_250, MADE)})


def test_what_is_missing_among_what_is_open_has_moved():
    assert not tn(answer(listed()))[1].whole


@pytest.mark.parametrize("kind", ["lidb", "dlda"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_one_list_asks_what_was_modified(kind, wrapped):
    asked, survey = named(kind, selected(entry(ID.upper()), entry("another"), wrapped=wrapped))

    assert asked == [Exchange("GET", f"/accounts/14/{kind}s", {"lastModifiedAfter": "2023-11-13"})]
    assert survey == Survey({ID: Sighting("RECEIVED", MADE, MADE)}, whole=True)


def test_a_list_that_is_cut_is_asked_for_day_by_day_where_some_are_missing():
    days = [selected(), selected(entry()), selected(entry(OTHER_ID))]

    asked, survey = named("lidb", selected(entry(), total=1001), *days)

    assert [each.query for each in asked[1:]] == [
        {"modifiedDateFrom": day, "modifiedDateTo": day} for day in ("2023-11-13", "2023-11-14", "2023-11-15")
    ]
    assert (set(survey.orders), survey.whole) == (WANTED, True)


def test_a_list_that_is_cut_and_has_all_of_them_is_enough():
    asked, survey = named("lidb", selected(entry(), entry(OTHER_ID), total=1001))

    assert (len(asked), set(survey.orders)) == (1, WANTED)


def test_a_list_of_what_is_open_that_is_cut_is_asked_for_status_by_status():
    asked, survey = tn(answer(listed(summary(), total=1001)), answer(listed()), answer(listed(summary(OTHER_ID))))

    assert [each.query for each in asked[1:]] == [{"status": "RECEIVED"}, {"status": "PROCESSING"}]
    assert (set(survey.orders), survey.whole) == (WANTED, False)


def test_a_day_that_is_cut_too_proves_nothing_of_what_is_missing():
    days = [selected(), selected(total=1001), selected()]

    assert not named("lidb", selected(total=1001), *days)[1].whole


def test_a_day_that_is_not_answered_ends_the_questions_and_what_was_told_stays():
    asked, survey = named("lidb", selected(entry(), total=1001), selected(), answer("", 500))

    assert (len(asked), set(survey.orders), survey.whole) == (3, {ID}, False)


def test_a_list_of_a_thousand_may_be_cut_whatever_it_counts():
    many = [entry(f"order-{at}") for at in range(1000)]

    asked, survey = named("lidb", selected(*many), *[selected(*many)] * 3)

    assert (len(asked), survey.whole) == (4, False)


@pytest.mark.parametrize(
    "body",
    [
        "<ResponseSelectWrapper/>",
        "<ListOrderIdUserIdDate/>",
        "<ListOrderIdUserIdDate><ErrorList><Error><Code>1000</Code></Error></ErrorList></ListOrderIdUserIdDate>",
    ],
)
def test_a_list_that_does_not_count_its_orders_proves_nothing_of_what_is_missing(body):
    assert named("lidb", answer(body), *[selected()] * 3)[1].whole
    assert not named("lidb", *[answer(body)] * 4)[1].whole


def test_many_days_are_not_asked_for_one_by_one():
    days = [date(2023, 11, day) for day in range(1, 16)]

    asked, survey = drive(shelf()["lidb"].survey("14", days, WANTED), selected(total=1001))

    assert (len(asked), survey.whole) == (1, False)


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([entry(account="15")], id="another account's"),
        pytest.param([entry(), entry(status="PROCESSING")], id="told twice, differently"),
    ],
)
def test_an_order_of_which_a_list_says_strange_things_is_there_and_unclear(entries):
    assert named("lidb", selected(*entries))[1].orders == {ID: Sighting(None, None, None)}


def test_what_the_parts_of_a_list_say_differently_is_unclear():
    days = [selected(), selected(entry(status="PROCESSING")), selected()]

    _, survey = named("lidb", selected(entry(), total=1001), *days)

    assert survey.orders == {ID: Sighting(None, None, None)}


@pytest.mark.parametrize(("reply", "why", "look_in"), FAILURES)
def test_a_list_that_fails_is_none(reply, why, look_in):
    for talk in (tn, tell):
        _, told_ = talk(reply)
        assert isinstance(told_, Useless)
        assert (told_.waiting.why.partition(":")[0], told_.look_in) == (why, look_in)


def test_whole_orders_are_read_as_a_get_reads_them():
    body = listed(modified(told("COMPLETE")), told("PARTIAL", order_id="another"), summary(OTHER_ID))

    asked, survey = tell(answer(body))

    assert asked == [Exchange("GET", TN_PATH, {"lastModifiedAfter": "2023-11-13", "orderDetails": "true"})]
    assert set(survey.orders) == {ID}
    asked, report = drive(survey.orders[ID].look(KNOWN))
    assert asked == []
    assert (report.event, report.state, report.bandwidth_status) == ("checked", State.COMPLETE, "COMPLETE")
    assert (report.pictured, report.modified_at, outcomes(report)) == (True, 1_700_000_000_250, ["complete"] * 3)
    (document,) = report.documents
    assert document.title == f"GET tnoptions, in a list: {ID}"
    assert "another" not in document.xml


def test_a_passcode_in_a_list_is_masked():
    _, survey = tell(answer(listed(told(more="<PortOutPasscode>a1b2c3</PortOutPasscode>"))))

    assert "a1b2c3" not in drive(survey.orders[ID].look(KNOWN))[1].documents[0].xml


def test_errors_beside_the_orders_of_a_list_are_about_none_of_them():
    error = "<ErrorList><Error><Code>5076</Code><Description>No.</Description></Error></ErrorList>"
    body = listed(told("COMPLETE")).replace("</TnOptionOrders>", f"{error}</TnOptionOrders>")

    _, survey = tell(answer(body))

    assert drive(survey.orders[ID].look(KNOWN))[1].errors == ()


@pytest.mark.parametrize(
    "entry_",
    [
        pytest.param(told().replace("<AccountId>14<", "<AccountId>15<"), id="another account's"),
        pytest.param(summary(), id="a summary"),
    ],
)
def test_what_is_no_whole_order_of_ours_is_not_told(entry_):
    assert tell(answer(listed(entry_)))[1].orders == {}


def test_a_kind_without_such_a_list_tells_none_whole():
    resource = shelf()["lidb"].submit.__self__

    assert drive(resource.tell("14", DAYS, WANTED)) == ([], Survey())


@pytest.mark.parametrize(("kind", "asks", "tells"), [("tn-options", 1, 1), ("lidb", 1, 0), ("dlda", 1, 0)])
def test_kinds_with_lists_can_be_surveyed(kind, asks, tells):
    assert (bool(shelf()[kind].survey), bool(shelf()[kind].tell)) == (asks, tells)


@pytest.mark.parametrize("kind", ["number-options", "location-failover"])
def test_settings_have_no_lists(kind):
    assert shelf()[kind].survey is shelf()[kind].tell is None
