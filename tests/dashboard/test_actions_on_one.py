"""What is done to one order from a page: previews, deeds, and refusals in words."""

from __future__ import annotations

import html
import re

import pytest
import rig
from store_steps import FIRST, claim, later, report, sent, submit

from service.audit import Audit
from service.lifecycle import Source, State
from service.order import Attention
from service.report import Report

FORBIDDEN = Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=Attention("forbidden", "Ask."))
ACTIONS = ("check", "retry", "step-aside", "cancel")


def address(world, order, action=None):
    path = f"/dashboard/accounts/{world.account}/orders/{order['id']}"
    return f"{path}/{action}" if action else path


def said(answer):
    return html.unescape(answer.text)


def version(answer):
    return re.search(r'name="version" value="(\d+)"', answer.text)[1]


async def previewed(visitor, path):
    """Look at a preview; returns the fields of its form."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return {"version": version(answer)}


async def state(world, order):
    return (await world.order(order["id"]))["state"]


async def needing_a_person(world, number):
    order = await submit(world, number)
    await report(world, await claim(world, order), FORBIDDEN)
    return order


async def deeds(world):
    page = await Audit(world.desk.store, world.settings).page(world.account, None, 9)
    return [(each.by, each.action, each.subject) for each in page.deeds]


async def test_an_order_is_cancelled_as_its_preview_said_and_all_is_told(world, visit, lines):
    order, behind = await submit(world, "2015556001"), await submit(world, "2015556001")
    visitor = await visit(world, "orders:read", "orders:write", name="ann")
    path = address(world, order, "cancel")

    preview = await visitor.get(path)
    assert "It was never sent: Bandwidth does not hear of it. Orders that wait for it go on." in said(preview)
    assert "It cannot be undone" in said(preview)
    assert behind["id"] in preview.text
    assert await state(world, order) == "accepted"
    done = await visitor.post(path, version=version(preview))

    assert (done.status_code, done.headers["location"]) == (303, address(world, order))
    shown = said(await visitor.get(address(world, order)))
    assert "<b>Cancelled</b> by ann" in shown
    assert "/cancel" not in shown
    entry = (await world.timeline(order["id"]))[-1]
    assert (entry["event"], entry["by"], entry["source"]) == ("cancelled", "ann", "operator")
    assert await deeds(world) == [("ann", "cancelOrder", order["id"])]
    logged = next(each for each in lines.getvalue().splitlines() if '"order.decided"' in each)
    assert '"decision": "cancel"' in logged
    assert '"state_before": "accepted"' in logged
    assert (await world.order(behind["id"]))["held_by"] is None


async def test_a_form_sent_twice_acts_once_and_says_how_the_order_is_now(world, visit):
    order = await submit(world, "2015556011")
    visitor = await visit(world, name="bob")
    path = address(world, order, "cancel")
    fields = await previewed(visitor, path)

    assert (await visitor.post(path, **fields)).status_code == 303
    again = await visitor.post(path, **fields)

    assert again.status_code == 409
    assert "Nothing was done." in again.text
    assert "It has changed since you saw it" in again.text
    assert "cancelled by" in again.text
    assert len(await world.timeline(order["id"])) == 2


async def test_an_order_that_changed_is_previewed_again_as_it_is_now(world, visit):
    order = await submit(world, "2015556021")
    visitor = await visit(world)
    path = address(world, order, "cancel")
    fields = await previewed(visitor, path)
    await report(world, await claim(world, order), FORBIDDEN)

    stale = await visitor.post(path, **fields)

    assert stale.status_code == 409
    assert "needs attention" in stale.text
    assert await state(world, order) == "needs_attention"
    assert (await visitor.post(path, version=version(stale))).status_code == 303
    assert await state(world, order) == "cancelled"
    for wrong in ({}, {"version": ""}, {"version": "x"}):
        assert (await visitor.post(path, **wrong)).status_code == 409


async def test_an_order_that_needs_a_person_is_taken_up_again(world, visit):
    order = await needing_a_person(world, "2015556031")
    visitor = await visit(world)
    path = address(world, order, "retry")

    preview = await visitor.get(path)
    assert "It is sent again: Bandwidth has nothing of it." in said(preview)
    assert "<b>To do:</b> Ask." in said(preview)
    assert (await visitor.post(path, version=version(preview))).status_code == 303

    assert await state(world, order) == "accepted"
    assert "<b>Taken up again</b>" in (await visitor.get(address(world, order))).text


async def test_a_check_needs_no_version_and_is_told_on_the_timeline(world, visit):
    order = await submit(world, "2015556041")
    await report(world, await claim(world, order), sent(FIRST))
    visitor = await visit(world, "orders:read", "orders:write", name="cleo")
    path = address(world, order, "check")

    assert "Only what Bandwidth says changes it." in said(await visitor.get(path))
    assert (await visitor.post(path, version="1")).status_code == 303

    entry = (await world.timeline(order["id"]))[-1]
    assert (entry["event"], entry["by"]) == ("check_asked", "cleo")
    shown = (await visitor.get(address(world, order))).text
    assert "<b>A check was asked for</b> by cleo" in shown
    assert await deeds(world) == [("cleo", "checkOrder", order["id"])]


async def test_what_stands_in_the_way_steps_aside_with_its_risk_told(world, visit):
    order, behind = await submit(world, "2015556051"), await submit(world, "2015556051")
    await report(world, await claim(world, order), sent(FIRST))
    visitor = await visit(world)
    path = address(world, order, "step-aside")

    preview = await visitor.get(path)
    assert "at your risk" in said(preview)
    assert "11020, 16103, 5146, 409" in said(preview)
    assert behind["id"] in preview.text
    assert (await visitor.post(path, version=version(preview))).status_code == 303

    assert (await world.order(behind["id"]))["held_by"] is None
    assert await state(world, order) == "received"
    assert "<b>Stepped aside</b>" in (await visitor.get(address(world, order))).text


async def test_a_decision_that_comes_while_a_worker_looks_is_offered_again(world, visit):
    order = await submit(world, "2015556056")
    await submit(world, "2015556056")
    await report(world, await claim(world, order), sent(FIRST))
    visitor = await visit(world)
    path = address(world, order, "step-aside")
    preview = await visitor.get(path)
    later(world, 3600)
    assert await claim(world, order, "check")

    refused = await visitor.post(path, version=version(preview))

    assert refused.status_code == 409
    assert "A worker has just looked at this order" in said(refused)
    assert version(refused) == version(preview)


async def test_an_order_offers_what_makes_sense_and_says_why_not_the_rest(world, visit):
    order = await submit(world, "2015556061")
    await report(world, await claim(world, order), sent(FIRST))
    visitor = await visit(world)

    shown = said(await visitor.get(address(world, order)))

    assert [each for each in ACTIONS if f'href="{address(world, order, each)}"' in shown] == ["check"]
    assert "Not possible now: retry, step aside, cancel" in shown
    assert "Bandwidth has this order, and takes no cancellation." in shown
    for action in ("retry", "step-aside", "cancel"):
        for answer in (
            await visitor.get(address(world, order, action)),
            await visitor.post(address(world, order, action), version="2"),
        ):
            assert answer.status_code == 409
            assert "<button" not in answer.text.partition("<main")[2]


async def test_a_deed_is_told_to_whoever_did_it_alone_and_only_just_then(world, visit, monkeypatch):
    order = await submit(world, "2015556066")
    await world.api.post(f"{world.orders}/{order['id']}/cancel")
    other = await visit(world, "orders:read", "orders:write")
    doer = await visit(world)

    assert "just-done" not in (await other.get(address(world, order))).text
    assert "just-done" in (await doer.get(address(world, order))).text
    monkeypatch.setattr("service.dashboard.actions.offers._FRESH_MS", -1)
    assert "just-done" not in (await doer.get(address(world, order))).text


async def test_whoever_may_only_read_is_offered_nothing_and_refused_in_words(world, visit):
    order = await submit(world, "2015556071")
    reader = await visit(world, "orders:read")

    shown = (await reader.get(address(world, order))).text

    assert not [each for each in ACTIONS if f"/{each}" in shown.partition("<main")[2]]
    assert "Not possible now" not in shown
    for action in ACTIONS:
        for answer in (
            await reader.get(address(world, order, action)),
            await reader.post(address(world, order, action), version="1"),
        ):
            assert answer.status_code == 403
            assert "orders:write" in answer.text
    assert await state(world, order) == "accepted"


@pytest.mark.parametrize("action", ACTIONS)
async def test_nothing_is_done_by_a_form_of_nobody_to_an_order_of_nobody_or_with_a_made_up_query(world, visit, action):
    order = await submit(world, "2015556081")
    visitor = await visit(world)
    path = address(world, order, action)
    strange = {"id": "01a20793-86c9-7bcc-8f65-7512482b0f80"}

    assert (await visitor.http.post(path, data={"version": "1"})).status_code == 400
    assert (await visitor.post(f"{path}?done=1", version="1")).status_code == 400
    other = path.replace(world.account, rig.new_account())
    for elsewhere in (other, address(world, strange, action)):
        assert (await visitor.get(elsewhere)).status_code == 404
        assert (await visitor.post(elsewhere, version="1")).status_code == 404
    assert len(await world.timeline(order["id"])) == 1
