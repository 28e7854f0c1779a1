"""A new order for what failed: shown before it is made, secrets asked for again, made once however often it is sent."""

from __future__ import annotations

import asyncio
import re

import pytest
from ending_steps import end

from service.kinds import shelf
from service.lifecycle import State
from service.order import Outcome

A, B, C = "2015551911", "2015551912", "2015551913"
AGAIN = Outcome("failed", "1000", "Please try again.", retryable=True)
NEVER = Outcome("failed", "5076", "Not available.", retryable=False)
SECRET = "secret:/groups/0/port_out_passcode"


@pytest.fixture
async def failed(world):
    """The page of an ended order, of which A can be retried with its secret."""
    groups = [{"telephone_numbers": [A, B], "port_out_passcode": "first1"}, {"telephone_numbers": [C], "sms": "on"}]
    made = await world.submit(groups, customer_order_id="ours")
    await end(world, made["id"], {A: AGAIN, C: NEVER})
    return f"/dashboard/accounts/{world.account}/orders/{made['id']}"


async def asked(visitor, order):
    answer = await visitor.get(order + "/retry-failed")
    found = re.search(r'name="key" value="([^"]+)"', answer.text)
    return answer, found and found[1]


def text_of(html):
    return re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&gt;", ">")


async def test_it_shows_what_would_be_sent_asks_for_secrets_and_leads_to_the_new_order(world, visit, failed, lines):
    visitor = await visit(world, "orders:write")
    order = (await visitor.get(failed)).text
    assert "1 of the 2 that failed may succeed now" in order
    assert f'href="{failed}/retry-failed"' in order
    shown, key = await asked(visitor, failed)
    sent = text_of(shown.text)
    assert shown.status_code == 200
    assert f"Port out passcode of group 1: {A}" in sent
    assert "POST /accounts/" in sent
    assert f"<TelephoneNumber>{A}</TelephoneNumber>" in sent
    assert "<PortOutPasscode>********</PortOutPasscode>" in sent
    assert B not in sent
    assert f'name="{SECRET}"' in shown.text
    assert (await world.order(failed.rpartition("/")[2]))["retried_by"] is None

    answer = await visitor.post(failed + "/retry-failed", key=key, **{SECRET: "again1"})
    assert answer.status_code == 303
    made = await world.order(answer.headers["location"].rpartition("/")[2])
    assert (made["retries"], made["customer_order_id"]) == (failed.rpartition("/")[2], "ours")
    assert [each["telephone_numbers"] for each in made["groups"]] == [[A]]
    (line,) = [each for each in lines.getvalue().splitlines() if "order.accepted" in each and made["id"] in each]
    assert f'"retries": "{made["retries"]}"' in line
    assert made["id"] in (await visitor.get(failed)).text
    assert (await world.ended(made["id"]))["state"] == "complete"
    assert "again1" not in lines.getvalue()


async def test_a_form_that_is_sent_twice_makes_one_order(world, visit, failed):
    visitor = await visit(world)
    _, key = await asked(visitor, failed)
    fields = {"key": key, SECRET: "again1"}
    answers = await asyncio.gather(*(visitor.post(failed + "/retry-failed", **fields) for _ in range(3)))
    assert {each.status_code for each in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 1


async def test_a_wrong_or_missing_secret_is_told_beside_its_field_and_makes_nothing(world, visit, failed):
    visitor = await visit(world)
    _, key = await asked(visitor, failed)
    for fields, said in (
        ({SECRET: "no!"}, "4 to 10"),
        ({}, "secrets are not kept"),
        ({SECRET: "good1", "secret:/x": "y"}, "~1x"),
    ):
        answer = await visitor.post(failed + "/retry-failed", key=key, **fields)
        assert answer.status_code == 422, fields
        assert said in answer.text
        assert 'role="alert"' in answer.text
    for wrong in ("", "x", "ü" * 20):
        assert (await visitor.post(failed + "/retry-failed", key=wrong, **{SECRET: "good1"})).status_code == 400
    assert (await world.order(failed.rpartition("/")[2]))["retried_by"] is None


async def test_when_nothing_can_be_retried_it_says_why(world, visit):
    made = await world.submit([{"telephone_numbers": [A], "sms": "on"}])
    page = f"/dashboard/accounts/{world.account}/orders/{made['id']}"
    visitor = await visit(world)
    for said in ("Only an order that has ended", "Nothing of this order is left to retry"):
        answer, _ = await asked(visitor, page)
        assert (answer.status_code, said in answer.text) == (409, True)
        posted = await visitor.post(page + "/retry-failed", key="k" * 20)
        assert (posted.status_code, said in posted.text) == (409, True)
        if "ended" in said:
            await end(world, made["id"], {A: NEVER})


async def test_whoever_only_reads_sees_no_button_and_can_make_nothing(world, visit, failed):
    visitor = await visit(world, "orders:read")
    shown = (await visitor.get(failed)).text
    assert "/retry-failed" not in shown
    assert "A token with <code>orders:write</code>" in shown
    assert (await visitor.get(failed + "/retry-failed")).status_code == 403
    assert (await visitor.post(failed + "/retry-failed", key="k" * 20)).status_code == 403
    unproved = await (await visit(world)).http.post(
        failed + "/retry-failed", data={"key": "k" * 20, "proof": "guessed"}
    )
    assert unproved.status_code == 400
    assert (await world.order(failed.rpartition("/")[2]))["retried_by"] is None


async def test_what_must_be_read_at_bandwidth_before_is_told_when_it_is_away(world, visit):
    answer = await world.api.post(f"{world.orders}/number-options", json=dict(shelf()["number-options"].example))
    order_id = answer.json()["id"]
    await end(world, order_id, {}, AGAIN, State.FAILED)
    await world.faults(outage=1.0)
    shown, key = await asked(await visit(world), f"/dashboard/accounts/{world.account}/orders/{order_id}")
    assert (shown.status_code, bool(key)) == (200, True)
    assert "could not be found out just now" in shown.text
