"""The main job, end to end: an order goes in as JSON, and what became of every number comes out."""

from __future__ import annotations


async def test_an_order_is_sent_checked_and_complete(world):
    order = await world.submit()
    assert order["state"] == "accepted"

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    assert done["bandwidth_status"] == "COMPLETE"
    assert done["counts"] == {"total": 1, "pending": 0, "complete": 1, "failed": 0}
    (entry,) = await world.ledger()
    assert entry["order_id"] == done["bandwidth_order_id"]
    assert entry["posts"] == 1
