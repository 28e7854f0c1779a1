"""Callbacks of unknown orders as people see them, and hearing them again."""

from __future__ import annotations

import sys
from html import unescape
from pathlib import Path

import pytest

from service.dashboard.orphans import HIDDEN, MOST

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from test_callbacks_are_hints import notification

STRANGE = "0b3aa54d-0ce5-4f5b-bd75-1c30967b197f"
OTHER = "1b3aa54d-0ce5-4f5b-bd75-1c30967b197f"
HOSTILE = "</td><script>alert('ö')</script>"


def room(world, part=""):
    return f"/dashboard/accounts/{world.account}/orphans{part}"


async def test_an_account_without_orphans_says_so(world, visit):
    assert "every callback of the last 7 days has found its order" in (await (await visit(world)).get(room(world))).text


async def test_what_callbacks_said_is_shown_as_text_and_nothing_to_press_for_readers(world, visit):
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    await world.callback(notification(STRANGE, "PROCESSING", reference="theirs"))
    await world.callback(notification(None, None, reference=escaped, note=escaped).replace("said by a test", escaped))
    page = (await (await visit(world, "orders:read")).get(room(world))).text
    assert "<script>alert" not in page
    shown = unescape(page)
    assert shown.count(HOSTILE) >= 2
    for told in (
        STRANGE,
        "reference theirs",
        "PROCESSING",
        "said by a test",
        "tnoptions",
        "It is fetched",
        "tn-options",
    ):
        assert told in shown
    assert "/replay" not in page
    refused = await (await visit(world, "orders:read")).post(room(world, "/replay"), key=f"order:{STRANGE}")
    assert (refused.status_code, "admin" in refused.text) == (403, True)


@pytest.mark.parametrize(("order_type", "hidden"), [("lidb", True), ("toasts", True), ("tnoptions", False)])
async def test_words_that_may_name_people_are_shown_to_who_may_see_them(world, visit, order_type, hidden):
    told = notification(STRANGE, "COMPLETE").replace("tnoptions", order_type).replace("said by a test", "ALICE SMITH")
    await world.callback(told)
    masked = (await (await visit(world, "orders:read")).get(room(world))).text
    assert ("ALICE SMITH" in masked, HIDDEN in masked) == (not hidden, hidden)
    assert "ALICE SMITH" in (await (await visit(world, "orders:read", "read:personal")).get(room(world))).text


async def test_orphans_are_replayed_together_and_each_says_what_became_of_it(world, visit):
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    order = await world.until(order["id"], "processing")
    for known in (STRANGE, OTHER):
        await world.callback(notification(known, "COMPLETE"))
    # one of them turns out to be ours, without a word to the orphan
    await world.desk.store.client.set(f"{{{world.account}}}:bandwidth:{OTHER}", order["id"])
    visitor = await visit(world)
    keys = [f"order:{STRANGE}", f"order:{OTHER}", "reference:nobody's"]
    shown = (await visitor.get(room(world, "/replay"), params={"key": keys})).text
    assert "Replay 3 orphans" in shown
    assert all(each in unescape(shown) for each in keys)
    refused = await visitor.post(room(world, "/replay"), key=keys, proof="made up")
    assert refused.status_code == 400
    done = unescape((await visitor.post(room(world, "/replay"), key=keys)).text)
    assert "No order is known yet" in done
    assert "Its order is being fetched" in done
    assert f"/orders/{order['id']}" in done
    assert "the orphan is gone" in done
    assert "No callbacks are kept under reference:nobody's" in done
    audit = (await world.api.get(f"/v1/accounts/{world.account}/audit")).json()["deeds"]
    assert sorted((each["action"], each["subject"], each["detail"]) for each in audit) == [
        ("replayOrphan", f"order:{STRANGE}", "kept"),
        ("replayOrphan", f"order:{OTHER}", "applied"),
    ]


async def test_none_and_too_many_are_no_choice(world, visit):
    visitor = await visit(world)
    for keys in ([], [f"reference:{at}" for at in range(MOST + 1)]):
        for answer in (
            await visitor.get(room(world, "/replay"), params={"key": keys}),
            await visitor.post(room(world, "/replay"), key=keys),
        ):
            assert (answer.status_code, "nothing was done" in answer.text) == (400, True)


async def test_pages_lead_to_the_last(world, visit):
    for at in range(MOST + 1):
        await world.callback(notification(None, "COMPLETE", reference=f"ö {at} / ?&amp;="))
    visitor = await visit(world)
    page = (await visitor.get(room(world))).text
    following = unescape(page.partition('aria-label="Pages"')[2].partition('href="')[2].partition('"')[0])
    rest = (await visitor.get(following)).text
    assert (page.count("no id told"), rest.count("no id told")) == (MOST, 1)
    assert (await visitor.get(room(world), params={"cursor": "bm9uc2Vuc2U="})).status_code == 400
