"""The page of a number: Bandwidth's half and ours; whichever is missing, the other one stands."""

from __future__ import annotations

import re
from html import unescape

from ending_steps import end

from service.lifecycle import State
from service.order import Outcome

NUMBER, WAITS, ELSEWHERE = "2015550199", "2015550120", "2015550129"
HOSTILE = "</dd><script>alert('x')</script>"


def page_of(world, number):
    return f"/dashboard/accounts/{world.account}/numbers/{number}"


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def shown(visitor, world, number):
    answer = await visitor.get(page_of(world, number))
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_any_notation_leads_to_the_ten_digits_and_what_is_no_number_is_told(world, visit):
    visitor = await visit(world)
    answer = await visitor.get(page_of(world, f"+1 {NUMBER[:3]}-{NUMBER[3:]}"))
    assert answer.headers["location"] == page_of(world, NUMBER)
    wrong = await visitor.get(page_of(world, "<script>"))
    assert wrong.status_code == 404
    assert "is not a telephone number" in wrong.text


async def test_both_halves_stand_on_the_page_and_who_waits_for_whom(world, visit):
    made = [await world.submit([{"telephone_numbers": [WAITS], "sms": "on"}]) for _ in range(2)]
    page = await shown(await visit(world, "orders:read"), world, WAITS)
    said = words(page)
    assert "(201) 555-0120" in said
    assert re.search(rf"accepted …{made[0]['id'][-8:]} tn-options, .* held …{made[1]['id'][-8:]}", said)
    assert f"behind …{made[0]['id'][-8:]}" in said
    assert "status Inservice" in said
    assert "in service date 2014-07-30 11:29:37 UTC" in said
    assert "sip peer, peer name" in said
    assert f'href="../orders/{made[0]["id"]}"' in page
    assert "No order of ours about it has ended" in said


async def test_the_last_outcome_of_each_kind_is_told_with_what_bandwidth_said(world, visit):
    order = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}])
    outcome = Outcome("failed", "1000", f"Please try again. {HOSTILE}", retryable=True)
    await end(world, order["id"], {NUMBER: outcome}, state=State.FAILED)
    page = await shown(await visit(world), world, NUMBER)
    assert HOSTILE not in page
    assert f"tn-options failed 1000 Please try again. {HOSTILE} may succeed later" in words(page)


async def test_our_half_stands_while_bandwidth_is_away(world, visit):
    order = await world.submit([{"telephone_numbers": [NUMBER], "sms": "on"}])
    await world.faults(outage=1.0)
    said = words(await shown(await visit(world), world, NUMBER))
    assert "What our own orders say stands on this page all the same" in said
    assert order["id"][-8:] in said


async def test_a_number_that_nobody_knows_is_told_as_such_with_a_way_on(world, visit):
    answer = await (await visit(world)).get(page_of(world, ELSEWHERE))
    assert answer.status_code == 404
    assert f"has no number {ELSEWHERE}" in answer.text
    assert f"customer_order_id={ELSEWHERE}" in answer.text


async def test_names_of_people_are_masked_unless_somebody_may_see_them(world, visit):
    group = {"telephone_numbers": [NUMBER], "subscriber_information": "Joes Garage", "use_type": "BUSINESS"}
    order = await world.submit([group | {"visibility": "PUBLIC"}], kind="lidb")
    await world.ended(order["id"])
    assert "Joes Garage" not in await shown(await visit(world, "orders:read"), world, NUMBER)
    assert "Joes Garage" in await shown(await visit(world, "orders:read", "read:personal"), world, NUMBER)
