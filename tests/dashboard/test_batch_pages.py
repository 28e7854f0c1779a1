"""Batches as people see them: how far each is, and which rows are wrong."""

from __future__ import annotations

import csv
import json
import re
import uuid
from html import unescape

from bulk_steps import NUMBERS, accept, ended, ndjson, rows, submit

HOSTILE = "<script>alert(1)</script>"


def room(world, made=None):
    return f"/dashboard/accounts/{world.account}/batches" + (f"/{made['id']}" if made else "")


async def test_an_account_without_batches_says_how_one_is_made(world, visit):
    visitor = await visit(world, "orders:read")
    assert "/orders/KIND/bulk" in (await visitor.get(room(world))).text
    unknown = await visitor.get(room(world, {"id": str(uuid.uuid4())}))
    assert (unknown.status_code, "purged with the last of its orders" in unknown.text) == (404, True)


async def test_a_batch_is_followed_from_its_plan_to_its_end(world, visit):
    made = await submit(world, rows(NUMBERS[:4]), order_size=2)
    visitor = await visit(world, "orders:read")
    planned = (await visitor.get(room(world, made))).text
    assert 'data-live="open"' in planned
    assert "0 of 2 made" in planned
    await accept(world)
    assert "2 of 2 made" in (await visitor.get(room(world, made))).text
    await ended(world, made)
    page = unescape((await visitor.get(room(world, made))).text)
    assert 'data-live="ended"' in page
    assert "4: 4 complete, 0 failed, 0 cancelled, 0 refused, 0 pending" in page
    assert f"/orders?batch_id={made['id']}&state=complete" in page
    listed = (await visitor.get(room(world))).text
    assert made["id"] in listed
    assert "2 of 2" in listed


async def test_wrong_rows_are_told_by_line_page_by_page_and_as_a_file_and_as_text(world, visit, monkeypatch):
    monkeypatch.setattr("service.dashboard.wrong_rows._AT_ONCE", 25)
    wrong = ndjson(*({"telephone_number": f"{HOSTILE}{at}", "sms": "on"} for at in range(60)))
    made = await submit(world, rows(NUMBERS[:1]) + wrong + json.dumps({HOSTILE: 1}).encode())
    visitor = await visit(world, "orders:read")
    where, lines, pages = room(world, made), [], 0
    while where:
        page = (await visitor.get(where)).text
        assert HOSTILE not in page
        lines += re.findall(r'data-label="Line">(\d+)<', page)
        where = unescape(next(iter(re.findall(r'href="([^"]+cursor=[^"]+)"', page)), ""))
        pages += 1
    assert pages == 2
    assert sorted(set(map(int, lines))) == list(range(2, 63))
    assert unescape(page).count(f"{room(world, made)}/wrong-rows.csv") == 1
    file = await visitor.get(room(world, made) + "/wrong-rows.csv")
    head, *found = csv.reader(file.text.splitlines())
    assert head == ["line", "where", "what_to_do", "code", "refused_order_id"]
    assert [int(line) for line, *_ in found] == sorted(map(int, lines))
    assert found[0][1] == "/telephone_number"
    assert f'filename="batch-{made["id"]}-wrong-rows.csv"' in file.headers["content-disposition"]
    assert "61 wrong" in (await visitor.get(room(world))).text
    for path in (room(world), room(world, made)):
        assert (await visitor.get(path, params={"cursor": "bm9uc2Vuc2U="})).status_code == 400
