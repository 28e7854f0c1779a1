"""Selections: a filter's orders, looked at before one action is done to each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rig
from store_steps import FIRST, claim, report, sent

from service import selection, wiring
from service.audit import Audit
from service.lifecycle import Source, State
from service.order import Attention
from service.prospects import Action
from service.report import Report
from service.selection import Seen
from service.store.wanted import Wanted

REFUSED = Report(Source.SUBMIT, "forbidden", state=State.NEEDS_ATTENTION, attention=Attention("forbidden", "Ask."))


async def submit(world, *numbers):
    return [await world.submit([{"telephone_numbers": [each], "sms": "on"}]) for each in numbers]


async def look(world, action, **wanted):
    return await selection.look(world.desk, [world.account], Wanted(**wanted), action)


async def act(world, action, chosen):
    return await selection.act(world.desk, [world.account], action, chosen, "ann")


def seen(sights):
    return [each.seen for each in sights]


def ids(sights):
    return {each.seen.order_id for each in sights}


async def test_a_filters_orders_are_told_apart_and_those_that_fit_are_withdrawn(world):
    waiting, other, at_bandwidth = await submit(world, "2015554001", "2015554002", "2015554003")
    await report(world, await claim(world, at_bandwidth), sent())

    found = await look(world, Action.CANCEL, kinds=frozenset({"tn-options"}))

    assert (len(found.sights), ids(found.fitting), found.more) == (3, {waiting["id"], other["id"]}, False)
    assert found.reasons == [("Bandwidth has this order, and takes no cancellation.", 1)]
    assert ids(found.unfit) == {at_bandwidth["id"]}
    assert found.effects == [("It is withdrawn. It was never sent: Bandwidth does not hear of it.", 2)]
    done = await act(world, Action.CANCEL, seen(found.fitting))
    assert [(each.state, each.why) for each in done] == [(State.CANCELLED, None)] * 2
    entry = (await world.timeline(waiting["id"]))[-1]
    assert (entry["event"], entry["by"]) == ("cancelled", "ann")
    deeds = (await Audit(world.desk.store, world.settings).page(world.account, None, 9)).deeds
    assert {(each.by, each.action, each.subject) for each in deeds} == {
        ("ann", "cancelOrder", each["id"]) for each in (waiting, other)
    }


async def test_each_order_is_decided_as_it_was_seen_and_no_refusal_stops_the_others(world):
    moved, still, gone = await submit(world, "2015554011", "2015554012", "2015554013")
    for each in (moved, still, gone):
        await report(world, await claim(world, each), REFUSED)
    found = await look(world, Action.RETRY, states=frozenset({State.NEEDS_ATTENTION}))
    assert [(each.kind, each.total, each.attention) for each in found.fitting] == [("tn-options", 1, "forbidden")] * 3
    chosen = seen(found.fitting)
    await world.api.post(f"{world.orders}/{moved['id']}/cancel")
    unknown = replace(chosen[0], order_id="01a20793-86c9-7bcc-8f65-7512482b0f80")
    strange = replace(chosen[0], account_id="1")

    done = {each.seen: each for each in await act(world, Action.RETRY, [*chosen, *chosen, unknown, strange])}

    assert len(done) == 5
    of = {each.order_id: done[each] for each in chosen}
    assert [of[each["id"]].state for each in (still, gone)] == [State.ACCEPTED] * 2
    assert of[moved["id"]].why.startswith("It has changed since it was looked at")
    assert {done[unknown].why, done[strange].why} == {"There is no such order, or it was purged."}


async def test_orders_are_looked_at_now_together(world):
    orders = await submit(world, "2015554021", "2015554022")
    await report(world, await claim(world, orders[0]), sent(FIRST))

    found = await look(world, Action.CHECK)
    done = await act(world, Action.CHECK, seen([*found.fitting, *found.unfit]))

    assert [each.state for each in done] == [State.RECEIVED, None]
    assert "nothing to look at yet" in done[1].why
    assert (await world.timeline(orders[0]["id"]))[-1]["event"] == "check_asked"


async def test_those_for_which_others_wait_step_aside(world):
    first, behind, alone = await submit(world, "2015554031", "2015554031", "2015554032")

    found = await look(world, Action.STEP_ASIDE)

    assert ids(found.fitting) == {first["id"]}
    assert found.reasons == [("No order waits for this one: it stands in nobody's way.", 2)]
    (done,) = await act(world, Action.STEP_ASIDE, seen(found.fitting))
    assert done.state == State.HELD
    assert (await world.order(first["id"]))["held_by"] == behind["id"]
    assert alone


async def test_no_more_orders_are_found_than_may_be_acted_on(world, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 3)
    monkeypatch.setattr(selection, "_PAGE", 2)
    await submit(world, *(f"20155540{each}" for each in range(41, 45)))

    found = await look(world, Action.CANCEL)

    assert (len(found.fitting), found.more) == (3, True)
    with pytest.raises(ValueError, match="At most 3"):
        await act(world, Action.CANCEL, [*seen(found.fitting), Seen(world.account, "another", 1)])
    with pytest.raises(ValueError, match="one order at a time"):
        await act(world, Action.RETRY_FAILED, seen(found.fitting))


async def test_once_the_store_stops_answering_no_further_order_is_tried(world, monkeypatch):
    await submit(world, *(f"20155540{each}" for each in range(51, 54)))
    found = await look(world, Action.CANCEL)
    monkeypatch.setattr(selection, "_AT_ONCE", 1)
    away = wiring.build(rig.settings_for(f"redis://127.0.0.1:{rig.free_port()}/0", world.account))

    done = await selection.act(away, [world.account], Action.CANCEL, seen(found.fitting), "ann")

    await away.close()

    assert [each.state for each in done] == [None] * 3
    assert done[0].why.startswith("The store gave no answer")
    assert {each.why for each in done[1:]} == {"Not tried: the store has stopped answering."}
    assert (await look(world, Action.CANCEL)).fitting == found.fitting
