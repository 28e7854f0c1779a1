"""The table of orders: what its rows tell, its filters and views, its pages, and the fragments that keep it live."""

from __future__ import annotations

import asyncio
import re
import time
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import rig
from ending_steps import end
from listening_steps import Stream

from service.clients.registrar import Registrar
from service.dashboard.orders import table
from service.doorway import event_response
from service.identifiers import new_id
from service.lifecycle import State
from service.order import Outcome, Remark
from service.store import keys
from service.times import DAY_MS, iso

HOSTILE = "</td><script>alert('x')</script>"
LINE = "2015551300"


def room(world, part=""):
    return f"/dashboard/accounts/{world.account}/orders{part}"


async def shown(visitor, world, part="", **query):
    answer = await visitor.get(room(world, part), params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def ids(html):
    return re.findall(r'<tr data-id="([^"]+)"', html)


def row_of(html, order):
    return html.partition(f'<tr data-id="{order["id"]}"')[2].partition("</tr>")[0]


async def submit(world, number=LINE, **more):
    return await world.submit([{"telephone_numbers": [number], "sms": "on"}], **more)


async def failed(world, number, text="Telephone number is not available."):
    order = await submit(world, number)
    errors = (Remark(text, "5076", (number,), 1), Remark("More.", "5077"))
    await end(world, order["id"], {}, Outcome("failed", "5076", text), State.FAILED, errors=errors)
    return order


async def test_rows_tell_what_happened_last_and_why_an_order_does_not_move(world, visit):
    first = await submit(world, customer_order_id="ours-1")
    held = await submit(world)
    later = await submit(world, "2015551301", not_before=iso(round(time.time() * 1000) + 5 * DAY_MS))
    wrong = await failed(world, "2015551302", HOSTILE)
    page = await shown(await visit(world, "orders:read"), world)
    assert ids(page) == [each["id"] for each in (wrong, later, held, first)]
    assert HOSTILE not in page
    rows = {each["id"]: words(row_of(page, each)) for each in (first, held, later, wrong)}
    assert "ours-1" in rows[first["id"]]
    assert f"…{held['id'][-8:]}" in rows[held["id"]]
    assert f"waits behind …{first['id'][-8:]}" in rows[held["id"]]
    assert "waits: whoever submitted it" in rows[later["id"]]
    assert "not_before" not in rows[later["id"]]
    assert re.search(r"\( in [45] d \)", rows[later["id"]])
    assert f"5076: {HOSTILE} (and 1 more)" in rows[wrong["id"]]
    assert 'title="0 complete, 1 failed, of 1"' in row_of(page, wrong)
    assert f'href="orders/{first["id"]}"' in row_of(page, first)


async def test_what_bandwidth_repeats_of_people_is_masked_unless_somebody_may_see_it(world, visit):
    group = {"telephone_numbers": [LINE], "subscriber_information": "Ann Berg", "use_type": "RESIDENTIAL"}
    order = await world.submit([group | {"visibility": "PUBLIC"}], kind="lidb")
    errors = (Remark("The name Ann Berg is refused.", "5001"),)
    await end(world, order["id"], {}, Outcome("failed"), State.FAILED, errors=errors)
    assert "Berg" not in await shown(await visit(world, "orders:read"), world)
    assert "Ann Berg is refused" in await shown(await visit(world, "orders:read", "read:personal"), world)


async def test_older_orders_are_a_page_further_and_the_newest_a_page_back(world, visit, monkeypatch):
    monkeypatch.setattr(table, "MOST", 2)
    made = [(await submit(world, f"20155513{at:02d}"))["id"] for at in range(5)]
    visitor, seen, path = await visit(world), [], room(world)
    for _ in range(3):
        page = (await visitor.get(path)).text
        seen += ids(page)
        path = unescape(page.partition('rel="next"')[0].rpartition('href="')[2].rstrip('" '))
        assert ("Newest" in page) == (len(seen) > 2)
    assert seen == made[::-1]
    assert 'rel="next"' not in page


async def test_an_empty_account_says_what_will_be_here(world, visit):
    assert "No order yet" in await shown(await visit(world), world)


async def test_filters_leave_what_is_asked_for_and_each_can_be_taken_away_again(world, visit):
    one = await submit(world, "2015551301", customer_order_id="ours-1")
    two = await failed(world, "2015551302")
    visitor = await visit(world)
    for query, found in (
        ({"telephone_number": "(201) 555-1301"}, [one]),
        ({"customer_order_id": "ours-1"}, [one]),
        ({"state": "failed"}, [two]),
        ({"state": ["open", "failed"]}, [two, one]),
        ({"error_code": "5077"}, [two]),
        ({"kind": "lidb"}, []),
        ({"origin": "api", "kind": "tn-options", "state": "open"}, [one]),
        ({"created_to": "2020-01-01T00:00:00Z"}, []),
        ({"batch_id": new_id()}, []),
        ({"bandwidth_order_id": "nobody"}, []),
    ):
        page = await shown(visitor, world, **query)
        assert ids(page) == [each["id"] for each in found], query
        assert page.count('aria-label="Remove ') == sum(len([v] if isinstance(v, str) else v) for v in query.values())
    page = await shown(visitor, world, state=["open", "failed"], kind="tn-options")
    without = re.search(r'href="([^"]+)" aria-label="Remove state open"', page)[1]
    assert parse_qs(urlsplit(unescape(without)).query) == {"state": ["failed"], "kind": ["tn-options"]}


async def test_views_count_the_orders_of_each_state_and_lead_to_them(world, visit):
    await submit(world, "2015551301")
    await failed(world, "2015551302")
    visitor = await visit(world)
    page = await shown(visitor, world)
    assert "All 2 Open 1 Went wrong 1 accepted 1 needs attention 0 failed 1" in words(page)
    assert f'href="{room(world)}?state=failed" class="bad"' in page
    assert 'aria-current="page">All' in page
    wrong = unescape(re.search(r'href="([^"]+)">Went wrong', page)[1])
    page = (await visitor.get(wrong)).text
    assert 'aria-current="page">Went wrong' in page
    assert "<title>Orders: failed, partial, rejected · Order tracker</title>" in page
    assert len(ids(page)) == 1
    assert "All 0 Open 0" in words(await shown(visitor, world, kind="lidb"))


async def test_what_was_created_of_late_is_one_click_away_and_keeps_the_other_filters(world, visit):
    old, new = await failed(world, "2015551301"), await failed(world, "2015551302")
    half_a_day_ago = round(time.time() * 1000) - DAY_MS // 2
    await world.desk.store.client.hset(keys.order(world.account, old["id"]), "created_at", half_a_day_ago)
    visitor = await visit(world)
    page = await shown(visitor, world, state="failed", created_to="2020-01-01T00:00:00Z")
    assert ids(page) == []
    for text, found in (("hour", [new]), ("day", [new, old]), ("week", [new, old])):
        since = unescape(re.search(rf'href="([^"]+)">{text}<', page)[1])
        assert set(parse_qs(urlsplit(since).query)) == {"state", "created_from"}
        assert ids((await visitor.get(since)).text) == [each["id"] for each in found], text


async def test_an_address_is_tidied_from_what_a_form_leaves_in_it(world, visit):
    visitor = await visit(world)
    query = {"telephone_number": " ", "state": "open", "created_from": "2026-01-31T12:00", "created_to": "2026-02-01"}
    answer = await visitor.get(room(world), params={**query, "customer_order_id": " ours "})
    assert answer.status_code == 303
    tidy = "state=open&created_from=2026-01-31T12%3A00%3A00Z&created_to=2026-02-01T00%3A00%3A00Z&customer_order_id=ours"
    assert answer.headers["location"] == f"{room(world)}?{tidy}"
    page = (await visitor.get(answer.headers["location"])).text
    assert 'type="datetime-local" name="created_from" value="2026-01-31T12:00"' in page
    assert "created from: 2026-01-31 12:00 UTC" in words(page)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("telephone_number", "12", "Number: it is not a telephone number"),
        ("state", "gone", "State: give one of"),
        ("kind", HOSTILE, "Kind: give one of"),
        ("created_from", "yesterday", "Created from: it is not a time"),
        ("created_to", "2026-02-31T00:00:00Z", "Created before: it is a time that no calendar"),
        ("batch_id", "x", "Batch: take it from"),
        ("customer_order_id", "a\x00b", "Reference: give 1 to 100"),
        ("error_code", "5" * 101, "Error code: give 1 to 100"),
        ("origin", "nowhere", "Origin: give one of"),
        ("cursor", "made-up", "The place in this list: take it from"),
    ],
)
async def test_a_wrong_filter_is_told_beside_the_form_that_keeps_it(world, visit, name, value, said):
    await submit(world)
    answer = await (await visit(world)).get(room(world), params={name: value})
    assert answer.status_code == 400
    assert said in words(answer.text)
    assert HOSTILE not in answer.text
    assert ids(answer.text) == []
    assert 'id="orders"' not in answer.text


async def test_rows_come_as_they_are_now_and_tell_whether_they_still_fit(world, visit):
    one, two = await submit(world, "2015551301"), await failed(world, "2015551302")
    visitor = await visit(world, "orders:read")
    part = await shown(visitor, world, "/rows", id=[one["id"], two["id"], new_id()], state="open", newest=one["id"])
    assert ids(part) == [one["id"], two["id"]]
    assert re.findall(r'class="left"', part) == ['class="left"']
    assert 'data-newer="0"' in part
    assert 'data-newer="1"' in await shown(visitor, world, "/rows", newest=one["id"])
    assert re.search(r'data-place="[0-9]+-[0-9]+"', part)
    assert f'href="{room(world)}?state=failed"' in part
    for wrong in ({"id": "x"}, {"id": [new_id()] * 51}, {"newest": ""}, {"state": "x"}, {"cursor": "x"}):
        assert (await visitor.get(room(world, "/rows"), params=wrong)).status_code == 400, wrong


async def test_nobody_sees_rows_or_events_of_another_account_or_without_having_signed_in(world, visit):
    order = await submit(world)
    visitor = await visit(world, "orders:read")
    for part in ("", "/rows", "/events"):
        elsewhere = f"/dashboard/accounts/{rig.new_account()}/orders{part}"
        assert (await visitor.get(elsewhere)).status_code == 404
        assert (await visitor.post(room(world, part))).status_code == 405
    await world.desk.store.client.hset(keys.order(rig.new_account(), order["id"]), mapping={"state": "failed"})
    visitor.http.cookies.clear()
    for part in ("/rows", "/events"):
        answer = await visitor.get(room(world, part), headers={"Sec-Fetch-Dest": "empty"})
        assert (answer.status_code, answer.headers["content-type"][:10]) == (401, "text/plain")


async def test_a_stream_goes_to_whoever_has_signed_in_until_its_token_is_revoked(world, visit, monkeypatch):
    monkeypatch.setattr(event_response, "STILL_SECONDS", 0.05)
    visitor = await visit(world, "orders:read", name=f"leaves-{world.account}")
    async with visitor.http.stream("GET", room(world, "/events"), params={"type": "order.accepted"}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        order = await submit(world)
        assert (await stream.event())["data"]["data"]["order_id"] == order["id"]
        await Registrar(world.desk.store, world.settings, "tests").revoke(f"leaves-{world.account}")
        async with asyncio.timeout(10):
            await stream.end()
    for wrong in ({"type": "x"}, {"last_event_id": "x"}, {"order_id": "x"}, {"nothing": "1"}):
        assert (await visitor.get(room(world, "/events"), params=wrong)).status_code in (303, 400)


async def test_the_first_page_of_one_account_is_its_orders_and_of_several_their_standings(valkey, visit):
    accounts = (rig.new_account(), rig.new_account())
    async with rig.world(valkey.url, accounts=accounts) as world:
        await failed(world, "2015551301")
        await submit(world, "2015551302")
        both, one = await visit(world), await visit(world, "orders:read", accounts=[accounts[0]])
        assert (await one.get("/dashboard")).headers["location"] == room(world)
        assert (await both.get("/dashboard")).headers["location"] == "/dashboard/accounts"
        page = words((await both.get("/dashboard/accounts")).text)
        assert re.search(rf"{accounts[0]} 0 1 .* accepted 2 {accounts[1]} 0 0 none 0", page)
        assert accounts[1] not in (await one.get("/dashboard/accounts")).text
        strange = rig.new_account()
        registrar = Registrar(world.desk.store, world.settings.model_copy(update={"accounts": (strange,)}), "tests")
        token = await registrar.create(f"of-{strange}", [strange], ["orders:read"], None)
        lost = await both.http.post("/dashboard/sign-in", data={"token": token})
        assert lost.status_code == 303
        assert (await both.get("/dashboard")).status_code == 404
        assert "no account" in (await both.get("/dashboard/accounts")).text
