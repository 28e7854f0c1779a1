"""What is refused, and what nobody foresaw: told to a person in words, and to the log without whole numbers."""

from __future__ import annotations

import json

import pytest

NUMBER = "2015550199"


def room(world, part="orders"):
    return f"/dashboard/accounts/{world.account}/{part}"


@pytest.mark.parametrize("host", ["[", "a?b", "a#b/"])
async def test_what_a_caller_says_is_our_host_confuses_nobody(world, visit, host):
    visitor = await visit(world)
    assert (await visitor.http.get(room(world), headers={"Host": host})).status_code == 200
    visitor.http.cookies.clear()
    asked = await visitor.http.get(room(world, "orders?state=open"), headers={"Host": host})
    assert asked.headers["location"].endswith("%2Forders%3Fstate%3Dopen")
    token = {"token": "wrong"}
    assert (await visitor.http.post("/dashboard/sign-in", data=token, headers={"Host": host})).status_code == 401


async def test_a_line_feed_behind_an_address_makes_it_another_one(world, visit):
    visitor = await visit(world)
    for part in ("orders", "endpoints/new", "audit"):
        assert (await visitor.get(room(world, part) + "%0A")).status_code == 404


async def test_a_refusal_has_the_headers_that_any_door_gives_it(world, visit):
    visitor = await visit(world)
    answer = await visitor.post(room(world))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.http.post("/dashboard/sign-out", content=b"a=" + b"1" * 300_000, headers=form)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


async def test_who_has_not_signed_in_is_told_so_before_a_form_is_read(world, visit):
    visitor = await visit(world)
    visitor.http.cookies.clear()
    answer = await visitor.http.post("/dashboard/sign-out", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 401


async def test_what_nobody_foresaw_is_told_in_the_log_without_the_number_of_the_address(
    world, visit, lines, monkeypatch
):
    async def break_(*_args, **_more):
        raise RuntimeError("a bug")

    monkeypatch.setattr("service.dashboard.orders.number.looking_up.look", break_)
    answer = await (await visit(world)).get(room(world, f"numbers/{NUMBER}"))
    assert (answer.status_code, "it is in the log" in answer.text) == (500, True)
    assert "a bug" not in answer.text
    (line,) = [each for each in map(json.loads, lines.getvalue().splitlines()) if each["event"] == "dashboard.failed"]
    assert line["path"] == room(world, "numbers/201*****99")
    assert NUMBER not in json.dumps(line)


async def test_a_refused_page_leads_to_no_account_of_others(world, visit):
    visitor = await visit(world)
    answer = await visitor.get("/dashboard/accounts/12345/orders")
    assert answer.status_code == 404
    assert "/accounts/12345/" not in answer.text
    assert room(world) in answer.text
