"""Searching: pages of any search, one after the other, are what a look at every order would find."""

from __future__ import annotations

import contextlib
import random
from collections import Counter

import pytest
from mixed_orders import CODES, KINDS, NUMBERS, Mixed
from store_steps import FIRST, SECOND
from verified_account import Account

from service.identifiers import id_bound, new_id
from service.lifecycle import STEP_OF, TERMINAL, State
from service.store import candidates, indexing, keys, reading, searching
from service.store.wanted import Wanted


@contextlib.asynccontextmanager
async def mixed(valkey, monkeypatch, rng, accounts, size):
    made = [Mixed(valkey.url, rng, monkeypatch) for _ in range(accounts)]
    for each in made:
        await each.grow(size)
        await each.move(2 * size)
    yield made
    for each in made:
        await each.store.close()


def any_search(rng, orders):
    """Wanted properties, most of which some order has."""
    one = rng.choice(orders)
    chances = {
        "kinds": frozenset(rng.sample(KINDS, rng.randrange(1, 3))),
        "states": rng.choice(
            (frozenset({one.state}), frozenset(STEP_OF), TERMINAL, frozenset(rng.sample(list(State), 4)))
        ),
        "telephone_number": rng.choice(NUMBERS),
        "reference": rng.choice(("ours", "theirs", "ours too", one.reference.strip(), "nobody's")),
        "origin": rng.choice(("api", "external")),
        "error_code": rng.choice(CODES),
        "created_from": one.created_at,
        "created_to": rng.choice(orders).created_at,
        "bandwidth_order_id": one.bandwidth_order_id or FIRST,
    }
    odds = {"bandwidth_order_id": 0.08, "telephone_number": 0.3, "reference": 0.2, "error_code": 0.2, "origin": 0.2}
    return Wanted(**{name: value for name, value in chances.items() if rng.random() < odds.get(name, 0.35)})


def reference_of(order):
    ours = order.id if order.origin == "api" else ""
    return (order.customer_order_id or ours).strip()


def has(order, wanted):
    """The plain meaning of a search."""
    return (
        order.kind in (wanted.kinds or {order.kind})
        and order.state in (wanted.states or {order.state})
        and (not wanted.telephone_number or wanted.telephone_number in order.telephone_numbers)
        and (not wanted.reference or wanted.reference == reference_of(order))
        and (not wanted.bandwidth_order_id or wanted.bandwidth_order_id == order.bandwidth_order_id)
        and (not wanted.origin or wanted.origin == order.origin)
        and (not wanted.error_code or any(each.code == wanted.error_code for each in order.errors))
        and (not wanted.created_from or order.created_at >= wanted.created_from)
        and (not wanted.created_to or order.created_at < wanted.created_to)
    )


async def pages(made, wanted, most, between=None):
    """Every page of a search, to its end."""
    accounts, after, found = [each.account for each in made], None, []
    for _ in range(1_000):
        page = await searching.search(made[0].store, accounts, wanted, most, after)
        assert len(page.orders) <= most
        found.append([each.id for each in page.orders])
        if page.after is None:
            return found
        after = page.after
        if between:
            await between()
    raise AssertionError("the list has no end")


def flat(found):
    return [each for page in found for each in page]


@pytest.mark.parametrize("accounts", [1, 3])
async def test_all_pages_of_any_search_are_what_a_look_at_every_order_finds(valkey, monkeypatch, accounts):
    rng, sizes = random.Random(20260727 + accounts), Counter()
    # looks of a few candidates each, so that a page takes several, and may be short
    monkeypatch.setattr(searching, "_FIRST", 3)
    monkeypatch.setattr(searching, "MOST_CANDIDATES", 30)
    async with mixed(valkey, monkeypatch, rng, accounts, 45 // accounts) as made:
        orders = [order for each in made for order in await each.all()]
        assert {each.origin for each in orders} == {"api", "external"}
        assert len({each.state for each in orders}) >= 6
        for _ in range(90):
            wanted, most = any_search(rng, orders), rng.choice((1, 4, 11))
            monkeypatch.setattr(candidates, "READ", rng.choice((5, 40, 5_000)))
            expected = sorted((each.id for each in orders if has(each, wanted)), reverse=True)
            found = await pages(made, wanted, most)
            assert flat(found) == expected, wanted
            sizes[min(len(expected), 2)] += 1
    assert min(sizes[0], sizes[2]) >= 10


async def test_orders_that_match_all_the_while_are_found_once_while_orders_come_and_move(valkey, monkeypatch):
    rng, seen = random.Random(7), 0
    monkeypatch.setattr(searching, "_FIRST", 3)
    async with mixed(valkey, monkeypatch, rng, 1, 30) as (made,):
        for _ in range(12):
            await made.grow(4)
            orders = await made.all()
            wanted = any_search(rng, orders)
            always = {each.id for each in orders if has(each, wanted)}
            ever = set(always)

            async def life_goes_on(wanted=wanted, always=always, ever=ever):
                await made.move(3)
                await made.grow(1)
                now = {each.id for each in await made.all() if has(each, wanted)}
                always &= now
                ever |= now

            found = flat(await pages([made], wanted, 2, life_goes_on))
            assert max(Counter(found).values(), default=1) == 1
            assert always <= set(found) <= ever
            seen += len(found)
    assert seen > 30


@pytest.fixture
async def made(valkey):
    account = Account(valkey.url)
    yield account
    await account.store.close()


async def found_by(made, most=10, **wanted):
    page = await searching.search(made.store, [made.account], Wanted(**wanted), most)
    return [each.id for each in page.orders]


async def test_what_the_indexes_of_an_account_hold_is_read_at_one_instant(made):
    """Else an order that moves from one to another between two reads would be in neither."""
    order_id = await made.accept("2015550601")

    async def transactions():
        return (await made.client.info("commandstats")).get("cmdstat_exec", {"calls": 0})["calls"]

    for wanted in ({"states": frozenset(STEP_OF)}, {"telephone_number": "2015550601"}):
        before = await transactions()
        assert await found_by(made, **wanted) == [order_id]
        assert await transactions() == before + 1


async def test_an_order_that_lost_the_property_since_its_index_was_read_is_not_shown(made, monkeypatch):
    first, second = await made.accept("2015550601"), await made.accept("2015550602")
    read = candidates.read

    async def sent_meanwhile(*given):
        some = await read(*given)
        await made.send(second)
        return some

    monkeypatch.setattr(candidates, "read", sent_meanwhile)
    assert await found_by(made, states=frozenset({State.ACCEPTED})) == [first]


@pytest.mark.parametrize("place", [0, 199, 200, 249])
async def test_a_number_that_is_not_in_the_index_yet_is_found(made, monkeypatch, place):
    async def ends(*_):
        return None

    monkeypatch.setattr(indexing, "follow", ends)
    numbers = [f"20155{at:05d}" for at in range(250)]
    others = [f"20255{at:05d}" for at in range(250)]
    # beyond 200 that another order names, the script that brings one leaves the rest to others
    before = await made.accept(*numbers, family="another")
    await made.accept(*others, family="another")
    large = await made.accept(*numbers)
    other = await made.accept(*others)
    assert set(await made.client.hkeys(keys.unindexed(made.account))) == {large, other}

    assert await found_by(made, telephone_number=numbers[place]) == [large, before]
    assert await found_by(made, telephone_number="2015599999") == []


async def test_an_order_is_found_by_each_id_that_bandwidth_has_for_it(made):
    order_id = await made.accept("2015550601")
    await made.send(order_id, FIRST)
    await made.client.set(keys.bandwidth(made.account, SECOND), order_id)

    for each in (FIRST, SECOND):
        assert await found_by(made, bandwidth_order_id=each) == [order_id]
        assert await found_by(made, bandwidth_order_id=each, telephone_number="2015550601") == [order_id]
        assert await found_by(made, bandwidth_order_id=each, telephone_number="2015550602") == []
        assert await found_by(made, bandwidth_order_id=each, states=frozenset({State.ACCEPTED})) == []


async def test_an_order_without_a_reference_is_found_by_our_own_id_as_bandwidth_has_it(made):
    order_id, other = await made.accept("2015550601"), await made.accept("2015550602", customer_order_id="theirs")

    assert await found_by(made, reference=order_id) == [order_id]
    assert await found_by(made, reference=other) == []


async def test_an_order_of_a_batch_is_found_by_its_time_however_old_the_batch_is(made):
    batch_id, old = new_id(), f"{id_bound(1_700_000_000_000)}-7000-8000-000000000000"
    order_id = await made.accept("2015550601", id=old)
    await made.client.hset(made.record(order_id), "batch", batch_id)
    await made.client.zadd(keys.batch(made.account, batch_id, "orders"), {order_id: 0})
    (order,) = await reading.get(made.store, made.account, [order_id])

    assert await found_by(made, batch_id=batch_id, created_from=order.created_at) == [order_id]
    assert await found_by(made, batch_id=batch_id, created_from=order.created_at + 1) == []


async def many(made, count, **more):
    """So many records with their place in the index, made of one."""
    pattern = await made.client.hgetall(made.record(await made.accept("2015550601")))
    ids = [new_id() for _ in range(count)]
    pipeline = made.client.pipeline(transaction=False)
    for each in ids:
        pipeline.hset(made.record(each), mapping={**pattern, **more})
        pipeline.zadd(keys.index(made.account), {each: 0})
    await pipeline.execute()
    return ids


async def test_a_search_looks_at_two_thousand_orders_and_the_next_page_goes_on(made, monkeypatch):
    ids = await many(made, 2_050)
    oldest = (await made.client.zrange(keys.index(made.account), 0, 0))[0]
    await made.client.hset(made.record(oldest), "origin", "external")
    looked, read = [], candidates.read

    async def counted(*given):
        some, more = await read(*given)
        looked.append(len(some))
        return some, more

    monkeypatch.setattr(candidates, "read", counted)
    first = await searching.search(made.store, [made.account], Wanted(origin="external"), 50)
    assert (first.orders, first.after, sum(looked)) == ((), sorted(ids)[50], searching.MOST_CANDIDATES)
    assert len(looked) <= 3
    second = await searching.search(made.store, [made.account], Wanted(origin="external"), 50, first.after)
    assert ([each.id for each in second.orders], second.after) == ([oldest], None)


async def test_a_page_ends_early_rather_than_carry_orders_of_thousands_of_groups(made, monkeypatch):
    """Else one call would take the loop, on which callbacks are heard too, for many seconds, and all memory."""
    ids = sorted([await made.accept(f"20155506{at:02d}") for at in range(5)], reverse=True)
    weight = await made.client.hstrlen(made.record(ids[0]), "request")
    monkeypatch.setattr(searching, "_HEAVIEST", 2 * weight)
    assert await pages([made], Wanted(), 50) == [ids[:2], ids[2:4], ids[4:]]
    monkeypatch.setattr(searching, "_HEAVIEST", weight - 1)
    assert flat(await pages([made], Wanted(), 50)) == ids


async def test_a_reference_that_most_orders_have_is_not_walked_for_a_state_that_few_have(made, monkeypatch):
    for at in range(6):
        order_id = await made.accept(f"20155506{at:02d}", customer_order_id="everybody's")
    await made.send(order_id)
    read, looked = candidates.read, []

    async def counted(*given):
        some, more = await read(*given)
        looked.append(len(some))
        return some, more

    monkeypatch.setattr(candidates, "read", counted)
    assert await found_by(made, reference="everybody's", states=frozenset({State.RECEIVED})) == [order_id]
    assert looked == [1]


async def test_an_order_whose_record_is_gone_is_passed_over(made):
    order_id = await made.accept("2015550601")
    gone = new_id()
    for key in (keys.index(made.account), keys.number(made.account, "2015550601")):
        await made.client.zadd(key, {gone: 0})

    assert await found_by(made) == await found_by(made, origin="api") == [order_id]
    assert await found_by(made, telephone_number="2015550601") == [order_id]


async def test_nobodys_accounts_hold_nothing(made):
    await made.accept("2015550601")
    assert await searching.search(made.store, [], Wanted(), 10) == searching.Page((), None)


async def test_a_search_changes_nothing(made):
    await made.accept("2015550601")
    before = await made.dump()
    for wanted in ({}, {"telephone_number": "2015550601"}, {"reference": "x"}, {"bandwidth_order_id": FIRST}):
        await found_by(made, **wanted)
    assert await made.dump() == before
