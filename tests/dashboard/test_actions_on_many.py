"""What is done to all orders that a filter finds: what fits, the list, and what became of each."""

from __future__ import annotations

import html
import re

import pytest
import rig
from store_steps import FIRST, claim, report, sent, submit

from service import selection
from service.audit import Audit

_BOXES = re.compile(r'name="order" value="([0-9a-f-]{36}:\d+)"( aria-label="[^"]*")?( checked)?')


def address(world):
    return f"/dashboard/accounts/{world.account}/orders/act"


def said(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.text)))


def boxes(answer):
    return [found[0] for found in _BOXES.findall(answer.text)]


async def submitted(world, *numbers):
    return [await submit(world, each) for each in numbers]


@pytest.fixture
async def three(world):
    """Two orders that wait, and one that Bandwidth has."""
    orders = await submitted(world, "2015557001", "2015557002", "2015557003")
    await report(world, await claim(world, orders[2]), sent(FIRST))
    return orders


async def test_a_filters_orders_are_told_apart_by_what_may_be_done_to_them(world, visit, three):
    visitor = await visit(world)
    table = await visitor.get(f"/dashboard/accounts/{world.account}/orders?state=open")
    assert f'href="{address(world)}?state=open"' in table.text

    answer = await visitor.get(f"{address(world)}?state=open")

    text = said(answer)
    assert "3 orders match" in text
    assert "Cancelfits 2 of 3" in text
    assert "2: It is withdrawn. It was never sent" in text
    assert "1: Bandwidth has this order, and takes no cancellation." in text
    assert "Retryfits none of them" in text
    assert "What failed of an order that has ended is sent again from its own page" in text
    assert "action=retry" not in answer.text
    assert f'{address(world)}?state=open&amp;action=cancel"' in answer.text


async def test_those_that_are_ticked_are_cancelled_and_each_says_what_became_of_it(world, visit, three):
    visitor = await visit(world, "orders:read", "orders:write", name="dan")
    path = f"{address(world)}?state=open"
    preview = await visitor.get(f"{path}&action=cancel")
    assert {each.partition(":")[0] for each in boxes(preview)} == {each["id"] for each in three[:2]}
    assert preview.text.count(" checked>") == 2
    assert (await visitor.get(f"{path}&action=cancel&ticked=none")).text.count(" checked>") == 0
    await world.api.post(f"{world.orders}/{three[0]['id']}/cancel")

    done = await visitor.post(path, action="cancel", order=[*boxes(preview), f"{three[2]['id']}:2"])

    assert done.status_code == 200
    assert "1 order done, 2 not" in said(done)
    assert "It has changed since it was looked at (version 1, now 2)" in said(done)
    assert "Bandwidth has this order, and takes no cancellation." in said(done)
    assert [(await world.order(each["id"]))["state"] for each in three] == ["cancelled", "cancelled", "received"]
    assert (await world.timeline(three[1]["id"]))[-1]["by"] == "dan"
    kept = await Audit(world.desk.store, world.settings).page(world.account, None, 9, "dan")
    assert [(each.action, each.subject) for each in kept.deeds] == [("cancelOrder", three[1]["id"])]
    again = await visitor.post(path, action="cancel", order=boxes(preview))
    assert "0 orders done, 2 not" in said(again)
    assert f'href="/dashboard/accounts/{world.account}/orders?state=open"' in again.text


async def test_where_more_match_than_may_be_acted_on_the_page_says_so(world, visit, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    await submitted(world, "2015557011", "2015557012", "2015557013")
    visitor = await visit(world)
    path = f"{address(world)}?state=open"

    assert "There are more: these are the newest 2." in said(await visitor.get(path))
    preview = await visitor.get(f"{path}&action=cancel")
    assert "There are more: these are the newest 2." in said(preview)
    assert len(boxes(preview)) == 2
    too_many = await visitor.post(path, action="cancel", order=[*boxes(preview), f"{boxes(preview)[0][:36]}:9"])
    assert too_many.status_code == 400
    assert "Choose 1 to 2 orders" in too_many.text


async def test_without_a_filter_nothing_is_offered(world, visit, three):
    visitor = await visit(world)
    assert "Act on these" not in (await visitor.get(f"/dashboard/accounts/{world.account}/orders")).text
    for query in ("", "?action=check", "?action=cancel&ticked=all"):
        answer = await visitor.get(address(world) + query)
        assert answer.status_code == 400
        assert "Filter the orders first" in answer.text
    none = await visitor.get(f"{address(world)}?state=failed")
    assert "No order fits this filter now." in said(none)
    assert "It fits none of them." in said(await visitor.get(f"{address(world)}?state=failed&action=check"))


@pytest.mark.parametrize("query", ["state=x", "state=open&action=retry-failed", "state=open&ticked=2", "states=open"])
async def test_an_address_that_makes_no_sense_is_refused(world, visit, query):
    assert (await (await visit(world)).get(f"{address(world)}?{query}")).status_code == 400


async def test_a_form_that_no_page_of_ours_holds_does_nothing(world, visit, three):
    visitor = await visit(world)
    order = f"{three[0]['id']}:1"
    for fields in (
        {"action": "cancel"},
        {"order": order},
        {"action": "retry-failed", "order": order},
        {"action": "cancel", "order": three[0]["id"]},
        {"action": "cancel", "order": "x" * 36 + ":1"},
        {"action": "cancel", "order": order + "1" * 20},
    ):
        assert (await visitor.post(address(world), **fields)).status_code == 400, fields
    assert (await visitor.http.post(address(world), data={"action": "cancel", "order": order})).status_code == 400
    assert (await world.order(three[0]["id"]))["state"] == "accepted"


async def test_who_may_only_read_is_refused_and_other_accounts_orders_are_unknown(world, visit, three):
    reader = await visit(world, "orders:read")
    order = f"{three[0]['id']}:1"
    table = await reader.get(f"/dashboard/accounts/{world.account}/orders?state=open")
    assert "Act on these" not in table.text
    for answer in (
        await reader.get(f"{address(world)}?state=open"),
        await reader.post(address(world), action="cancel", order=order),
    ):
        assert answer.status_code == 403
        assert "orders:write" in answer.text
    writer = await visit(world)
    elsewhere = address(world).replace(world.account, rig.new_account())
    assert (await writer.get(f"{elsewhere}?state=open")).status_code == 404
    assert (await writer.post(elsewhere, action="cancel", order=order)).status_code == 404
    strange = await writer.post(address(world), action="check", order="01a20793-86c9-7bcc-8f65-7512482b0f80:1")
    assert "There is no such order" in said(strange)
    assert (await world.order(three[0]["id"]))["state"] == "accepted"
