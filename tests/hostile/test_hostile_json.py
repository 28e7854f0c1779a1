"""JSON that is well-formed and meant badly: what is taken comes back as data, what is not is told and not repeated."""

from __future__ import annotations

import asyncio
import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_door import NUMBER, PASSCODE

from service import telephone_numbers
from service.errors import InvalidOrder
from service.kinds import shelf
from service.order_request.reading import read_order


def refusals(kind, body):
    try:
        read_order(shelf()[kind].model, body)
    except InvalidOrder as refusal:
        return refusal.errors
    return ()


HTML = '<script>alert(1)</script><img src=x onerror="alert(2)">\u2028\u2029&amp;{{7*7}}${7*7}'
GROUP = {"telephone_numbers": [NUMBER], "sms": "on"}


async def post(world, body, kind="tn-options"):
    return await world.api.post(f"{world.orders}/{kind}", json=body)


async def test_text_with_html_comes_back_as_data_in_an_answer_that_no_browser_takes_for_a_page(target):
    metadata = {
        HTML[:60]: HTML,
        "__proto__": "constructor",
        "": "",
        "a/b~c": "\u202e\u200b",
        "emoji": "\U0001f4a9" * 99,
    }
    order = await target.submit([GROUP], metadata=metadata)

    for path in (order["links"]["self"], target.orders, *order["links"].values()):
        answer = await target.api.get(path)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await target.order(order["id"]))["metadata"] == metadata


async def test_a_refusal_never_repeats_a_passcode_whatever_is_wrong_with_it(target, lines):
    wrong = [PASSCODE + "-", PASSCODE * 3, [PASSCODE], {PASSCODE: PASSCODE}, PASSCODE + "\x00", PASSCODE + "\ud800"]
    wrong += [PASSCODE + HTML, {"value": PASSCODE}, [[PASSCODE]]]
    for value in wrong:
        body = json.dumps({"groups": [GROUP | {"port_out_passcode": value}]})
        answer = await target.api.post(
            f"{target.orders}/tn-options", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert any(each["pointer"].startswith("/groups/0/port_out_passcode") for each in answer.json()["errors"])
        assert PASSCODE not in answer.text


@pytest.mark.parametrize("kind", sorted(shelf()))
async def test_every_kind_refuses_what_is_no_order_with_a_problem(target, kind):
    deep = {"groups": [{"telephone_numbers": [{"a": [[[[1]]]]}]}], "telephone_number": {"a": 1}, "site_id": [1]}
    huge = {"telephone_number": "9" * 100_000, "site_id": 10**4_000, "sip_peer_id": -1, "groups": "x" * 100_000}
    names = {HTML: 1, "\x00": 1, "groups\u200b": [], "__proto__": {}, "a" * 10_000: 1}
    for body in ({}, [], deep, huge, names, {"groups": [None] * 2_000}, {"groups": [GROUP] * 300}):
        answer = await post(target, body, kind)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-order"), body
        assert len(answer.json()["errors"]) <= 1_000
        assert answer.json()["detail"]


async def test_ten_thousand_numbers_named_badly_are_refused_in_time(target):
    for numbers in (["x"] * 10_000, [NUMBER] * 10_000, [{"a": HTML}] * 10_000):
        async with asyncio.timeout(15):
            answer = await post(target, {"groups": [{"telephone_numbers": numbers, "sms": "on"}]})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-order")


async def test_a_number_is_taken_in_every_notation_and_named_twice_in_none(target):
    notations = ["2015551234", "+12015551234", "1 201 555 1234", "(201) 555-1234", "201.555.1234", "201/555/1234"]
    notations += ["+1 (201) 555\u20131234", "\u00a0201\u00a0555\u20111234 ", "201\t555\t1234", "1-201-555-1234"]
    for at, notation in enumerate(notations):
        order = await target.submit([{"telephone_numbers": [notation], "sms": "on"}])
        assert order["groups"][0]["telephone_numbers"] == [NUMBER]
        answer = await post(target, {"groups": [{"telephone_numbers": [notation, notations[at - 1]], "sms": "on"}]})
        assert [each["code"] for each in answer.json()["errors"]] == ["5072"]


def test_no_digit_but_the_ten_makes_a_number():
    others = [chr(at) for at in range(0x80, 0x110000) if unicodedata.category(chr(at)) in {"Nd", "Nl", "No"}]
    assert len(others) > 1_000
    for digit in others:
        with pytest.raises(ValueError, match="give ten digits"):
            telephone_numbers.parse(f"201555123{digit}")


_text = st.text(st.characters(), max_size=12)
_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _text | st.just(PASSCODE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", sorted(shelf()))
def test_any_value_in_any_field_of_any_kind_is_read_or_refused(kind):
    model = shelf()[kind].model
    fields = sorted(set(model.model_fields) | {"groups"})
    inner = sorted(
        {name for each in model.model_json_schema().get("$defs", {}).values() for name in each["properties"]}
    )
    part = st.dictionaries(st.sampled_from(inner), _value, max_size=3) if inner else _value
    bodies = st.dictionaries(st.sampled_from(fields), _value | st.lists(part, max_size=2), max_size=4)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(bodies | _value)
    def read(body):
        told = refusals(kind, body)
        assert PASSCODE not in str([(each.detail, each.code) for each in told])

    read()
