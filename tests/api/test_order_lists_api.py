"""Finding orders at the door: by any of their properties, over accounts, by a number; refused clearly."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import rig

from service.governor import NONE
from service.kinds import shelf
from service.order import Found

THEIRS = "ABCDEF12-dc27-490c-904e-d0c11291b095"
NUMBER, FAILING = "2018551021", "2015550101"


async def adopted(world, *numbers, reference=None):
    """An order placed elsewhere on the account."""
    found = Found(THEIRS.lower(), reference, "PROCESSING", numbers, {})
    return (await world.desk.book.adopt(world.account, found, shelf()["tn-options"], NONE)).order_id


async def found(world, query="", path=None):
    """Follow a list to its end; returns the ids."""
    where, ids = f"{path or world.orders}?{query if isinstance(query, str) else urlencode(query)}", []
    while where:
        answer = await world.api.get(where)
        assert answer.status_code == 200, (where, answer.text)
        following = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
        ids += [each["id"] for each in answer.json()["orders"]]
        where = following
    return ids


async def test_orders_are_found_by_each_property_and_by_any_together(world):
    failed = (await world.submit([{"telephone_numbers": [NUMBER, FAILING], "sms": "on"}]))["id"]
    assert (await world.ended(failed))["state"] == "partial"
    names = {"telephone_numbers": [NUMBER], "subscriber_information": "Joe", "use_type": "BUSINESS"}
    lidb = await world.submit([{**names, "visibility": "PUBLIC"}], kind="lidb", customer_order_id=" Team 1")
    options = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}], customer_order_id="Team 1")
    held = (await world.submit([{"telephone_numbers": [NUMBER], "sms": "off"}]))["id"]
    theirs = await adopted(world, "2018551022", reference="a/b \N{LATIN SMALL LETTER O WITH DIAERESIS}")
    lidb, made_at, options = lidb["id"], lidb["created_at"], options["id"]
    everything = [theirs, held, options, lidb, failed]

    for query, expected in [
        ("", everything),
        ("kind=lidb", [lidb]),
        ("kind=lidb&kind=tn-options", everything),
        ("kind=dlda", []),
        ("state=held&state=partial", [held, failed]),
        ("state=open", [theirs, held, options, lidb]),
        ("state=ended&state=held&kind=tn-options&limit=1", [held, failed]),
        ({"telephone_number": "+1 (201) 855-1021"}, [held, options, lidb, failed]),
        ({"telephone_number": "2018551022", "origin": "external"}, [theirs]),
        ({"telephone_number": NUMBER, "state": "held"}, [held]),
        ({"customer_order_id": "Team 1"}, [options, lidb]),
        ({"customer_order_id": "Team 1 ", "kind": "lidb"}, [lidb]),
        ({"customer_order_id": "team 1"}, []),
        ({"customer_order_id": held}, [held]),
        ({"customer_order_id": "a/b \N{LATIN SMALL LETTER O WITH DIAERESIS}"}, [theirs]),
        ({"bandwidth_order_id": THEIRS}, [theirs]),
        ({"bandwidth_order_id": THEIRS, "origin": "api"}, []),
        ("origin=external", [theirs]),
        ("origin=api&limit=3", everything[1:]),
        ("error_code=5076", [failed]),
        ("error_code=5076&state=open", []),
        ({"created_from": made_at}, everything[:4]),
        ({"created_to": made_at}, [failed]),
        ({"created_from": made_at, "created_to": made_at}, []),
        ({"created_from": made_at.replace("Z", "+00:00"), "created_to": "2999-12-31t23:59:59z"}, everything[:4]),
        ({"created_from": "0001-01-01T00:00:00+14:00", "created_to": "9999-12-31T23:59:59.999999-14:00"}, everything),
    ]:
        assert await found(world, query) == expected, query


WRONG = {
    "kind": ["", "nonsense", "lidb,dlda", "\0"],
    "state": ["", "Complete", "open,held", "open "],
    "origin": ["", "elsewhere"],
    "telephone_number": ["", "201855102", "1" * 5_000, "*", "2018551021\0", "\u0662018551021"],
    "customer_order_id": ["", " ", "\0", "a\nb", "x" * 101],
    "bandwidth_order_id": ["", "\t", "x" * 101],
    "error_code": ["", "\x7f", "9" * 101],
    "created_from": [
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z",
        "2026-01-31T12:00:00Z\0",
        "1",
        "now",
    ],
    "created_to": ["2026-01-31T12:00:00 01:00", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00+24:00", "9" * 5_000],
    "limit": ["0", "251", "x"],
    "cursor": ["x", ""],
    "account": ["1"],
    "batch": ["1"],
    "state[]": ["held"],
}


async def test_a_misspelt_filter_is_told_what_may_be_meant(world):
    for query, detail in [
        ("?sate=open", "it is unknown, state may be meant"),
        ("?Telephone_Number=1", "it is unknown, telephone_number may be meant"),
    ]:
        answer = await world.api.get(world.orders + query)
        assert [each["detail"] for each in answer.json()["errors"]] == [detail]
    (error,) = (await world.api.get(f"{world.orders}?qqqq=1")).json()["errors"]
    assert error["detail"].startswith("leave it out; known are kind, state, ")


async def test_what_makes_no_sense_is_400_and_names_its_parameter(world):
    for name, texts in WRONG.items():
        for text in texts:
            answer = await world.api.get(world.orders, params={"state": "held", name: text} | {name: text})
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request"), (name, text)
            (error,) = answer.json()["errors"]
            assert error["pointer"] == f"?{name}"
    answer = await world.api.get(f"{world.orders}?kind=lidb,dlda")
    assert answer.json()["errors"][0]["detail"].endswith("tn-options; for several, give the parameter several times")
    for name in ("telephone_number", "customer_order_id", "bandwidth_order_id", "origin", "error_code", "created_to"):
        answer = await world.api.get(f"{world.orders}?{name}=1&{name}=1")
        assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, "give it once"), name


async def test_orders_of_all_accounts_of_a_token_come_as_one_list_newest_first(valkey):
    accounts = (rig.new_account(), rig.new_account())
    async with rig.world(valkey.url, accounts=accounts) as world, rig.world(valkey.url) as other:
        await other.submit()
        ids = []
        for at in range(5):
            body = {"groups": [{"telephone_numbers": [f"201855102{at}"], "sms": "on"}]}
            answer = await world.api.post(f"/v1/accounts/{accounts[at in (1, 2)]}/orders/tn-options", json=body)
            ids.insert(0, answer.json()["id"])

        assert await found(world, "", "/v1/orders") == ids
        assert await found(world, "limit=2&state=accepted&origin=api", "/v1/orders") == ids
        assert await found(world, "limit=1&telephone_number=2018551022", "/v1/orders") == [ids[2]]
        assert await found(world, f"account={accounts[1]}&limit=1", "/v1/orders") == ids[2:4]
        assert await found(world, urlencode([("account", each) for each in accounts]), "/v1/orders") == ids
        for foreign in (other.account, "", "*", accounts[0] + "\0"):
            answer = await world.api.get("/v1/orders", params={"account": foreign})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?account")
            assert other.account not in answer.json()["errors"][0]["detail"]
        place = (await world.api.get(f"/v1/accounts/{accounts[0]}/orders?limit=1")).json()["next"]
        assert (await world.api.get(place.replace(f"/accounts/{accounts[0]}", ""))).status_code == 400
        assert (await world.api.get("/v1/orders", headers={"Authorization": "Bearer wrong"})).status_code == 401
        assert (await world.api.post("/v1/orders")).status_code == 405


async def test_the_orders_of_a_number_are_listed_under_any_notation_of_it(world):
    options = (await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}]))["id"]
    names = {"telephone_numbers": [NUMBER], "subscriber_information": "Joe", "use_type": "BUSINESS"}
    lidb = (await world.submit([{**names, "visibility": "PUBLIC"}], kind="lidb"))["id"]
    theirs = await adopted(world, NUMBER)
    await world.submit([{"telephone_numbers": ["2018551029"], "sms": "on"}])
    numbers = f"/v1/accounts/{world.account}/numbers"

    for written in (NUMBER, f"%2B1{NUMBER}", "201/855/1021", "(201)%20855%E2%80%911021", "201%2F855%2F1021"):
        assert await found(world, "limit=1", f"{numbers}/{written}/orders") == [theirs, lidb, options], written
        assert (await world.api.get(f"{numbers}/{written}")).json()["telephone_number"] == NUMBER
    assert await found(world, "kind=lidb&state=open", f"{numbers}/{NUMBER}/orders") == [lidb]
    assert await found(world, "state=ended", f"{numbers}/{NUMBER}/orders") == []
    assert await found(world, "", f"{numbers}/2018551028/orders") == []
    for written in ("nonsense", "orders", "2018551021/", "%00", "*", "1" * 5_000, f"{NUMBER}/orders", ""):
        answer = await world.api.get(f"{numbers}/{written}/orders")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), written
    for query in (f"telephone_number={NUMBER}", "origin=api", "account=1"):
        assert (await world.api.get(f"{numbers}/{NUMBER}/orders?{query}")).status_code == 400


@pytest.mark.parametrize("path", ["/orders", "/numbers/2018551021/orders", "/summary"])
async def test_another_accounts_lists_are_404(world, path):
    answer = await world.api.get(f"/v1/accounts/{rig.new_account()}{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
