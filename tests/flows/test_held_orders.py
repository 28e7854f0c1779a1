"""Orders that name the same number go one after the other, in the order they came."""

from __future__ import annotations

import rig

GROUP = {"telephone_numbers": ["2015551401"], "sms": "on"}


async def test_the_second_order_on_a_number_is_held_says_by_whom_and_goes_when_the_first_has_ended(world):
    first, second = await world.submit([GROUP]), await world.submit([GROUP])
    assert (first["state"], first["held_by"]) == ("accepted", None)
    assert (second["state"], second["held_by"]) == ("held", first["id"])
    await world.look_once("submit")
    assert (await world.order(second["id"]))["held_by"] == first["id"]
    assert len(await world.ledger()) == 1

    done = [await world.ended(each["id"]) for each in (first, second)]

    assert [each["state"] for each in done] == ["complete", "complete"]
    assert done[1]["held_by"] is None
    assert done[1]["first_sent_at"] >= done[0]["completed_at"]
    assert not any(each["overlapped"] for each in await world.ledger())


async def test_orders_on_other_numbers_do_not_wait(world):
    await world.submit([GROUP])
    other = await world.submit([{"telephone_numbers": ["2015551402"], "sms": "on"}])
    assert other["state"] == "accepted"


async def test_an_order_waits_for_all_the_orders_before_it(world):
    one = await world.submit([{"telephone_numbers": ["2015551403"], "sms": "on"}])
    two = await world.submit([{"telephone_numbers": ["2015551404"], "sms": "on"}])
    both = await world.submit([{"telephone_numbers": ["2015551403", "2015551404"], "sms": "off"}])
    assert both["state"] == "held"

    done = await world.ended(both["id"])

    ended = [await world.order(each["id"]) for each in (one, two)]
    assert max(each["completed_at"] for each in ended) <= done["first_sent_at"]


async def test_an_order_that_would_meet_too_many_others_is_refused_and_nothing_is_kept(valkey):
    async with rig.world(valkey.url, max_conflicts=2) as world:
        for last in "567":
            await world.submit([{"telephone_numbers": [f"201555140{last}"], "sms": "on"}])
        body = {"groups": [{"telephone_numbers": [f"201555140{last}" for last in "567"], "sms": "off"}]}
        answer = await world.api.post(f"{world.orders}/tn-options", json=body)

        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/too-many-conflicts"
        listed = (await world.api.get(world.orders)).json()["orders"]
        assert len(listed) == 3


async def test_behind_one_order_stand_at_most_as_many_others(valkey):
    async with rig.world(valkey.url, max_conflicts=2) as world:
        await world.submit([{"telephone_numbers": ["2015551411", "2015551412", "2015551413"], "sms": "on"}])
        for last in "12":
            await world.submit([{"telephone_numbers": [f"201555141{last}"], "sms": "off"}])
        body = {"groups": [{"telephone_numbers": ["2015551413"], "sms": "off"}]}
        answer = await world.api.post(f"{world.orders}/tn-options", json=body)

        assert answer.status_code == 409
