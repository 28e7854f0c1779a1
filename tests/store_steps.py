"""Steps that tests of the store's scripts share: claim one order, report, move the clock."""

from __future__ import annotations

from service.governor import NONE
from service.kinds import shelf
from service.lifecycle import Source, State
from service.report import Report
from service.store import keys

KIND = shelf()["tn-options"]
FIRST, SECOND = "ddbdc72e-dc27-490c-904e-d0c11291b095", "409033ee-88ec-43e3-85f3-538f30733963"


def later(world, seconds):
    """Move the store's clock, for this test's desk."""
    world.desk.store.offset += int(seconds * 1000)


async def indexed(client, account, number):
    """The ids of the orders that the index has for a number, oldest first, and each as often as it stands there."""
    one = await client.hget(keys.numbers(account), number)
    return sorted([*await client.zrange(keys.number(account, number), 0, -1), *([one] if one else [])])


async def submit(world, number):
    return await world.submit([{"telephone_numbers": [number], "sms": "on"}])


async def claim(world, order, step="submit"):
    claims = await world.desk.book.claim(world.account, [order["id"]], step)
    return claims[0] if claims else None


async def report(world, claimed, what, effect=NONE):
    return await world.desk.book.report(claimed, what, KIND, effect)


def sent(bandwidth_order_id=FIRST):
    return Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=bandwidth_order_id)
