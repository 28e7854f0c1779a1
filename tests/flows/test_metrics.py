"""What /metrics counts is what Bandwidth has sent, dropped and doubled, and what became of the orders."""

from __future__ import annotations

import time
from collections import Counter

import rig
from scraped import scrape

from service.times import DAY_MS, iso

#: callbacks are dropped, doubled, held back, and sent before the answer to our POST
FAULTS = {"drop_callbacks": 0.3, "duplicate_callbacks": 0.3, "reorder_callbacks": 0.3, "early_callbacks": 0.3}
ORDERS = 24
REFUSED = "2015550140"
ANNOUNCED = ("RECEIVED", "PROCESSING", "COMPLETE")


async def doubled(world):
    return (await world.sandbox.get("/_sandbox/faults")).json()["acted"].get("duplicate_callbacks", 0)


async def everything_said(world):
    """All that Bandwidth has to say of the orders, once it has said or dropped all of it."""
    await world.turn()
    log, acted = (await world.sandbox.get("/_sandbox/callbacks")).json(), await doubled(world)
    said = [(each["order_id"], each["status"], each["delivered"]) for each in log]
    return said if len(said) == ORDERS * len(ANNOUNCED) + acted else None


async def was_announced(world, order_id):
    """Whether a callback told of the end before it was the order's."""
    timeline = await world.timeline(order_id)
    return any(each.get("status") == "COMPLETE" and each["state"] != "complete" for each in timeline)


async def test_every_counter_is_what_the_sandbox_sent_and_what_became_of_the_orders(valkey):
    # what no callback brings to a look needs somebody who asks, or a list that is asked for others
    async with rig.world(valkey.url, look_factor=1000, exchange_seconds=20, lease_seconds=30) as world:
        await world.subscribe()
        await world.faults(**FAULTS)
        ours = [await world.submit([{"telephone_numbers": [f"20155520{at:02}"], "sms": "on"}]) for at in range(ORDERS)]
        said = await rig.until(lambda: everything_said(world))
        for each in ours:
            await world.api.post(f"{world.orders}/{each['id']}/check")
            await world.ended(each["id"])
        refused = await world.submit([{"telephone_numbers": [REFUSED], "sms": "on"}])
        assert (await world.ended(refused["id"]))["state"] == "rejected"
        tomorrow = iso(round(time.time() * 1000) + DAY_MS)
        later = await world.submit([{"telephone_numbers": ["2015552099"], "sms": "on"}], not_before=tomorrow)
        assert (await world.api.post(f"{world.orders}/{later['id']}/cancel")).status_code == 202

        told = await scrape(world.api)

        assert Counter(each["status"] for each in await world.ledger()) == {"COMPLETE": ORDERS, None: 1}
        assert told.by("orders_accepted_total", "kind") == {"tn-options": ORDERS + 2}
        assert told.by("orders", "state") == {"complete": ORDERS, "rejected": 1, "cancelled": 1}
        assert told.by("orders_ended_total", "state") == told.by("orders", "state")

        announced = sum([await was_announced(world, each["id"]) for each in ours])
        never = ORDERS - len({order_id for order_id, status, delivered in said if status == "COMPLETE" and delivered})
        ended = told.by("orders_ended_total", "settled_by")
        assert ended == {"callback": announced, "check": ORDERS - announced, "answer": 1, "person": 1}
        assert 0 < never <= ended["check"] < ORDERS
        assert told.by("callbacks_missed_total", "kind") == {"tn-options": ended["check"]}

        sent = [each[:2] for each in said if each[2]]
        heard = told.by("callbacks_total", "outcome")
        assert 0 < len(set(sent)) < len(sent) < len(said)
        assert heard.pop("duplicate") == len(sent) - len(set(sent))
        assert sum(heard.values()) == len(set(sent))
        assert heard.keys() <= {"new", "late", "orphan"}

        assert told.by("submit_seconds_count", "kind") == {"tn-options": ORDERS}
        assert told.by("order_seconds_count", "kind") == {"tn-options": ORDERS + 2}
        assert told.value("callback_lag_seconds_count", account=world.account) == len(set(sent))
        assert told.by("due", "step") == told.by("due_lag_seconds", "step") == {}
