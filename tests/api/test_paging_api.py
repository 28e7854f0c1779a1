"""Lists and their pages: nothing is missed and nothing comes twice, whatever happens between two pages."""

from __future__ import annotations

import base64


async def submit_many(world, count, **more):
    """Submit orders one after the other; returns their ids, newest first."""
    groups = [[{"telephone_numbers": [f"201555{at:04d}"], "sms": "on"}] for at in range(count)]
    return [(await world.submit(each, **more))["id"] for each in groups][::-1]


async def pages(world, start, name="orders"):
    """Follow a list to its end; yields each page."""
    where = start
    while where:
        answer = await world.api.get(where)
        assert answer.status_code == 200, answer.text
        yield answer.json()[name]
        where = answer.json()["next"]
        assert answer.headers.get("link") == (f'<{where}>; rel="next"' if where else None)


async def test_orders_come_newest_first_a_page_at_a_time(world):
    ids = await submit_many(world, 7)

    found = [[each["id"] for each in page] async for page in pages(world, f"{world.orders}?limit=3")]

    assert found == [ids[:3], ids[3:6], ids[6:]]


async def test_a_last_page_that_is_full_has_no_next(world):
    ids = await submit_many(world, 4)

    found = [[each["id"] for each in page] async for page in pages(world, f"{world.orders}?limit=2")]

    assert found == [ids[:2], ids[2:]]


async def test_an_account_without_orders_is_an_empty_list(world):
    assert (await world.api.get(world.orders)).json() == {"orders": [], "next": None}


async def test_a_list_leaves_the_request_out_and_a_summary_is_else_the_order(world):
    order = await world.submit(metadata={"a": "b"})

    (found,) = (await world.api.get(world.orders)).json()["orders"]

    assert "groups" not in found
    assert found == {name: value for name, value in order.items() if name != "groups"}


async def test_orders_are_listed_by_state_and_kind(world):
    (later, first) = await submit_many(world, 2)
    await world.ended(first)
    await world.ended(later)
    newest = (await world.submit())["id"]

    async def listed(query):
        return [each["id"] async for page in pages(world, f"{world.orders}?{query}") for each in page]

    assert await listed("state=accepted") == [newest]
    assert await listed("state=complete") == [later, first]
    assert await listed("state=complete&kind=tn-options&limit=1") == [later, first]
    assert await listed("kind=tn-options") == [newest, later, first]
    assert await listed("state=failed") == []


async def test_pages_stay_right_while_orders_are_added_and_change_state(world):
    ids = await submit_many(world, 6)
    seen = []

    async for page in pages(world, f"{world.orders}?limit=2"):
        seen += [each["id"] for each in page]
        await world.submit()
        await world.turn()

    assert seen == ids


async def test_pages_of_one_state_miss_no_order_that_keeps_it(world):
    ids = await submit_many(world, 6)
    seen = []

    async for page in pages(world, f"{world.orders}?limit=2&state=accepted"):
        seen += [each["id"] for each in page]
        for each in seen:  # the cursor's own order leaves the list, with all others
            await world.ended(each)
        break
    rest = [each["id"] async for page in pages(world, f"{world.orders}?limit=2&state=complete") for each in page]

    assert seen == ids[:2]
    assert set(seen) <= set(rest)


async def test_a_cursor_whose_own_order_left_the_list_still_leads_on(world):
    first, second, third = (await submit_many(world, 3))[::-1]
    page = (await world.api.get(f"{world.orders}?limit=1&state=accepted")).json()
    assert [each["id"] for each in page["orders"]] == [third]
    (claim,) = await world.desk.book.claim(world.account, [third], "submit")
    await world.errands.run(claim)
    assert (await world.order(third))["state"] != "accepted"

    rest = [each["id"] async for part in pages(world, page["next"]) for each in part]

    assert rest == [second, first]


async def test_an_orders_numbers_come_in_its_own_sequence_a_page_at_a_time(world):
    wanted = [f"201555{at:04d}" for at in range(25, 0, -1)]
    order = await world.submit([{"telephone_numbers": wanted, "sms": "on"}])
    start = f"{order['links']['numbers']}?limit=10"

    found = [[each["telephone_number"] for each in page] async for page in pages(world, start, "numbers")]

    assert found == [wanted[:10], wanted[10:20], wanted[20:]]


async def test_a_limit_out_of_range_is_400_and_says_the_range(world):
    order = await world.submit()
    for limit in ["0", "-1", "251", "1001", "x", "", "1.0", "1e2", " 1", "+1", "٣", "9" * 5000]:
        for path, most in ((world.orders, 250), (order["links"]["numbers"], 1000)):
            if limit == "251" and most == 1000:
                continue
            answer = await world.api.get(path, params={"limit": limit})
            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert error == {"pointer": "?limit", "detail": f"give a number from 1 to {most}", "code": None}


async def test_the_longest_pages_are_taken(world):
    order = await world.submit()

    assert (await world.api.get(world.orders, params={"limit": 250})).status_code == 200
    assert (await world.api.get(order["links"]["numbers"], params={"limit": 1000})).status_code == 200


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


async def test_a_cursor_that_is_made_up_is_400(world):
    order = await world.submit()
    for cursor in [
        "",
        "x",
        "=",
        "====",
        "é",
        "\x00",
        encoded(""),
        encoded("1"),
        encoded("-1"),
        encoded("9" * 5000),
        "A" * 20000,
        encoded("019376c8-1f5e-7000-8000-000000000000"),
        encoded("["),
        encoded("(+"),
        encoded("-"),
        encoded("x" * 10),
    ]:
        for path in (world.orders, order["links"]["numbers"]):
            answer = await world.api.get(path, params={"cursor": cursor})
            assert answer.status_code == 400, path
            assert [each["pointer"] for each in answer.json()["errors"]] == ["?cursor"]


async def test_a_cursor_of_another_list_is_400(world):
    orders = [
        await world.submit([{"telephone_numbers": [f"20155512{at}{last}" for last in (0, 1)], "sms": "on"}])
        for at in (2, 3)
    ]
    lists = [f"{order['links']['numbers']}?limit=1" for order in orders]
    lists += [f"{world.orders}?limit=1{more}" for more in ("", "&state=accepted", "&kind=tn-options")]
    nexts = [(await world.api.get(each)).json()["next"] for each in lists]

    for at, where in enumerate(lists):
        for other, leads in enumerate(nexts):
            cursor = leads.partition("cursor=")[2]
            answer = await world.api.get(f"{where}&cursor={cursor}")
            assert answer.status_code == (200 if at == other else 400), (where, leads)


async def test_the_limit_may_change_between_pages(world):
    ids = await submit_many(world, 4)
    first = (await world.api.get(f"{world.orders}?limit=1")).json()

    rest = (await world.api.get(first["next"].replace("limit=1", "limit=50"))).json()

    assert [each["id"] for each in rest["orders"]] == ids[1:]


async def test_a_state_or_kind_that_is_none_is_400_and_names_those_there_are(world):
    for query in ["state=nonsense", "state=", "state=Complete", "kind=nonsense", "kind=%00"]:
        answer = await world.api.get(f"{world.orders}?{query}")
        name = query.partition("=")[0]
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["pointer"] == f"?{name}"
        assert {"state": "needs_attention", "kind": "tn-options"}[name] in error["detail"]


async def test_a_parameter_that_may_come_several_times_comes_no_thousands_of_times(world):
    for name, value in (("kind", "lidb"), ("state", "open"), ("kind", "")):
        answer = await world.api.get(f"{world.orders}?{'&'.join([f'{name}={value}'] * 101)}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
        assert answer.json()["errors"] == [{"pointer": f"?{name}", "detail": "give it at most 100 times", "code": None}]
    assert (await world.api.get(f"{world.orders}?{'&'.join(['kind=lidb'] * 100)}")).status_code == 200
