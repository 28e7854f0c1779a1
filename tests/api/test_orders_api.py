"""Submitting an order and reading it and its parts, as a client does."""

from __future__ import annotations

import rig

BODY = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "on"}]}


async def test_a_submitted_order_is_202_with_its_address_and_the_order(world):
    answer = await world.api.post(f"{world.orders}/tn-options", json=BODY)

    order = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"{world.orders}/{order['id']}" == order["links"]["self"]
    assert "idempotency-replayed" not in answer.headers
    assert (order["account_id"], order["kind"], order["state"]) == (world.account, "tn-options", "accepted")
    assert order["groups"] == BODY["groups"]
    assert (await world.api.get(answer.headers["location"])).json() == order


async def test_numbers_in_every_usual_notation_are_answered_as_ten_digits_with_e164_beside_them(world):
    written = ["2015551230", "+12015551231", "1-201-555-1232", "(201) 555-1233", "201.555.1234", "+1 (201) 555 - 1235"]
    order = await world.submit([{"telephone_numbers": written, "sms": "on"}])

    wanted = [f"201555123{last}" for last in range(6)]
    assert order["groups"][0]["telephone_numbers"] == wanted
    numbers = await world.numbers(order["id"])
    assert [(each["telephone_number"], each["e164"]) for each in numbers.values()] == [(n, f"+1{n}") for n in wanted]
    assert {each["outcome"] for each in numbers.values()} == {"pending"}


async def test_every_part_that_an_order_links_to_is_there(world):
    order = await world.submit()

    for name, where in order["links"].items():
        assert (await world.api.get(where)).status_code == 200, name
    assert [each["event"] for each in await world.timeline(order["id"])] == ["accepted"]
    assert (await world.api.get(order["links"]["documents"])).json() == {"documents": []}


async def test_an_order_whose_version_is_known_is_304_without_a_body(world):
    order = await world.submit()
    for known in ['W/"1"', '"1"', "*", '"0", W/"1"', 'W/"7" , "1"', '"a,b",W/"1"', '"x", *']:
        answer = await world.api.get(order["links"]["self"], headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", 'W/"1"')


async def test_tags_may_stand_on_several_lines(world):
    order = await world.submit()
    for lines, status in {
        ('"0"', 'W/"1"'): 304,
        ('"0", "2"', '"3", "1"'): 304,
        ('"0"', "*"): 304,
        ('"0"', '"2"'): 200,
    }.items():
        answer = await world.api.get(order["links"]["self"], headers=[("If-None-Match", each) for each in lines])
        assert answer.status_code == status, lines


async def test_another_version_or_nonsense_is_answered_whole(world):
    order = await world.submit()
    for known in ['W/"2"', "1", '"11"', "", "W/", '"', "W/*", '"a,*,b"', '"0, W/"1"', 'w/"1"']:
        answer = await world.api.get(order["links"]["self"], headers={"If-None-Match": known})
        assert (answer.status_code, answer.json()) == (200, order)


async def test_the_etag_moves_with_the_version(world):
    order = await world.submit()
    done = await world.ended(order["id"])

    answer = await world.api.get(order["links"]["self"], headers={"If-None-Match": 'W/"1"'})

    assert answer.status_code == 200
    assert answer.headers["etag"] == f'W/"{done["version"]}"' != 'W/"1"'


async def test_an_id_that_is_made_up_is_404(world):
    order = await world.submit()
    for made_up in [
        "nonsense",
        "0",
        "..",
        "019376c8-1f5e-7000-8000-000000000000",
        "019376c8-1f5e-7000-8000-00000000000",
        "{id}x",
        "{id}%00",
        "{id}%0a",
        "a%2Fb",
        "%2e%2e%2f{id}",
        "{id}%20",
        "%F0%9F%8D%8F",
        "*",
    ]:
        for part in ("", "/numbers", "/timeline", "/documents"):
            answer = await world.api.get(f"{world.orders}/{made_up.replace('{id}', order['id'])}{part}")
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), part


async def test_an_order_of_another_account_is_404_even_to_its_own_token(valkey):
    async with rig.world(valkey.url) as one, rig.world(valkey.url) as other:
        order = await one.submit()

        for part in ("", "/numbers", "/timeline", "/documents"):
            assert (await other.api.get(f"{other.orders}/{order['id']}{part}")).status_code == 404
            assert (await other.api.get(f"{one.orders}/{order['id']}{part}")).status_code == 404


async def test_an_account_that_is_not_the_tokens_is_404_whatever_is_asked(world):
    for account in ("1", "99999999999", "x" * 5000, "%00", "..%2F" + world.account, world.account + "%20"):
        there = f"/v1/accounts/{account}/orders"
        answers = [await world.api.get(there), await world.api.post(f"{there}/tn-options", json=BODY)]
        assert {each.status_code for each in answers} == {404}, account


async def test_a_missing_or_wrong_token_is_401_with_a_challenge_before_anything_else(world):
    for given in [
        None,
        "",
        "Bearer",
        "Bearer wrong",
        f"Bearer {rig.TOKEN}x",
        f"Bearer {rig.TOKEN[:-1]}",
        f"Basic {rig.TOKEN}",
        rig.TOKEN,
        f"Bearer {rig.TOKEN.upper()}",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 20_000,
    ]:
        headers = {"Authorization": given.encode("latin-1") if given else ""}
        order = await world.submit()
        calls = [("GET", world.orders), ("GET", order["links"]["self"]), ("POST", f"{world.orders}/tn-options")]
        calls += [("GET", "/v1/accounts/1/orders"), ("POST", f"{world.orders}/no-such-kind")]
        for method, path in calls:
            request = world.api.build_request(method, path, headers=headers)
            if given is None:
                del request.headers["authorization"]
            answer = await world.api.send(request)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer realm=")
            assert answer.json()["type"] == "/problems/unauthenticated"


async def test_the_scheme_of_a_token_is_taken_in_any_case(world):
    for scheme in ("bearer", "BEARER"):
        answer = await world.api.get(world.orders, headers={"Authorization": f"{scheme} {rig.TOKEN}"})
        assert answer.status_code == 200


async def test_a_passcode_is_never_returned_by_any_address(world):
    secret = "zq7x9k2m"
    group = {"telephone_numbers": ["2015551234"], "port_out_passcode": secret}
    headers = {"Idempotency-Key": "with a passcode".replace(" ", "-")}
    order = await world.submit([group], headers=headers)
    assert order["groups"][0]["port_out_passcode"] == "********"
    texts = [(await world.api.post(f"{world.orders}/tn-options", json={"groups": [group]}, headers=headers)).text]

    for when in ("before it is sent", "after its end"):
        texts += [(await world.api.get(where)).text for where in (world.orders, *order["links"].values())]
        if when == "before it is sent":
            await world.ended(order["id"])

    assert not [text for text in texts if secret in text]


async def test_metadata_comes_back_as_it_was_given(world):
    metadata = {"team": "port-ins", "lines": "one\r\ntwo\tthree", "html": "<script>&\"'", "": "é\U0001f34f\u2028"}

    order = await world.submit(metadata=metadata, customer_order_id="Team 1 - order 7")

    assert (await world.order(order["id"]))["metadata"] == metadata
    assert order["customer_order_id"] == "Team 1 - order 7"
