"""What `verify` finds of batches: each kind of damage is found, named, and mended by a repair, or left to a person."""

from __future__ import annotations

import bulk_steps
import pytest
from bulk_steps import NUMBERS, accept, orders, rows, submit

from service.maintenance import Maintenance
from service.store import keys

GHOST = "018bcfe5-6800-7000-8000-000000000000"
FAR = 4_000_000_000_000
FAILS = "2015550101"


class Damaged:
    """An account with a batch that has ended, one that is open, and one whose orders are planned."""

    def __init__(self, world, ended, open_, planned):
        self.ended, self.open, self.planned = ended["id"], open_["id"], planned["id"]
        self.account, self.client = world.account, world.desk.store.client
        self.maintenance = Maintenance(world.desk.store, world.settings)

    def key(self, name):
        return keys.prefix(self.account) + name

    def batch(self, batch_id, part=""):
        return keys.batch(self.account, batch_id, part)

    async def order(self, batch_id):
        return (await self.client.zrange(self.batch(batch_id, "orders"), 0, 0))[0]

    async def differences(self):
        walk = await self.maintenance.verify(self.account)
        return [(each.key.removeprefix(self.key("")), each.wrong, each.outcome) for each in walk.findings]


@pytest.fixture
async def damaged(world):
    ended = await submit(world, rows([*NUMBERS[:3], FAILS]) + b"{}", order_size=3, key="ended")
    await bulk_steps.ended(world, ended)
    open_ = await submit(world, rows(NUMBERS[5:9]), order_size=2, key="open")
    await accept(world)
    first = (await orders(world, open_))[0]
    assert (await world.api.post(f"{first['links']['self']}/cancel")).status_code == 202
    planned = await submit(world, rows(NUMBERS[10:13]), order_size=2, key="planned")
    made = Damaged(world, ended, open_, planned)
    assert await made.differences() == []
    return made


async def _unfinished(a):
    await a.client.hdel(a.batch(a.ended), "ended_at")


async def _too_early(a):
    await a.client.hset(a.batch(a.open), "ended_at", 5)
    await a.client.zadd(a.key("batches:ended"), {a.open: 5})


async def _unknown_batch(a):
    await a.client.hset(a.batch(GHOST, "plan"), "000000", "x")


DAMAGE = {
    "not listed": (lambda a: a.client.zrem(a.key("batches"), a.open), "batches", "lacks batch"),
    "listed and no batch": (lambda a: a.client.zadd(a.key("batches"), {GHOST: 0}), "batches", "has no record"),
    "not among the ended": (lambda a: a.client.delete(a.key("batches:ended")), "batches:ended", "time of its end"),
    "another end": (lambda a: a.client.zincrby(a.key("batches:ended"), 9, a.ended), "batches:ended", "of its end"),
    "ended and no batch": (lambda a: a.client.zadd(a.key("batches:ended"), {GHOST: 1}), "batches:ended", "not ended"),
    "no end": (_unfinished, "", "does not say when"),
    "an end too early": (_too_early, "", "some of its orders have not"),
    "not due": (lambda a: a.client.delete(a.key("due:batch")), "due:batch", "does not ring"),
    "due too late": (lambda a: a.client.zadd(a.key("due:batch"), {a.planned: FAR}), "due:batch", "does not ring"),
    "due and no batch": (lambda a: a.client.zadd(a.key("due:batch"), {GHOST: 1}), "due:batch", "has no record"),
    "open orders": (lambda a: a.client.hset(a.batch(a.open), "left", 7), "", "their count says 1"),
    "count by state": (lambda a: a.client.hset(a.batch(a.open, "tally"), "0:cancelled", 5), "tally", "says 5 for 0:"),
    "count of a state without orders": (
        lambda a: a.client.hset(a.batch(a.open, "tally"), "0:held", 1),
        "tally",
        "0:held, its orders say 0",
    ),
    "count of numbers": (
        lambda a: a.client.hdel(a.batch(a.ended, "tally"), "0:numbers:failed"),
        "tally",
        "says 0 for 0:numbers:failed",
    ),
    "no counts": (lambda a: a.client.delete(a.batch(a.open, "tally")), "tally", "its orders say"),
    "planned and never due": (
        lambda a: a.client.zrem(a.batch(a.planned, "waiting"), "000001"),
        "waiting",
        "lacks 000001",
    ),
    "due and not planned": (
        lambda a: a.client.zadd(a.batch(a.planned, "waiting"), {"000009": 1}),
        "waiting",
        "not planned",
    ),
    "another's order": (
        lambda a: a.client.zadd(a.batch(a.open, "orders"), {GHOST: 0}),
        "orders",
        "made for no batch",
    ),
    "a plan of no batch for ever": (_unknown_batch, f"{GHOST}:plan", "never expires"),
    "a plan that expires": (lambda a: a.client.pexpire(a.batch(a.planned, "plan"), 99_999), "plan", "is committed"),
    "errors that expire": (lambda a: a.client.pexpire(a.batch(a.ended, "errors"), 99_999), "errors", "is committed"),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damage_to_batches_is_found_and_named_then_mended(damaged, damage):
    does, key, says = DAMAGE[damage]
    await does(damaged)

    found = await damaged.differences()
    assert [each for each in found if each[0].endswith(key) and says in each[1] and each[2] == "mendable"], found
    done = await damaged.maintenance.repair(damaged.account)
    mended = [each for each in done.found.findings if says in each.wrong]
    assert {each.outcome for each in mended} == {"mended"}
    # what was listed and is none, or stood in two places, is gone from everywhere
    assert await damaged.differences() == []


async def test_an_order_that_its_batch_does_not_name_is_named_again(damaged):
    order = await damaged.order(damaged.open)
    await damaged.client.zrem(damaged.batch(damaged.open, "orders"), order)

    wrongs = [wrong for _, wrong, _ in await damaged.differences()]
    assert [each for each in wrongs if f"lacks order {order}" in each]
    await damaged.maintenance.repair(damaged.account)
    assert await damaged.differences() == []


LEFT = {
    "a planned order that is gone": (
        lambda a: a.client.hdel(a.batch(a.planned, "plan"), "000000"),
        "Of its 2 orders, 1 are known",
    ),
    "no key": (lambda a: a.client.delete(a.key("idempotency:default:open")), "which was made by it"),
    "no record": (lambda a: a.client.delete(a.batch(a.ended)), "Its batch has no record"),
}


@pytest.mark.parametrize("damage", LEFT)
async def test_what_of_batches_only_a_person_can_decide_is_left_and_said(damaged, damage):
    does, says = LEFT[damage]
    await does(damaged)
    found = await damaged.differences()
    assert [each for each in found if says in each[1] and each[2] == "left"], found


async def test_a_batch_some_of_whose_orders_are_purged_verifies_clean(damaged, world):
    from service.store import purging  # noqa: PLC0415

    world.desk.store.offset += 400 * 86_400_000
    await purging.purge(world.desk.store, world.account, await damaged.order(damaged.ended), 400 * 86_400_000)
    assert [each for each in await damaged.differences() if damaged.ended in each[0]] == []
