"""`check`: a person has an order looked at now."""

from __future__ import annotations

STAYS = "2015550120"


async def check(world, order_id):
    return await world.api.post(f"{world.orders}/{order_id}/check")


async def test_an_order_that_bandwidth_has_is_looked_at_at_once(world):
    order = await world.submit([{"telephone_numbers": [STAYS], "sms": "on"}])
    before = await world.until(order["id"], "processing")
    answer = await check(world, order["id"])

    assert answer.status_code == 202
    now = answer.json()
    assert (now["version"], now["state"]) == (before["version"], "processing")
    assert answer.headers["etag"] == f'W/"{now["version"]}"'
    entry = (await world.timeline(order["id"]))[-1]
    assert (entry["event"], entry["source"], entry["by"]) == ("check_asked", "operator", "default")
    await world.turn()
    assert (await world.order(order["id"]))["checked_at"] > now["checked_at"]


async def test_what_was_not_sent_and_what_has_ended_is_409_with_the_reason(world):
    order = await world.submit()
    answer = await check(world, order["id"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-possible-now")
    assert "There is nothing to look at yet" in answer.json()["detail"]

    await world.ended(order["id"])
    answer = await check(world, order["id"])
    assert answer.status_code == 409
    assert "has ended (complete)" in answer.json()["detail"]


async def test_an_unknown_order_is_404_and_a_query_is_refused(world):
    assert (await check(world, "01a20793-86c9-7bcc-8f65-7512482b0f80")).status_code == 404
    order = await world.submit([{"telephone_numbers": [STAYS], "sms": "on"}])
    assert (await world.api.post(f"{world.orders}/{order['id']}/check?now=1")).status_code == 400


async def test_a_search_is_made_now_and_finds_what_was_taken(world):
    await world.faults(accept_then_reset=1.0)
    order = await world.submit()
    await world.look_once("submit")
    await world.faults()
    assert (await world.order(order["id"]))["state"] == "uncertain"

    assert (await check(world, order["id"])).status_code == 202

    await world.look_once("submit")
    assert (await world.order(order["id"]))["state"] in ("received", "processing", "complete")
    assert len([each for each in await world.ledger() if each["order_id"]]) == 1
