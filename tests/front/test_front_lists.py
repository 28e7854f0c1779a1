"""Lists and histories of orders at the front."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from front_steps import body_of, get, id_of, path_of, post, shape

from service import xml
from service.front.orders import reads

#: days from today, by what stands for them in a query
DAYS = {"TODAY": 0, "TOMORROW": 1, "YESTERDAY": -1}


def ids(answer):
    assert answer.status_code == 200, answer.text
    rows = [each for each in xml.parse(answer.content).iter() if each.tag in ("OrderId", "orderId")]
    return [each.text for each in rows]


async def test_a_list_of_options_is_the_bare_root_with_summaries_newest_first(idle):
    first, second = [id_of(await post(idle, "tnoptions", reference=f"No {at}")) for at in range(2)]
    answer = await get(idle, "tnoptions")
    root = xml.parse(answer.content)
    assert root.tag == "TnOptionOrders"
    assert xml.text(root, "TotalCount") == "2"
    assert ids(answer) == [second, first]
    row = {each.tag: each.text for each in xml.child(root, "TnOptionOrderSummary")}
    own = await idle.order(second)
    assert row == {
        "accountId": idle.account,
        "CountOfTNs": "1",
        "userId": "default",
        "lastModifiedDate": own["updated_at"],
        "OrderDate": own["created_at"],
        "OrderType": "tn_option",
        "OrderStatus": "RECEIVED",
        "OrderId": second,
    }


async def test_whole_orders_are_listed_as_one_alone_is(idle):
    made = await post(idle, "tnoptions", reference="Whole")
    listed = xml.parse((await get(idle, "tnoptions", orderDetails="true")).content)
    alone = xml.parse((await get(idle, "tnoptions", id_of(made))).content)
    assert listed.tag == "TnOptionOrders"
    assert shape(xml.child(listed, "TnOptionOrder")) == shape(alone)


@pytest.mark.parametrize(("resource", "order_type"), [("lidbs", "lidb"), ("dldas", "dlda")])
async def test_a_list_of_names_or_listings_is_the_selection_that_sdks_read(idle, resource, order_type):
    made = id_of(await post(idle, resource))
    await post(idle, "tnoptions")
    root = xml.parse((await get(idle, resource, tn="2015551234")).content)
    assert root.tag == "ResponseSelectWrapper"
    listed = xml.child(root, "ListOrderIdUserIdDate")
    row = {each.tag: each.text for each in xml.child(listed, "OrderIdUserIdDate")}
    assert xml.text(listed, "TotalCount") == "1"
    assert (row["orderId"], row["OrderType"], row["OrderStatus"], row["userId"]) == (
        made,
        order_type,
        "RECEIVED",
        "default",
    )


def written(value, order_id):
    """A query's value as it is sent on the day of the test."""
    if isinstance(value, str) and value in DAYS:
        return str(datetime.now(UTC).date() + timedelta(days=DAYS[value]))
    return value.replace("{id}", order_id[9:20].upper()) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tn": "2015551234"}, True),
        ({"tn": "+12015551234"}, True),
        ({"tn": "2015550000"}, False),
        ({"status": "received"}, True),
        ({"status": ["COMPLETE", "received"]}, True),
        ({"status": "complete"}, False),
        ({"customerOrderId": "Mine"}, True),
        ({"customerOrderId": "Other"}, False),
        ({"createdDateFrom": "TODAY", "createdDateTo": "TODAY"}, True),
        ({"createdDateFrom": "TOMORROW"}, False),
        ({"createdDateTo": "YESTERDAY"}, False),
        ({"modifiedDateFrom": "TODAY", "modifiedDateTo": "TODAY"}, True),
        ({"modifiedDateFrom": "TOMORROW"}, False),
        ({"lastModifiedAfter": "YESTERDAY"}, True),
        ({"lastModifiedAfter": "TOMORROW"}, False),
        ({"lastModifiedBy": "default"}, True),
        ({"lastModifiedBy": "somebody"}, False),
        ({"orderIdFragment": "{id}"}, True),
        ({"orderIdFragment": "ffffffff-ffff"}, False),
        ({"page": "1", "size": "x", "unknown": ""}, True),
    ],
)
async def test_filters_find_what_bandwidth_would(idle, query, found):
    made = id_of(await post(idle, "tnoptions", reference="Mine"))
    asked = {name: written(each, made) for name, each in query.items()}
    assert ids(await get(idle, "tnoptions", **asked)) == ([made] if found else [])


@pytest.mark.parametrize(
    "query",
    [
        {"status": "done"},
        {"tn": "1"},
        {"tn": ""},
        {"customerOrderId": "ä"},
        {"createdDateFrom": "2026-02-30"},
        {"createdDateFrom": "yesterday"},
        {"createdDateFrom": "9999-12-31"},
        {"modifiedDateTo": "0001-01-01"},
        {"createdDateFrom": "2026-03-02", "createdDateTo": "2026-03-01"},
        {"orderIdFragment": "xyz"},
        {"orderDetails": "maybe"},
    ],
)
async def test_an_error_in_the_query_is_404_with_a_description(idle, query):
    answer = await get(idle, "tnoptions", **query)
    root = xml.parse(answer.content)
    assert (answer.status_code, root.tag) == (404, "TnOptionOrderReportResponse")
    assert xml.text(root, "ResponseStatus", "Description")
    assert xml.text(root, "ResponseStatus", "ErrorCode") is None


async def test_whole_orders_are_listed_while_they_are_not_too_long_together(idle, monkeypatch):
    monkeypatch.setattr(reads, "MOST_NUMBERS", 2)
    numbers = "".join(f"<TelephoneNumber>201555123{at}</TelephoneNumber>" for at in range(2))
    body = body_of("tnoptions").replace("<TelephoneNumber>2015551234</TelephoneNumber>", numbers)
    for status, told in ((200, 1), (404, 0)):
        await post(idle, "tnoptions", body=body)
        with mock.patch.object(reads, "pictures", wraps=reads.pictures) as pictures:
            assert (await get(idle, "tnoptions", orderDetails="true")).status_code == status
        assert pictures.call_count == told
    # of whoever asked for none of them, there is nothing that could be too long
    assert (await get(idle, "tnoptions", orderDetails="true", lastModifiedBy="somebody")).status_code == 200
    listed = xml.parse((await get(idle, "tnoptions")).content)
    assert [each.text for each in listed.iter("CountOfTNs")] == ["2", "2"]


async def test_filters_that_a_list_has_not_are_ignored(idle):
    made = id_of(await post(idle, "lidbs"))
    assert ids(await get(idle, "lidbs", status="nonsense", customerOrderId="Other")) == [made]


async def test_a_list_shows_no_names_to_who_may_not_see_them(idle):
    await post(idle, "tnoptions", body=body_of("tnoptions"))
    answer = await idle.api.get(path_of(idle, "dldas"), headers=await idle.client("orders:read"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("resource", "states", "note"),
    [
        ("tnoptions", ["received", "processing", "complete"], "Order has been received by the system."),
        ("dldas", ["RECEIVED", "PROCESSING", "COMPLETE"], "The DL/DA request has been received"),
    ],
)
async def test_a_history_tells_the_states_in_bandwidths_words(idle, resource, states, note):
    made = await idle.api.post(path_of(idle, resource), content=body_of(resource, reference="H"))
    await idle.ended(id_of(made))
    root = xml.parse((await get(idle, resource, id_of(made), "history")).content)
    rows = [{each.tag: each.text for each in entry} for entry in root]
    told = [each["Status"] for each in rows]
    # a quick order may never have been seen in process
    assert root.tag == "OrderHistoryWrapper"
    assert (told[0], told[-1]) == (states[0], states[-1])
    assert set(told) <= set(states)
    assert (rows[0]["Note"], rows[0]["Author"]) == (note, "default")
    own = await idle.order(id_of(made))
    assert rows[0]["OrderDate"] == own["created_at"]


async def test_the_history_of_what_is_not_there_is_404_as_each_resource_has_it(idle):
    unknown = "018f0000-0000-7000-8000-000000000000"
    options = await get(idle, "tnoptions", unknown, "history")
    listings = await get(idle, "dldas", unknown, "history")
    names = await get(idle, "lidbs", unknown, "history")
    assert (options.status_code, options.content) == (404, b"")
    assert (listings.status_code, xml.parse(listings.content).tag) == (404, "DldaOrderReportResponse")
    assert (names.status_code, xml.parse(names.content).tag) == (404, "ErrorResponse")


async def test_what_failed_of_an_order_is_told_number_by_number(working):
    # of the sandbox's magic numbers: the first one fails
    groups = "<TelephoneNumber>2015550101</TelephoneNumber><TelephoneNumber>2015551234</TelephoneNumber>"
    body = body_of("tnoptions").replace("<TelephoneNumber>2015551234</TelephoneNumber>", groups)
    made = await post(working, "tnoptions", body=body)
    own = await working.ended(id_of(made))
    order = xml.parse((await get(working, "tnoptions", own["id"])).content)
    numbers = await working.numbers(own["id"])
    failed = {number: each["code"] for number, each in numbers.items() if each["outcome"] == "failed"}
    told = {xml.text(each, "TelephoneNumber"): xml.text(each, "Code") for each in order.iter("Error")}
    assert own["state"] == "partial"
    assert failed
    assert told == failed
    assert xml.text(order, "ProcessingStatus") == "PARTIAL"
