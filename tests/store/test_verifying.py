"""What `verify` finds in the store: each kind of damage is found, named, mended by a repair, and clean afterwards."""

from __future__ import annotations

import time

import pytest
from store_steps import FIRST, SECOND
from verified_account import FOREIGN, GHOST, PLACE, SECOND_SHARED, SHARED, UNKNOWN, account

from service.lifecycle import Source
from service.report import Report

FAR = 4_000_000_000_000
DAY_MS = 86_400_000
FOURTH, FIFTH = (f"{each}0000000-0000-4000-8000-000000000000" for each in "67")


@pytest.fixture
async def filled(valkey):
    async with account(valkey.url) as made:
        yield await made.fill()


def names(walk):
    return [(each.key, each.wrong, each.outcome) for each in walk.findings]


#: what is done to the account, the key that is named, and a part of what is said of it
DAMAGE = {
    "index": (lambda a: a.client.zrem(a.key("orders"), a.sent), "orders", "lacks order"),
    "index of kind": (lambda a: a.client.zrem(a.key("orders:tn-options"), a.sent), "orders:tn-options", "lacks order"),
    "index of state": (lambda a: a.client.zrem(a.key("orders:held"), a.held), "orders:held", "which is held"),
    "index of kind and state": (
        lambda a: a.client.delete(a.key("orders:tn-options:partial")),
        "orders:tn-options:partial",
        "which is partial",
    ),
    "another state's index": (
        lambda a: a.client.zadd(a.key("orders:tn-options:held"), {a.sent: 0}),
        "orders:tn-options:held",
        "is processing",
    ),
    "another kind's index": (
        lambda a: a.client.zadd(a.key("orders:lidb"), {a.sent: 0}),
        "orders:lidb",
        "is of kind tn-options",
    ),
    "no record": (lambda a: a.client.zadd(a.key("orders:failed"), {GHOST: 0}), "orders:failed", "has no record"),
    "score": (lambda a: a.client.zadd(a.key("orders"), {a.sent: 5}), "orders", "has score 5"),
    "not due": (lambda a: a.client.zrem(a.key("due:check"), a.sent), "due:check", "which is open"),
    "due for another step": (
        lambda a: a.client.zadd(a.key("due:submit"), {a.sent: 1}),
        "due:submit",
        "which is processing",
    ),
    "due after its end": (lambda a: a.client.zadd(a.key("due:check"), {a.ended: 1}), "due:check", "which is partial"),
    "due without record": (lambda a: a.client.zadd(a.key("due:submit"), {GHOST: 1}), "due:submit", "has no record"),
    "due too late": (lambda a: a.client.zadd(a.key("due:check"), {a.sent: FAR}), "due:check", "after its next look"),
    "no next look": (lambda a: a.client.hdel(a.record(a.sent), "next_look_at"), "", "has no next look"),
    "look after leaving": (
        lambda a: a.client.hset(a.record(a.foreign), "next_look_at", FAR),
        "",
        "after the time at which it must leave",
    ),
    "endless lease": (lambda a: a.client.hset(a.record(a.sent), "lease_until", FAR), "", "longer than any lease"),
    "lease after its end": (
        lambda a: a.client.hset(a.record(a.ended), "lease_until", FAR),
        "",
        "still has lease_until",
    ),
    "secrets after its end": (lambda a: a.client.hset(a.record(a.ended), "secrets", "s"), "", "still has secrets"),
    "secrets once sent": (lambda a: a.client.hset(a.record(a.sent), "secrets", "s"), "", "still holds its secrets"),
    "no time of its end": (lambda a: a.client.hdel(a.record(a.ended), "completed_at"), "", "does not say when"),
    "no pointer": (lambda a: a.client.delete(a.key(f"bandwidth:{SECOND}")), f"bandwidth:{SECOND}", "It is missing"),
    "another's pointer": (
        lambda a: a.client.set(a.key(f"bandwidth:{SECOND}"), a.ended),
        f"bandwidth:{SECOND}",
        "holds this id",
    ),
    "pointer to an order that does not hold it": (
        lambda a: a.client.set(a.key(f"bandwidth:{UNKNOWN}"), a.sent),
        f"bandwidth:{UNKNOWN}",
        f"which Bandwidth calls {SECOND}",
    ),
    "pointer to no record": (
        lambda a: a.client.set(a.key("bandwidth:gone"), GHOST),
        "bandwidth:gone",
        "has no record",
    ),
    "reference": (lambda a: a.client.zrem(a.key("reference:ours"), a.sent), "reference:ours", "lacks order"),
    "another's reference": (
        lambda a: a.client.zadd(a.key("reference:theirs"), {a.sent: 0}),
        "reference:theirs",
        "with another reference",
    ),
    "change not named": (lambda a: a.client.hdel(a.record(a.changed), "amended_by"), "", "does not say so"),
    "change that is none": (
        lambda a: a.client.hset(a.record(a.sent), "amended_by", GHOST),
        "",
        f"Order {GHOST} does not change it",
    ),
    "change that has forgotten it": (
        lambda a: a.client.hdel(a.record(a.change), "amends"),
        "",
        "does not say that it changes",
    ),
    "request forgotten too early": (
        lambda a: a.client.pexpire(a.key("idempotency:c:second"), DAY_MS),
        "idempotency:c:second",
        "expires while its order is open",
    ),
    "request never forgotten": (
        lambda a: a.client.persist(a.key("idempotency:c:first")),
        "idempotency:c:first",
        "never expires",
    ),
    "count of completed": (lambda a: a.client.hset(a.record(a.ended), "completed_numbers", 7), "", "says 7, its"),
    "count of failed": (lambda a: a.client.hdel(a.record(a.ended), "failed_numbers"), "", "says 0, its outcomes say 1"),
    "number": (lambda a: a.client.hdel(a.key("tn"), SHARED), f"tn:{SHARED}", "which names the number"),
    "number of several": (lambda a: a.client.delete(a.key(f"tn:{SHARED}")), f"tn:{SHARED}", "which names the number"),
    "number of another": (lambda a: a.client.hset(a.key("tn"), SHARED, a.ended), "tn", "does not name the number"),
    "number of no record": (lambda a: a.client.hset(a.key("tn"), "2015559999", GHOST), "tn", "has no record"),
    "another's number": (
        lambda a: a.client.zadd(a.key(f"tn:{SHARED}"), {a.ended: 0}),
        f"tn:{SHARED}",
        "does not name the number",
    ),
    "number without record": (
        lambda a: a.client.zadd(a.key(f"tn:{SHARED}"), {GHOST: 0}),
        f"tn:{SHARED}",
        "has no record",
    ),
    "progress of the index": (
        lambda a: a.client.hset(a.key("unindexed"), a.sent, 9),
        "unindexed",
        "9 of the 2 numbers",
    ),
    "index of no record": (lambda a: a.client.hset(a.key("unindexed"), GHOST, 9), "unindexed", "has no record"),
    "known order to be fetched": (
        lambda a: a.client.zadd(a.key("due:adopt"), {f"tn-options/{FOREIGN}": 1}),
        "due:adopt",
        "which is known as order",
    ),
    "tries of nothing": (lambda a: a.client.hset(a.key("adopt:tries"), "lidb/x", 3), "adopt:tries", "counts the tries"),
    "callbacks of nobody for ever": (
        lambda a: a.client.persist(a.key(f"orphan:{UNKNOWN}")),
        f"orphan:{UNKNOWN}",
        "never expires",
    ),
    "callbacks of nobody that are not listed": (
        lambda a: a.client.zrem(a.key("orphans"), f"orphan:{UNKNOWN}"),
        "orphans",
        f"lacks orphan:{UNKNOWN}",
    ),
    "listed callbacks that are gone": (
        lambda a: a.client.delete(a.key(f"orphan:{UNKNOWN}")),
        "orphans",
        "keeps no callbacks",
    ),
    "ended and not in the index by end": (
        lambda a: a.client.zrem(a.key("ended"), a.ended),
        "ended",
        "which has ended (partial)",
    ),
    "another end": (lambda a: a.client.zincrby(a.key("ended"), 5, a.ended), "ended", "did not end at"),
    "end of an open order": (lambda a: a.client.zadd(a.key("ended"), {a.sent: 5}), "ended", "which is processing"),
    "end of no record": (lambda a: a.client.zadd(a.key("ended"), {GHOST: 5}), "ended", "has no record"),
    "purge of an open order": (lambda a: a.client.hset(a.key("purging"), a.sent, 1), "purging", "which is processing"),
    "purge of no record": (lambda a: a.client.hset(a.key("purging"), GHOST, 1), "purging", "has no record"),
    "tombstone for ever": (
        lambda a: a.client.hset(a.key(f"tombstone:{GHOST}"), "state", "complete"),
        f"tombstone:{GHOST}",
        "never expires",
    ),
    "Bandwidth's id of a purged order for ever": (
        lambda a: a.client.set(a.key("tombstone-bandwidth:gone"), GHOST),
        "tombstone-bandwidth:gone",
        "never expires",
    ),
    "callbacks of an open order": (lambda a: a.client.pexpire(a.record(a.sent, "seen"), DAY_MS), "", "expire"),
    "callbacks of an ended order": (lambda a: a.client.persist(a.record(a.ended, "seen")), "", "never expire"),
    "tail": (lambda a: a.client.hdel(a.key("line:options"), SHARED), "line:options", "names no order as the last"),
    "all tails": (lambda a: a.client.delete(a.key("line:location")), "line:location", "names no order as the last"),
    "tail that is not the last": (
        lambda a: a.client.hset(a.key("line:options"), SHARED, a.sent),
        "line:options",
        "but another stands behind",
    ),
    "tail without record": (
        lambda a: a.client.hset(a.key("line:options"), SHARED, GHOST),
        "line:options",
        "has no record",
    ),
    "tail that has ended": (
        lambda a: a.client.hset(a.key("line:options"), "2015550101", a.ended),
        "line:options",
        "has ended",
    ),
    "tail of another line": (
        lambda a: a.client.hset(a.key("line:options"), "2015559999", a.sent),
        "line:options",
        "is not about it",
    ),
    "link ahead": (lambda a: a.client.hdel(a.record(a.held, "ahead"), SHARED), "behind", "does not stand there"),
    "link behind": (lambda a: a.client.hdel(a.record(a.sent, "behind"), SHARED), "ahead", "does not stand there"),
    "all links": (
        lambda a: a.client.delete(*(a.record(each, "ahead") for each in (a.held, a.last, a.placed_later, a.change))),
        "behind",
        "does not stand there",
    ),
    "link to no record": (
        lambda a: a.client.hset(a.record(a.last, "ahead"), SHARED, GHOST),
        "ahead",
        f"names order {GHOST}, which does not stand there",
    ),
    "link for what is not in the order": (
        lambda a: a.client.hset(a.record(a.held, "ahead"), "2015559999", a.sent),
        "ahead",
        "for what is not in the order",
    ),
    "circle": (
        lambda a: a.client.hset(a.record(a.sent, "ahead"), SECOND_SHARED, a.last),
        "ahead",
        "does not stand there",
    ),
    "links of no record": (
        lambda a: a.client.hset(a.record(GHOST, "ahead"), SHARED, a.sent),
        "ahead",
        "links an order that has no record",
    ),
    "links of no records": (lambda a: a.client.hset(a.record(GHOST, "ahead"), SHARED, GHOST), "ahead", "has no record"),
    "ended order in line": (lambda a: a.client.hset(a.record(a.ended), "lined", 1), "", "something of it still stands"),
    "links of an ended order": (
        lambda a: a.client.hset(a.record(a.ended, "ahead"), SHARED, a.sent),
        "",
        "something of it still stands",
    ),
    "ended order first in line": (
        lambda a: a.client.hset(a.key("first"), a.ended, 1),
        "",
        "something of it still stands",
    ),
    "order out of line": (lambda a: a.client.hdel(a.record(a.held), "lined"), "", "does not know that it stands"),
    "aside and in line": (
        lambda a: a.client.hset(a.record(a.sent), "aside_since", 1),
        "",
        "has stepped aside, but stands in its lines",
    ),
    "aside and to be sent": (
        lambda a: a.client.hset(a.record(a.last), "aside_since", 1),
        "",
        "has stepped aside, but",
    ),
    "aside after its end": (
        lambda a: a.client.hset(a.record(a.ended), "aside_since", 1),
        "",
        "still has aside_since",
    ),
    "no longer aside": (
        lambda a: a.client.hdel(a.record(a.aside), "aside_since"),
        "",
        "does not know that it stands",
    ),
    "no end of waiting": (lambda a: a.client.hdel(a.record(a.foreign), "line_until"), "", "until when others wait"),
    "waiting": (
        lambda a: a.client.hset(a.key("line:options:waiting"), a.last, 1),
        "line:options:waiting",
        "it says 1, the links say 2",
    ),
    "not waiting": (
        lambda a: a.client.delete(a.key("line:location:waiting")),
        "line:location:waiting",
        "it says 0, the links say 1",
    ),
    "waiting for nobody": (
        lambda a: a.client.hset(a.key("line:options:waiting"), a.change, 1),
        "line:options:waiting",
        "it says 1, the links say 0",
    ),
    "followers": (
        lambda a: a.client.hset(a.key("line:options:followers"), a.sent, 9),
        "line:options:followers",
        "it says 9, the links say 2",
    ),
    "followers of no record": (
        lambda a: a.client.hset(a.key("line:options:followers"), GHOST, 2),
        "line:options:followers",
        "has no record",
    ),
}


async def test_every_sort_of_order_verifies_clean_and_a_look_changes_nothing(filled):
    before = await filled.dump()
    walk = await filled.verify()
    assert (names(walk), walk.count, walk.keys) == ([], 0, len(before))
    assert await filled.dump() == before


@pytest.mark.parametrize("damage", DAMAGE)
async def test_damage_is_found_and_named_then_mended(filled, damage):
    does, key, says = DAMAGE[damage]
    await does(filled)
    damaged = await filled.dump()

    walk = await filled.verify()

    assert await filled.dump() == damaged
    assert [each for each in walk.findings if each.key.endswith(key) and says in each.wrong], names(walk)
    assert {each.outcome for each in walk.findings} == {"mendable"}
    assert {each.account_id for each in walk.findings} == {filled.account}
    done = await filled.maintenance.repair(filled.account)
    assert {each.outcome for each in done.found.findings} == {"mended"}
    assert names(done.remaining) == []
    assert names(await filled.verify()) == []


LEFT = {
    "two orders with one id": (
        lambda a: a.client.hset(a.record(a.ended), "bandwidth_order_id", SECOND),
        f"bandwidth:{SECOND}",
        "both hold this id",
    ),
    "request forgotten": (
        lambda a: a.client.delete(a.key("idempotency:c:second")),
        "idempotency:c:second",
        "which is open and was made by it",
    ),
    "request of no record": (
        lambda a: a.client.hset(a.key("idempotency:c:third"), "order", GHOST),
        "idempotency:c:third",
        "has no record",
    ),
    "request of another's": (
        lambda a: a.client.hset(a.key("idempotency:c:third"), "order", a.sent),
        "idempotency:c:third",
        "made by another request",
    ),
    "timeline of no record": (lambda a: a.client.rpush(a.record(GHOST, "timeline"), "{}"), "timeline", "has no record"),
    "callbacks of a known order": (
        lambda a: a.client.hset(a.key(f"orphan:{SECOND}"), "k", "{}"),
        f"orphan:{SECOND}",
        "which is known",
    ),
    "unknown state": (lambda a: a.client.hset(a.record(a.ended), "state", "lost"), "", "missing or unknown"),
    "no state": (lambda a: a.client.hdel(a.record(a.ended), "state"), "", "missing or unknown"),
    "change of nothing": (
        lambda a: a.client.delete(a.record(a.changed), a.record(a.changed, "timeline")),
        "",
        "which has no record",
    ),
}


@pytest.mark.parametrize("damage", LEFT)
async def test_what_only_a_person_can_decide_is_left_and_said(filled, damage):
    does, key, says = LEFT[damage]
    await does(filled)

    done = await filled.maintenance.repair(filled.account)

    left = [each for each in done.remaining.findings if each.key.endswith(key) and says in each.wrong]
    assert left, names(done.remaining)
    assert {each.outcome for each in done.remaining.findings} == {"left"}
    assert all(each.repair.startswith("a person must") for each in left)


async def order_of_the_line(filled, subject, family="options"):
    order_id, line = await filled.client.hget(filled.key(f"line:{family}"), subject), []
    while order_id:
        line.insert(0, order_id)
        order_id = await filled.client.hget(filled.record(order_id, "ahead"), subject)
    return line


async def test_a_line_is_linked_in_the_sequence_in_which_its_orders_came(filled):
    parts = [
        filled.record(each, side) for each in (filled.sent, filled.held, filled.last) for side in ("ahead", "behind")
    ]
    await filled.client.delete(filled.key("line:options"), filled.key("line:location"), *parts)

    await filled.maintenance.repair(filled.account)

    assert await order_of_the_line(filled, SHARED) == [filled.sent, filled.held, filled.last]
    assert await order_of_the_line(filled, SECOND_SHARED) == [filled.sent, filled.last]
    assert await order_of_the_line(filled, PLACE, "location") == [filled.placed, filled.placed_later]
    assert await filled.client.hget(filled.key("line:options:waiting"), filled.last) == "2"


async def test_what_is_linked_stays_so_whatever_the_clock_said(filled):
    await filled.client.hset(filled.record(filled.last), "created_at", 1)
    await filled.client.hdel(filled.key("line:options"), SHARED)

    done = await filled.maintenance.repair(filled.account)

    assert names(done.remaining) == []
    assert await order_of_the_line(filled, SHARED) == [filled.sent, filled.held, filled.last]


async def test_a_line_that_goes_in_circles_is_found_although_all_its_links_are_mutual(filled):
    for one, other in ((filled.held, filled.last), (filled.last, filled.held)):
        await filled.client.hset(filled.record(one, "ahead"), SHARED, other)
        await filled.client.hset(filled.record(one, "behind"), SHARED, other)
    await filled.client.hset(filled.key("line:options"), SHARED, filled.sent)
    await filled.client.hdel(filled.record(filled.sent, "behind"), SHARED)

    assert "does not stand there" in str(names(await filled.verify()))
    done = await filled.maintenance.repair(filled.account)

    assert names(done.remaining) == []
    assert await order_of_the_line(filled, SHARED) == [filled.sent, filled.held, filled.last]


async def test_an_order_that_turns_out_to_be_first_is_due_at_once(filled):
    front = await filled.accept("2015550501")
    behind = await filled.accept("2015550501")
    await filled.cancel(front)
    await filled.client.hset(filled.key("line:options:waiting"), behind, 1)
    await filled.client.zadd(filled.key("due:submit"), {behind: FAR})

    await filled.maintenance.repair(filled.account)

    assert [claim.order.id for claim in await filled.book.claim(filled.account, [behind], "submit")] == [behind]


async def test_a_held_order_whose_turn_was_missed_is_brought_to_now(filled):
    front = await filled.accept("2015550501")
    behind = await filled.accept("2015550501")
    await filled.cancel(front)
    await filled.client.zadd(filled.key("due:submit"), {behind: FAR})
    await filled.client.hset(filled.record(behind), "next_look_at", FAR)

    done = await filled.maintenance.repair(filled.account)

    assert "after its next look" in str(names(done.found))
    assert names(done.remaining) == []
    soon = time.time() * 1000 + filled.store.offset + 4_000
    assert await filled.client.zscore(filled.key("due:submit"), behind) <= soon


async def test_a_second_order_that_bandwidth_holds_is_no_difference(filled):
    order_id = await filled.accept("2015550601")
    await filled.send(order_id, FOURTH)
    filled.store.offset += 30_000

    await filled.look(order_id, Report(Source.CHECK, "checked", bandwidth_order_id=FIFTH), "check")

    assert await filled.client.get(filled.key(f"bandwidth:{FIFTH}")) == order_id
    assert names(await filled.verify()) == []


async def test_a_line_in_which_too_many_are_linked_is_left(filled):
    for _ in range(101):
        await filled.accept("2015550701")
    await filled.client.hdel(filled.key("line:options"), "2015550701")

    done = await filled.maintenance.repair(filled.account)

    (left,) = done.found.findings
    assert left.outcome == "left"
    assert "cancel some of the held orders" in left.repair
    assert done.remaining.count == 1


async def test_five_thousand_numbers_are_verified_and_mended(filled):
    numbers = tuple(f"2{number:09d}" for number in range(5_000))
    big = await filled.accept(*numbers)
    second = await filled.accept(*numbers[1_000:])
    assert names(await filled.verify()) == []

    await filled.client.hdel(filled.key("line:options"), numbers[4_999])
    await filled.client.hdel(filled.record(second, "ahead"), numbers[3_000])
    await filled.client.hdel(filled.key("tn"), numbers[4_999])
    await filled.client.zrem(filled.key(f"tn:{numbers[3_000]}"), second)
    found = names(await filled.verify())
    assert {wrong.partition(" ")[0] for _, wrong, _ in found} == {"For", "It"}
    done = await filled.maintenance.repair(filled.account)

    assert (names(done.remaining), done.found.count) == ([], len(found))
    assert await order_of_the_line(filled, numbers[3_000]) == [big, second]
    assert await filled.client.hget(filled.key("line:options:waiting"), second) == "4000"


async def test_no_script_makes_more_than_a_thousand_calls(filled, monkeypatch):
    monkeypatch.setattr("service.maintenance.AT_ONCE", 1)
    numbers = tuple(f"2{number:09d}" for number in range(5_000))
    for at in range(200):
        await filled.accept(*numbers[at * 25 : at * 25 + 25])
    await filled.accept(*numbers)
    for at in range(200):
        await filled.accept(*numbers[at * 25 : at * 25 + 25])
    await filled.client.delete(filled.key("line:options"))
    run_many, calls = filled.store.run_many, []

    async def counted(*arguments):
        await filled.client.config_resetstat()
        done = await run_many(*arguments)
        stats = await filled.client.info("commandstats")
        uncounted = ("eval", "info", "config", "script")
        calls.append(sum(each["calls"] for name, each in stats.items() if not any(no in name for no in uncounted)))
        return done

    filled.store.run_many = counted
    await filled.verify()
    assert 500 < max(calls) < 1_000


async def test_no_more_differences_are_told_than_one_can_read_and_all_are_counted(filled, monkeypatch):
    monkeypatch.setattr("service.maintenance.MOST_TOLD", 2)
    await filled.client.delete(filled.key("orders"))
    walk = await filled.verify()
    assert len(walk.findings) == 2
    assert walk.count > 5
    assert FIRST not in str(names(walk))
