"""An order of 5,000 numbers: pages, filters, search, and files for spreadsheets."""

from __future__ import annotations

import csv
import io
import re

import pytest
from ending_steps import end

from service.kinds import shelf
from service.lifecycle import State
from service.order import Outcome

NUMBERS = [f"20170{n:05d}" for n in range(5_000)]
FAILED = NUMBERS[7::1000]


@pytest.fixture
async def large(world):
    made = await world.submit([{"telephone_numbers": NUMBERS, "sms": "on"}])
    unknown = Outcome("failed", "5071", "=HYPERLINK(\"x\"), 'quoted'\r\nand long", retryable=False)
    await end(world, made["id"], dict.fromkeys(FAILED, unknown) | {NUMBERS[8]: Outcome("complete", warning="+SMS")})
    return f"/dashboard/accounts/{world.account}/orders/{made['id']}"


def rows(page):
    return re.findall(r"/numbers/(\d{10})\">\(", page.split('<table class="numbers">')[-1])


def linked(page, rel):
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
    return found and found[1].replace("&amp;", "&")


async def test_five_thousand_numbers_are_paged_filtered_and_found(world, visit, large):
    visitor = await visit(world, "orders:read")
    first = (await visitor.get(large)).text
    assert rows(first) == NUMBERS[:50]
    assert len(first) < 100_000
    assert "1 to 50 of 5,000" in first
    # five of five thousand are seen all the same
    assert '<rect class="bad" x="95%" width="5%"/>' in first
    assert linked(first, "prev") is None
    second = (await visitor.get(linked(first, "next"))).text
    assert rows(second) == NUMBERS[50:100]
    assert rows((await visitor.get(linked(second, "prev"))).text) == NUMBERS[:50]
    thousand = (await visitor.get(large + "/numbers?limit=1000")).text
    assert rows(thousand) == NUMBERS[:1000]
    assert rows((await visitor.get(linked(thousand, "next"))).text) == NUMBERS[1000:2000]
    failed = await visitor.get(large + "?outcome=failed")
    assert rows(failed.text) == FAILED
    assert "Bandwidth does not know this number." in failed.text
    assert 'href="' + large + '?q=5071#numbers"' not in failed.text
    for text, found in (
        ("(201) 700-1007", [FAILED[1]]),
        ("+1 2017001007", [FAILED[1]]),
        ("5071", FAILED),
        ("sms", [NUMBERS[8]]),
    ):
        assert rows((await visitor.get(large, params={"q": text, "outcome": ""})).text)[: len(FAILED)] == found, text
    nothing = await visitor.get(large + "/numbers", params={"q": "no such text", "outcome": "failed"})
    assert "No number of this order is like that." in nothing.text


async def test_a_file_holds_all_numbers_or_those_that_failed_and_no_formula(world, visit, large):
    visitor = await visit(world)
    answer = await visitor.get(large + "/numbers.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = f'attachment; filename="order-{large.rpartition("/")[2]}.csv"'
    assert answer.headers["content-disposition"] == name
    assert answer.text.count("\r\n") == 5_001 + len(FAILED)
    head, *found = csv.reader(io.StringIO(answer.text, newline=""), strict=True)
    assert head[:4] == ["telephone_number", "outcome", "code", "description"]
    assert [row[0] for row in found] == NUMBERS
    assert found[7][:4] == [NUMBERS[7], "failed", "5071", "'=HYPERLINK(\"x\"), 'quoted'\r\nand long"]
    assert (found[7][6], found[8][7]) == ("no", "'+SMS")
    failed = await visitor.get(large + "/numbers.csv?outcome=failed")
    assert failed.headers["content-disposition"].endswith('-failed.csv"')
    assert [row[0] for row in csv.reader(io.StringIO(failed.text, newline=""))][1:] == FAILED


async def test_an_order_about_a_location_names_no_numbers_and_says_so(world, visit):
    answer = await world.api.post(f"{world.orders}/location-failover", json=dict(shelf()["location-failover"].example))
    order_id = answer.json()["id"]
    await end(world, order_id, {}, Outcome("failed", "1000", "Later.", retryable=True), State.FAILED)
    page = f"/dashboard/accounts/{world.account}/orders/{order_id}"
    visitor = await visit(world)
    shown = (await visitor.get(page)).text
    assert "This order names no numbers" in shown
    assert "It may succeed now" in shown
    assert (await visitor.get(page + "/numbers.csv")).text.count("\r\n") == 1
