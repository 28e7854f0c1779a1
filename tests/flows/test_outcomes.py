"""Several groups, one number of each magic kind: each number ends with its own outcome, with and without callbacks."""

from __future__ import annotations

import pytest
import rig

#: number -> (outcome, Bandwidth's code, has a warning); the sandbox's table says why
EXPECTED = {
    "2015550101": ("failed", "5076", False),
    "2015550102": ("failed", "5071", False),
    "2015550103": ("failed", "5074", False),
    "2015550104": ("complete", None, True),
    "2015550105": ("failed", "5076", False),
    "2015550106": ("failed", "5076", False),
    "2015550107": ("failed", "5071", False),
    "2015550122": ("complete", None, False),
    "2015550123": ("complete", None, False),
    "2018551020": ("complete", None, False),
}


@pytest.mark.parametrize("drop", [0.0, 1.0], ids=["by callbacks", "all callbacks dropped"])
async def test_every_number_ends_as_its_magic_says(world, drop):
    await world.subscribe()
    await world.faults(drop_callbacks=drop)
    numbers = list(EXPECTED)
    order = await world.submit(
        [
            {"telephone_numbers": numbers[:4], "sms": "on"},
            {"telephone_numbers": numbers[4:7], "call_forward": "6042661720", "port_out_passcode": "a1b2c3"},
            {"telephone_numbers": numbers[7:], "calling_name_display": "off"},
        ]
    )

    done = await world.ended(order["id"])

    assert done["state"] == "partial"
    assert done["bandwidth_status"] == "PARTIAL"
    assert done["counts"] == {"total": 10, "pending": 0, "complete": 4, "failed": 6}
    found = await world.numbers(order["id"])
    told = {n: (each["outcome"], each["code"], bool(each["warning"])) for n, each in found.items()}
    assert told == EXPECTED
    (entry,) = await world.ledger()
    assert (entry["posts"], entry["status"]) == (1, "PARTIAL")
    heard = [each for each in await world.timeline(order["id"]) if each["source"] == "callback"]
    assert bool(heard) == (drop == 0.0)


@pytest.mark.parametrize(
    ("number", "state", "code"),
    [
        ("2015550110", "failed", "5076"),  # COMPLETE, although its only number carries an error
        ("2015550111", "failed", "5114"),  # FAILED, with an error that names no number
        ("2015550112", "failed", None),  # FAILED, with an empty list
    ],
)
async def test_orders_whose_status_says_less_than_their_errors(world, number, state, code):
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])

    done = await world.ended(order["id"])

    assert done["state"] == state
    assert (await world.numbers(order["id"]))[number]["code"] == code
    assert (await world.numbers(order["id"]))[number]["outcome"] == "failed"


@pytest.mark.parametrize(("number", "code"), [("2015550140", "5081"), ("2015550141", "5200")])
async def test_an_order_that_bandwidth_refuses_is_rejected_with_its_code(world, number, code):
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])

    done = await world.ended(order["id"])

    assert done["state"] == "rejected"
    assert done["errors"][0]["code"] == code
    assert (await world.numbers(order["id"]))[number]["outcome"] == "failed"
    assert done["bandwidth_order_id"] is None


@pytest.mark.parametrize("number", ["2015550142", "2015550143"])
async def test_an_answer_that_only_a_person_understands_needs_attention(world, number):
    order = await world.submit([{"telephone_numbers": [number], "sms": "on"}])

    stuck = await world.until(order["id"], "needs_attention")

    assert stuck["attention"]["why"]
    assert stuck["attention"]["do"]
    assert stuck["counts"]["pending"] == 1


async def test_an_unknown_status_is_kept_and_looked_at_again(valkey):
    async with rig.world(valkey.url, sandbox={"pace": 0.5}) as world:
        order = await world.submit([{"telephone_numbers": ["2015550123"], "sms": "on"}])

        done = await world.ended(order["id"])

        seen = [each.get("bandwidth_status") for each in await world.timeline(order["id"])]
    assert "AWAITING_CARRIER" in seen
    assert done["state"] == "complete"


async def test_an_order_that_never_completes_stays_open_and_is_looked_at_on_its_ladder(world):
    order = await world.submit([{"telephone_numbers": ["2015550120"], "sms": "on"}])
    await world.until(order["id"], "processing")

    for _ in range(20):
        await world.turn()

    still = await world.order(order["id"])
    assert still["state"] == "processing"
    assert still["next_look_at"]
    assert still["checked_at"]


async def test_a_passcode_is_sent_once_and_never_shown(world):
    order = await world.submit(
        [{"telephone_numbers": ["2015551299"], "port_out_passcode": "s3cr3tX9", "sms": "on"}],
        headers={"Idempotency-Key": "passcode-1"},
    )
    done = await world.ended(order["id"])

    shown = [
        str(done),
        (await world.api.get(f"{world.orders}/{order['id']}/documents")).text,
        (await world.api.get(f"{world.orders}/{order['id']}/timeline")).text,
        str(order),
    ]
    assert not any("s3cr3tX9" in each for each in shown)
    assert done["groups"][0]["port_out_passcode"] == "********"
    assert "PortOutPasscode" in shown[1]
    assert not [key async for key in world.desk.store.client.scan_iter(f"*{order['id']}*") if await _holds(world, key)]


async def _holds(world, key):
    """Tell whether a key still holds the passcode or its sealed form."""
    client = world.desk.store.client
    if await client.type(key) != "hash":
        return False
    record = await client.hgetall(key)
    return "secrets" in record or "s3cr3tX9" in str(record)
