"""Orders of few bytes and hundreds of thousands of faults: refused by one error, before each of them is told."""

from __future__ import annotations

import json
from unittest import mock

import pytest
import rig
from raw_door import NUMBER

from service.errors import InvalidOrder
from service.kinds import shelf
from service.order_request import reading, size
from service.order_request.retry import RetryRequest

MANY = 150_000
NAMES = {f"a{at}": 1 for at in range(MANY)}
TN_OPTIONS = shelf()["tn-options"].model


def told(model, body):
    """What is wrong with a body, and of how many faults pydantic spoke for that."""
    with mock.patch.object(reading, "_wrong", wraps=reading._wrong) as each, pytest.raises(InvalidOrder) as refused:
        reading.read_order(model, body)
    return refused.value.errors, each.call_count


def plan(*routes):
    return {"telephone_numbers": [NUMBER], "origination_route_plan": {"action": "asSpecified", "routes": [*routes]}}


def group(**fields):
    return {"groups": [{"telephone_numbers": [NUMBER], **fields}]}


#: body, kind, and the one place that is told
LARGE = {
    "routes": ({"groups": [plan(*[{}] * 400_000)]}, "tn-options", "/groups/0/origination_route_plan/routes"),
    "routes that are none": ({"groups": [plan(*[1] * MANY)]}, "tn-options", "/groups/0/origination_route_plan/routes"),
    "names of a route": ({"groups": [plan(NAMES)]}, "tn-options", "/groups/0/origination_route_plan/routes/0"),
    "names of an address": (group(address=NAMES), "dlda", "/groups/0/address"),
    "names of a group": (group(**NAMES), "tn-options", "/groups/0"),
    "names of an order": (NAMES, "tn-options", ""),
    "groups by name": ({"groups": NAMES}, "lidb", "/groups"),
    "numbers elsewhere": ({"groups": {"telephone_numbers": [NUMBER] * MANY}}, "lidb", "/groups/telephone_numbers"),
    "metadata": ({"metadata": NAMES, **group(sms="on")}, "tn-options", "/metadata"),
    "one number's": ({"telephone_number": NUMBER, **NAMES}, "number-options", ""),
    "a peer's": ({"site_id": 1, "sip_peer_id": 2, **NAMES}, "location-failover", ""),
}


@pytest.mark.parametrize(("body", "kind", "place"), LARGE.values(), ids=LARGE)
def test_a_part_that_is_larger_than_any_is_one_error_and_its_faults_are_not_told(body, kind, place):
    errors, faults = told(shelf()[kind].model, body)

    assert (len(errors), errors[0].pointer, faults) == (1, place, 0)
    assert "Leave out" in errors[0].detail


def test_secrets_of_a_retry_may_be_as_many_as_groups_and_no_more():
    secrets = {f"/groups/{at}/port_out_passcode": "abc123" for at in range(5_000)}
    assert reading.read_order(RetryRequest, {"secrets": secrets}).secrets == secrets

    errors, faults = told(RetryRequest, {"secrets": NAMES})
    assert (len(errors), errors[0].pointer, faults) == (1, "/secrets", 0)


@pytest.mark.parametrize(
    "each",
    [{f"a{at}": 1 for at in range(15)}, plan(*[{}] * 15), {"telephone_numbers": [1]}, 1],
    ids=["names", "routes", "numbers", "no group"],
)
def test_thousands_of_wrong_groups_are_told_until_an_answer_is_full(each):
    errors, faults = told(TN_OPTIONS, {"unknown": 1, "groups": [each] * 9_999})

    assert len(errors) == 1_000
    assert faults < 1_100
    assert errors[0].pointer == "/unknown"
    assert errors[-1].pointer.startswith("/groups/")


def test_all_that_is_wrong_is_told_in_its_place_whatever_is_right_between():
    groups = [{"telephone_numbers": [f"2{at:09}"], "sms": "x" if at % 7 else "on"} for at in range(1_000)]
    errors, _ = told(TN_OPTIONS, {"groups": groups})

    assert [each.pointer for each in errors] == [f"/groups/{at}/sms" for at in range(1_000) if at % 7]


def test_a_plan_of_three_hundred_routes_is_taken():
    routes = [
        {"endpoint": f"h{at}.example.com", "priority": 1, "weight": 1, "endpoint_type": "FQDN", "name": f"h{at}"}
        for at in range(300)
    ]
    request = reading.read_order(TN_OPTIONS, {"groups": [plan(*routes)]})
    assert len(request.groups[0].origination_route_plan.routes) == 300


def test_of_very_many_wrong_routes_the_first_are_told_and_that_there_are_more():
    ways = [{"endpoint": f"h{at}.example.com", "priority": 1, "weight": 1} for at in range(200)]
    errors, faults = told(TN_OPTIONS, {"groups": [plan(*ways, *[{}] * 1_000) | {"sms": "x"}]})

    place = "/groups/0/origination_route_plan/routes"
    pointers = [each.pointer for each in errors]
    assert pointers[0] == place
    assert pointers[1] == f"{place}/200/endpoint"
    assert pointers[-1] == "/groups/0/sms"
    assert faults < 150


def test_all_that_is_wrong_with_some_routes_is_told_with_the_rules_between_them():
    good = {"endpoint": "h.example.com", "priority": 1, "weight": 1}
    errors, _ = told(TN_OPTIONS, {"groups": [plan({}, good, {"endpoint": "!"}, good)]})

    place = "/groups/0/origination_route_plan/routes"
    steps = ["0/endpoint", "0/priority", "0/weight", "2/endpoint", "2/priority", "2/weight", "3/endpoint"]
    assert [each.pointer for each in errors] == [f"{place}/{each}" for each in steps]


def test_however_deep_it_is_it_is_looked_at_once():
    part = [1] * 1_990
    for _ in range(55):
        part = [part, *[[]] * 10_000]
    with mock.patch.object(size, "_size", wraps=size._size) as looks:
        errors, _ = told(TN_OPTIONS, group(x=part))
    assert (len(errors), errors[0].pointer.startswith("/groups/0/x")) == (1, True)
    assert looks.call_count < 100_000


async def test_hundreds_of_thousands_of_routes_are_refused_in_json_and_in_xml(valkey):
    async with rig.world(valkey.url, front_hold_seconds=0) as world:
        body = json.dumps({"groups": [plan(*[{}] * 400_000)]}, separators=(",", ":"))
        headers = {"Content-Type": "application/json"}
        answer = await world.api.post(f"{world.orders}/tn-options", content=body, headers=headers)
        assert (answer.status_code, len(answer.json()["errors"])) == (422, 1)

        routes = f"<OriginationRoutePlan>{'<Route/>' * 200_000}</OriginationRoutePlan>"
        numbers = f"<TelephoneNumbers><TelephoneNumber>{NUMBER}</TelephoneNumber></TelephoneNumbers>"
        body = f"<TnOptionOrder><TnOptionGroups><TnOptionGroup>{routes}{numbers}"
        body += "</TnOptionGroup></TnOptionGroups></TnOptionOrder>"
        path = f"/api/accounts/{world.account}/tnoptions"
        answer = await world.api.post(path, content=body, headers={"Content-Type": "application/xml"})
        assert (answer.status_code, len(answer.content) < 1_000) == (400, True)
        assert "TnOptionGroup[1]/OriginationRoutePlan/Route: Leave out" in answer.text
