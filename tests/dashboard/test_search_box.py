"""The search box: whatever names something leads to it, in whichever account it is."""

from __future__ import annotations

import sys
from html import unescape
from pathlib import Path

import bulk_steps
import pytest
import rig
from event_steps import listen
from receiver import receiver as receiving

from service.dashboard.orders import sought
from service.identifiers import new_id
from service.store import keys

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from test_callbacks_are_hints import notification

NUMBER = "2015551400"
STRANGE = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"


def account(world, part=""):
    return f"/dashboard/accounts/{world.account}{part}"


async def search(visitor, world, text):
    return await visitor.get(account(world, "/search"), params={"q": text})


async def leads(visitor, world, text):
    """Where a search leads at once."""
    answer = await search(visitor, world, text)
    assert answer.status_code == 303, (text, answer.text)
    return answer.headers["location"]


async def listed(visitor, world, text):
    answer = await search(visitor, world, text)
    assert answer.status_code == 200, (text, answer.headers)
    return unescape(answer.text)


async def submit(world, number=NUMBER, **more):
    return await world.submit([{"telephone_numbers": [number], "sms": "on"}], **more)


async def test_a_name_of_one_thing_leads_to_it_however_it_was_pasted(world, visit):
    await submit(world, "2015551401", customer_order_id="ours-1")
    order = await submit(world, customer_order_id="order-7a")
    await world.ended(order["id"])
    order = await world.order(order["id"])
    visitor, at = await visit(world, "orders:read"), account(world, f"/orders/{order['id']}")
    for text in (
        order["id"],
        f'  "{order["id"].upper()}" ',
        f"order {order['id']}",
        f"order_id: {order['id']},",
        f"https://tracker.example{order['links']['self']}/timeline",
        f"evt_{order['id']}_3",
        order["bandwidth_order_id"],
        f"Bandwidth order {order['bandwidth_order_id'].upper()}",
        "order-7a",
        "`order-7a`",
        "reference: order-7a",
    ):
        assert await leads(visitor, world, text) == at, text
    for text in (NUMBER, f"+1{NUMBER}", "(201) 555-1400", "1-201-555-1400", "number 201.555.1400"):
        assert await leads(visitor, world, text) == account(world, f"/numbers/{NUMBER}"), text
    assert await leads(visitor, world, "2015559999") == account(world, "/numbers/2015559999")


async def test_a_reference_of_several_orders_lists_them(world, visit):
    made = [await submit(world, f"20155514{at:02d}", customer_order_id="twice") for at in range(2)]
    page = await listed(await visit(world), world, " 'twice' ")
    assert all(f"/orders/{each['id']}" in page for each in made)
    assert page.count("<td>reference</td>") == 2


async def test_a_number_that_is_a_reference_too_is_a_choice(world, visit):
    await submit(world, customer_order_id=NUMBER)
    page = await listed(await visit(world), world, NUMBER)
    assert "<td>telephone number</td>" in page
    assert "<td>reference</td>" in page


async def test_batches_endpoints_and_purged_orders_are_found_by_their_ids(world, visit):
    batch = await bulk_steps.submit(world, bulk_steps.rows([NUMBER]))
    gone, visitor = new_id(), await visit(world)
    fields = {"kind": "lidb", "state": "failed", "completed_at": 1, "purged_at": 2}
    await world.desk.store.client.hset(keys.tombstone(world.account, gone), mapping=fields)
    assert await leads(visitor, world, f"batch {batch['id']}") == account(world, f"/batches/{batch['id']}")
    assert await leads(visitor, world, gone) == account(world, f"/orders/{gone}")


async def test_an_endpoint_is_found_by_its_id(valkey, visit):
    with receiving() as receiver:
        async with rig.world(valkey.url, outgoing_allow=("127.0.0.0/8",)) as world:
            endpoint = await listen(world, receiver)
            path = account(world, f"/endpoints/{endpoint['id']}")
            assert await leads(await visit(world), world, endpoint["id"]) == path


async def test_callbacks_of_an_order_that_nobody_knows_are_told_with_the_way_to_them(world, visit):
    await world.callback(notification(STRANGE, "PROCESSING"))
    await world.callback(notification(None, "PROCESSING", reference="theirs"))
    visitor = await visit(world)
    for text in (STRANGE, "theirs"):
        page = await listed(visitor, world, text)
        assert account(world, "/orphans") in page
        assert "of an order that is not known here" in page


async def test_other_accounts_of_the_token_are_searched_too_and_no_others(valkey, visit):
    accounts = (rig.new_account(), rig.new_account())
    async with rig.world(valkey.url, accounts=accounts) as world:
        order = await submit(world, customer_order_id="ours-1")
        other = f"/dashboard/accounts/{accounts[1]}/search"
        visitor = await visit(world)
        for text, found in ((order["id"], f"orders/{order['id']}"), (NUMBER, f"numbers/{NUMBER}")):
            answer = await visitor.get(other, params={"q": text})
            assert answer.headers["location"] == account(world, f"/{found}")
        stranger = await visit(world, "orders:read", accounts=[accounts[1]])
        for text in (order["id"], "ours-1"):
            page = (await stranger.get(other, params={"q": text})).text
            assert "Nothing here is called" in page
            assert f"account {accounts[1]}:" in page


async def test_what_is_nowhere_is_told_with_what_was_tried_and_nothing_with_what_can_be_looked_for(world, visit):
    visitor = await visit(world)
    hostile = "<script>alert('x')</script>\x00\r\n{" + world.account + "}:*"
    answer = await search(visitor, world, hostile)
    assert answer.status_code == 200
    assert "Nothing here is called" in answer.text
    assert "<script>alert" not in answer.text
    assert f"in account {world.account}:" in answer.text
    assert f"as the id of an order, a batch or an endpoint: <code>{STRANGE}" in await listed(visitor, world, STRANGE)
    for nothing in ("", "  ", "\x00"):
        assert "Paste anything" in await listed(visitor, world, nothing)
    long = await search(visitor, world, "ü" * (sought.LONGEST + 1))
    assert long.status_code == 400
    assert "it has 201 characters" in long.text


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("order 66", ("order 66", "66")),
        ("#INV-1,", ("#INV-1,", "INV-1")),
        ("order-7", ("order-7",)),
        ("Order ID: x", ("Order ID: x", "x")),
        ("tel:+12018551021", ("tel:+12018551021", "+12018551021")),
        ("customer_order_id=x", ("customer_order_id=x", "x")),
        ("number", ("number",)),
    ],
)
def test_what_stands_around_a_name_is_taken_away_and_the_text_is_tried_as_it_is_too(pasted, names):
    assert sought.read(pasted).names == names
