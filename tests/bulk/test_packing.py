"""Rows become orders: equal settings share groups, sizes hold, nothing is lost, and the same rows make the same."""

from __future__ import annotations

import json
import random

import pytest

from service.bulk.found import Fields
from service.bulk.packing import Packing, lines_of, ranges
from service.bulk.row import Reading, Row, require
from service.errors import NotFound
from service.kinds import shelf


def numbers(count, first=2015550200):
    return [str(first + at) for at in range(count)]


def rows_of(kind, *values):
    reading = Reading(shelf()[kind], 5_000)
    return [reading.read(Fields(line, each)) for line, each in enumerate(values, 1)]


def packed(kind, size, *values):
    packing = Packing(size)
    for row in rows_of(kind, *values):
        assert isinstance(row, Row), row
        packing.add(row)
    return list(packing.orders())


def body(order):
    return json.loads(order.body)


def test_rows_of_equal_settings_share_a_group_however_they_are_written():
    one, two, three, four = numbers(4)
    (order,) = packed(
        "tn-options",
        10,
        {"telephone_number": f"+1{one}", "sms": "ON", "call_forward": "(604) 266-1720"},
        {"telephone_numbers": [two], "sms": False},
        {"call_forward": "6042661720", "telephone_numbers": [three, four], "sms": True},
    )
    assert body(order)["groups"] == [
        {"telephone_numbers": [one, three, four], "sms": "on", "call_forward": "6042661720"},
        {"telephone_numbers": [two], "sms": "off"},
    ]
    assert (order.numbers, order.lines) == (4, "1-3")


def test_rows_of_other_fields_of_the_order_are_other_orders():
    one, two, three = numbers(3)
    orders = packed(
        "dlda",
        10,
        {"telephone_number": one, "delete_dlda_tn_groups": True},
        {"telephone_number": two, "delete_dlda_tn_groups": "true", "customer_order_id": "mine"},
        {"telephone_number": three, "delete_dlda_tn_groups": "TRUE"},
    )
    assert [(body(each).get("customer_order_id"), each.lines) for each in orders] == [(None, "1 3"), ("mine", "2")]


def test_a_group_that_does_not_fit_goes_on_in_the_next_order():
    five, three = numbers(5), numbers(3, 2015550300)
    orders = packed(
        "tn-options",
        4,
        *({"telephone_number": each, "sms": "on"} for each in five),
        {"telephone_numbers": three, "sms": "off"},
    )
    assert [[len(group["telephone_numbers"]) for group in body(each)["groups"]] for each in orders] == [[4], [1, 3]]
    assert [each.lines for each in orders] == ["1-4", "5-6"]


def test_a_kind_of_one_number_makes_an_order_of_each_row():
    one, two = numbers(2)
    orders = packed("number-options", 100, *({"telephone_number": each, "sms": True} for each in (one, two)))
    assert [body(each)["telephone_number"] for each in orders] == [one, two]
    assert [(each.numbers, each.lines) for each in orders] == [(1, "1"), (1, "2")]


@pytest.mark.parametrize("seed", range(20))
def test_random_rows_lose_no_number_and_make_the_same_orders_twice(seed):
    draw = random.Random(seed)
    size, left = draw.randrange(1, 12), numbers(draw.randrange(1, 80))
    values = []
    while left:
        some, left = left[: (count := draw.randrange(1, 9))], left[count:]
        values.append(
            {"telephone_numbers": some, "sms": draw.choice(["on", "off"]), "rewrite_user": f"u{draw.randrange(3)}"}
        )
    first, again = packed("tn-options", size, *values), packed("tn-options", size, *values)

    assert first == again
    groups = [group for order in first for group in body(order)["groups"]]
    asked = {number: (row["sms"], row["rewrite_user"]) for row in values for number in row["telephone_numbers"]}
    assert {n: (group["sms"], group["rewrite_user"]) for group in groups for n in group["telephone_numbers"]} == asked
    assert sum(order.numbers for order in first) == len(asked)
    assert all(1 <= order.numbers <= size for order in first)
    # only the last order has room
    assert all(order.numbers == size for order in first[:-1])
    assert {line for order in first for line in lines_of(order.lines)} == set(range(1, len(values) + 1))


def test_ranges_are_lines():
    assert ranges([5, 3, 4, 9, 3]) == "3-5 9"
    assert [*lines_of("3-5 9")] == [3, 4, 5, 9]


@pytest.mark.parametrize("kind", ["location-failover", "no-such-kind"])
def test_a_kind_without_numbers_is_not_found(kind):
    with pytest.raises(NotFound, match="dlda, lidb, number-options, tn-options"):
        require(kind)


WRONG = {
    "a number that is none": (
        "tn-options",
        {"telephone_number": "1", "sms": "on"},
        [("/telephone_number", "5070")],
    ),
    "one of several": (
        "tn-options",
        {"telephone_numbers": ["2015551234", "1"], "sms": "on"},
        [("/telephone_numbers/1", "5070")],
    ),
    "no number": ("tn-options", {"sms": "on"}, [("/telephone_numbers", "5073")]),
    "both names": (
        "tn-options",
        {"telephone_number": "2015551234", "telephone_numbers": [], "sms": "on"},
        [("/telephone_number", None)],
    ),
    "nothing to do": ("tn-options", {"telephone_number": "2015551234"}, [("", "5115")]),
    "a field of a field": (
        "dlda",
        {**shelf()["dlda"].example["groups"][0], "address": {"city": "Reno", "state_code": "XX", "zip": "1"}},
        [("/address/state_code", "16114"), ("/address/zip", None)],
    ),
    "a field of the order": (
        "tn-options",
        {"telephone_number": "2015551234", "sms": "on", "customer_order_id": "a/b"},
        [("/customer_order_id", "5052")],
    ),
    "an unknown field": ("lidb", {"telephone_number": "2015551234", "name": "x"}, None),
    "groups": ("tn-options", {"telephone_number": "2015551234", "sms": "on", "groups": []}, [("/groups", None)]),
    "another's list": (
        "number-options",
        {"telephone_numbers": ["2015551234"], "sms": True},
        [("/telephone_numbers", None), ("/telephone_number", "13505")],
    ),
}


@pytest.mark.parametrize(("kind", "values", "errors"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_told_as_an_order_with_pointers_into_the_row(kind, values, errors):
    (told,) = rows_of(kind, values)
    assert told
    assert {each.line for each in told} == {1}
    assert errors is None or [(each.pointer, each.code) for each in told] == errors, told


def test_a_number_that_was_named_before_is_wrong_even_with_the_same_settings():
    one, two = numbers(2)
    first, second, third = rows_of(
        "tn-options",
        {"telephone_number": one, "sms": "on"},
        {"telephone_numbers": [two, f"+1 {one}"], "sms": "on"},
        {"telephone_number": two, "sms": "off"},
    )
    assert isinstance(first, Row)
    (error,) = second
    assert (error.pointer, error.code, error.line) == ("/telephone_numbers/1", "5072", 2)
    assert error.detail == "This number is in line 1 already: name it once."
    # no number of a wrong row is taken
    assert isinstance(third, Row)


def test_a_row_of_many_errors_tells_ten():
    (told,) = rows_of("tn-options", {"telephone_numbers": ["x"] * 40, "sms": "on"})
    assert len(told) == 10
