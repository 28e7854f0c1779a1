"""An order that was purged is 410 for thirty days and says what it was; then it is 404, as if it had never been."""

from __future__ import annotations

import pytest

from service.store import keys, purging

DAY_MS = 86_400_000


@pytest.fixture
async def purged(world):
    """An order that ended 400 days ago, by the store's clock, and was purged."""
    order = await world.submit([{"telephone_numbers": ["2015551234", "2015550101"], "sms": "on"}])
    done = await world.ended(order["id"])
    world.desk.store.offset += 400 * DAY_MS
    assert await purging.sweep(world.desk.store, world.account, 400 * DAY_MS) == 1
    return done


async def test_it_is_410_and_says_when_it_ended_how_and_when_it_was_purged(world, purged):
    answer = await world.api.get(f"{world.orders}/{purged['id']}")

    assert answer.status_code == 410
    told = answer.json()
    assert (told["type"], told["status"]) == ("/problems/purged", 410)
    ended = f"Order {purged['id']} (tn-options) ended on {purged['completed_at']}, state partial, and was purged on 2"
    assert told["detail"].startswith(ended)


@pytest.mark.parametrize("part", ["numbers", "timeline", "documents"])
async def test_its_parts_are_410_too(world, purged, part):
    answer = await world.api.get(f"{world.orders}/{purged['id']}/{part}")
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/purged")


async def test_nobody_decides_about_it_or_changes_it(world, purged):
    for decision in ("retry", "cancel", "step-aside"):
        assert (await world.api.post(f"{world.orders}/{purged['id']}/{decision}")).status_code == 410
    body = {"groups": [{"telephone_numbers": ["2015551234"], "sms": "off"}]}
    assert (await world.api.put(f"{world.orders}/{purged['id']}", json=body)).status_code == 410


async def test_once_its_tombstone_is_gone_it_is_404(world, purged):
    await world.desk.store.client.delete(keys.tombstone(world.account, purged["id"]))
    assert (await world.api.get(f"{world.orders}/{purged['id']}")).status_code == 404


async def test_lists_and_numbers_tell_of_it_no_more(world, purged):
    left = await world.submit([{"telephone_numbers": ["2015551234"], "sms": "off"}])
    page = (await world.api.get(world.orders)).json()["orders"]
    assert [each["id"] for each in page] == [left["id"]]
    number = (await world.api.get(f"/v1/accounts/{world.account}/numbers/2015551234")).json()
    assert [each["order_id"] for each in number["open_orders"]] == [left["id"]]
    assert number["last_outcomes"] == []
    assert purged["id"] not in str(number)


async def test_a_callback_that_comes_after_it_is_answered_200_and_adopts_nothing(world, purged):
    body = (
        f"<Notification><Status>COMPLETE</Status><OrderId>{purged['bandwidth_order_id']}</OrderId>"
        "<OrderType>tnoptions</OrderType><LastModifiedDate>2031</LastModifiedDate></Notification>"
    )
    assert (await world.callback(body)).status_code == 200
    for _ in range(3):
        await world.turn()
    assert (await world.api.get(world.orders)).json()["orders"] == []
    assert (await world.api.get(f"/v1/accounts/{world.account}/orphans")).json()["orphans"] == []
    assert (await world.desk.store.client.hget(f"{keys.prefix(world.account)}counters", "callback.late")) == "1"
