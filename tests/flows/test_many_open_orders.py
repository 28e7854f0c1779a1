"""Looking at many open orders at once costs a list, and a GET only for an order that has moved.

A thousand of them are in tests/faults/test_a_thousand_open_orders.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from crowd import BEGINS, ENDS, crowd
from rig import until

from service.asking import Useless
from service.bandwidth.guard import Withheld
from service.kinds import shelf
from service.order import Waiting
from service.report import CallbackNews
from service.store import keys
from service.survey import Survey
from service.surveys import Surveys
from workers import survey
from workers.round import Round

MANY = 20
PATHS = {"tn-options": "tnoptions", "lidb": "lidbs", "dlda": "dldas"}
KINDS = sorted(PATHS)


@pytest.fixture
async def many(valkey):
    async with crowd(valkey.url) as made:
        yield made


def lists(kind, how_many=1):
    return {f"GET {PATHS[kind]}": how_many}


def gets(kind, how_many):
    found = {f"GET {PATHS[kind]}/{{order_id}}": how_many}
    return found | ({f"GET {PATHS[kind]}/{{order_id}}/history": how_many} if kind == "dlda" else {})


@pytest.mark.parametrize("kind", KINDS)
async def test_orders_that_have_not_moved_cost_one_list(many, kind):
    ids = await many.send(kind, MANY)
    before = await many.read(ids)
    timelines = [await many.world.timeline(each) for each in ids]

    looks = shelf()[kind].looks
    for at in (0, 1):
        assert await many.look(looks[at] + 1) == lists(kind)

    for was, now in zip(before, await many.read(ids), strict=True):
        assert (now.state, now.version, now.looks) == (was.state, was.version, 2)
        assert now.checked_at > was.updated_at
        assert now.next_look_at - now.checked_at == pytest.approx(looks[1] * 1000, abs=5_000)
    assert [await many.world.timeline(each) for each in ids] == timelines


@pytest.mark.parametrize("kind", KINDS)
async def test_only_orders_that_have_moved_are_fetched(many, kind):
    moved = await many.send(kind, 10)
    many.clock.move(BEGINS - 60)
    others = await many.send(kind, 10)
    many.clock.move(120)

    assert await many.look(16) == lists(kind) | gets(kind, 10)

    assert await many.states(moved) == {"processing": 10}
    assert await many.states(others) == {"received": 10}


async def test_line_options_that_have_moved_come_whole_in_a_second_list(many):
    ids = await many.send("tn-options", MANY)
    many.clock.move(ENDS)

    assert await many.look(3) == lists("tn-options", 2)

    assert await many.states(ids) == {"complete": MANY}
    for each in ids[:2]:
        numbers = await many.world.numbers(each)
        assert {number["outcome"] for number in numbers.values()} == {"complete"}
        told = [entry for entry in await many.world.timeline(each) if entry["source"] == "check"]
        assert [(entry["event"], entry["state"], entry["bandwidth_status"]) for entry in told] == [
            ("checked", "complete", "COMPLETE")
        ]
        documents = (await many.world.api.get(f"{many.world.orders}/{each}/documents")).json()["documents"]
        assert "in a list" in documents[-1]["title"]


async def test_names_that_have_moved_are_fetched_one_by_one(many):
    ids = await many.send("lidb", MANY)
    many.clock.move(ENDS)

    assert await many.look(6) == lists("lidb") | gets("lidb", MANY)

    assert await many.states(ids) == {"complete": MANY}


async def two_waves(many):
    """Ten orders that are looked at in a few seconds of thirty, and ten others that are due in two."""
    first = await many.send("tn-options", 10)
    for seconds in (3, 6, 11, 31):
        await many.look(seconds)
    many.world.desk.store.offset += 22_000
    return first, await many.send("tn-options", 10)


async def looks_of(many, ids):
    return {each.looks for each in await many.read(ids)}


async def test_looks_that_are_due_soon_are_made_together_with_those_that_are_due(many):
    first, second = await two_waves(many)

    assert await many.look(3) == lists("tn-options")

    assert (await looks_of(many, first), await looks_of(many, second)) == ({5}, {1})


async def test_a_list_of_yesterday_is_not_trusted_for_an_order_that_it_lacks(many):
    ids = await many.send("lidb", MANY)
    await many.look(6)
    many.clock.move(3 * 86_400 - ENDS - 60)

    # by the sandbox's list they were modified long before; as they ended, nobody told us
    asked = await many.look(3 * 86_400)

    assert asked == lists("lidb") | gets("lidb", MANY)
    assert await many.states(ids) == {"complete": MANY}


def replaced(monkeypatch, kind, **changes):
    """Have a worker's shelf hold a kind that is changed."""
    held = {**shelf(), kind: replace(shelf()[kind], **changes)}
    monkeypatch.setattr(survey, "shelf", lambda: held)


def fails(*_):
    yield from ()
    raise RuntimeError("a bug")


def useless(*_):
    yield from ()
    return Useless("No.", Waiting("no"))


def knows_nothing(*_):
    yield from ()
    return Survey()


@pytest.mark.parametrize("conversation", [fails, useless, knows_nothing])
async def test_without_a_list_orders_are_looked_at_one_by_one(many, monkeypatch, conversation):
    ids = await many.send("tn-options", MANY)
    many.clock.move(ENDS)
    replaced(monkeypatch, "tn-options", survey=conversation, tell=conversation)

    assert await many.look(3) == gets("tn-options", MANY)

    assert await many.states(ids) == {"complete": MANY}


async def test_a_list_that_fails_brings_no_look_forward(many, monkeypatch):
    first, second = await two_waves(many)
    replaced(monkeypatch, "tn-options", survey=useless)

    assert await many.look(3) == gets("tn-options", 10)

    assert (await looks_of(many, first), await looks_of(many, second)) == ({4}, {1})
    monkeypatch.undo()
    assert await many.look(5) == lists("tn-options")
    assert (await looks_of(many, first), await looks_of(many, second)) == ({5}, {2})


async def test_a_callback_while_a_list_is_read_is_looked_after(many, monkeypatch):
    ids = await many.send("tn-options", MANY)
    order = (await many.read(ids))[0]
    settle = Surveys.settle

    async def after_a_callback(*arguments):
        await many.world.desk.book.hear(
            CallbackNews(
                many.world.account, "a", order.bandwidth_order_id, None, "tnoptions", "FAILED", None, None, None, None
            )
        )
        return await settle(*arguments)

    monkeypatch.setattr(Surveys, "settle", after_a_callback)

    assert await many.look(3) == lists("tn-options") | gets("tn-options", 1)

    assert (await many.read(ids))[0].announced == "FAILED"


async def test_what_was_learned_after_a_list_was_written_is_not_undone_by_it(many, monkeypatch):
    ids = await many.send("tn-options", MANY)
    many.clock.move(BEGINS)
    book, before = many.world.desk.book, await many.read(ids)
    claim = book.claim

    async def after_another_look(account, some, step, **more):
        if not more:
            return await claim(account, some, step)
        many.clock.move(ENDS)
        monkeypatch.setattr(book, "claim", claim)
        (other,) = await claim(account, [ids[0]], "check")
        await many.world.errands.run(other)
        await many.world.desk.store.client.hincrby(keys.order(account, ids[1]), "nudges", 1)
        return await claim(account, some, step, **more)

    monkeypatch.setattr(book, "claim", after_another_look)
    assert await many.look(3) == lists("tn-options", 2) | gets("tn-options", 2)

    assert await many.states(ids) == {"complete": 2, "processing": MANY - 2}
    assert {each.state for each in before} == {"received"}


async def test_a_list_whose_turn_is_far_is_asked_for_later(many, monkeypatch):
    ids = await many.send("tn-options", MANY)
    take = many.world.desk.turns.take

    async def too_far(*_):
        raise Withheld("later")

    monkeypatch.setattr(many.world.desk.turns, "take", too_far)
    assert await many.look(3) == {}
    assert {each.looks for each in await many.read(ids)} == {0}
    monkeypatch.setattr(many.world.desk.turns, "take", take)

    assert await many.look(30) == lists("tn-options")


async def test_a_store_that_goes_away_costs_a_lease(many, monkeypatch):
    ids = await many.send("tn-options", MANY)
    settle = Surveys.settle

    async def away(*_):
        raise survey.StoreUnavailable

    monkeypatch.setattr(Surveys, "settle", away)
    assert await many.look(3) == lists("tn-options")
    monkeypatch.setattr(Surveys, "settle", settle)

    assert await many.look(30) == lists("tn-options")
    assert {each.looks for each in await many.read(ids)} == {1}


async def test_a_list_that_is_slow_is_given_up_with_its_lease(valkey):
    async with crowd(valkey.url, lease_seconds=0.3, exchange_seconds=0.29) as many:
        ids = await many.send("tn-options", 8)
        many.world.desk.store.offset += 3_000
        surveyor = survey.Surveyor.of(many.world.errands)
        group = await surveyor.surveys.gather(many.world.account)

        async def never(*_):
            await asyncio.Event().wait()

        many.world.desk.connection.drive = never
        await surveyor.run(group)

        assert {*await many.world.desk.book.take(many.world.account, "check", 100)} == {*ids}


async def test_a_429_to_a_list_pauses_the_account(many, monkeypatch):
    await many.send("tn-options", MANY)
    monkeypatch.setattr(survey, "effect_of", lambda *_: survey.Effect("pause", "throttled", 5_000))

    await many.look(3)

    assert await many.world.desk.store.client.hget(keys.pause(many.world.account), "why") == "throttled"


async def test_orders_are_gathered_for_a_list_while_others_wait_in_line_for_a_slot(valkey, monkeypatch):
    gather, groups = Surveys.gather, []

    async def noted(*given):
        if group := await gather(*given):
            groups.append(group)
        return group

    async with crowd(valkey.url, exchanges=4) as many:
        single, send, go, held = await many.send("lidb", 6), many.world.desk.connection._send, asyncio.Event(), []

        async def gated(exchange, wire):
            if len(held) < many.world.settings.exchanges:
                held.append(exchange)
                await go.wait()
            return await send(exchange, wire)

        many.world.desk.store.offset += 6_000
        many.world.desk.connection._send = gated
        round_ = asyncio.create_task(Round(many.world.errands, "check", many.world.account, lambda: False).run(single))
        await until(lambda: _true(len(held) == many.world.settings.exchanges))
        await many.send("tn-options", MANY)
        monkeypatch.setattr(Surveys, "gather", noted)
        many.world.desk.store.offset += 3_000
        await until(lambda: _true(groups))

        async def let_go():
            go.set()
            await round_

        assert (await many.asked(let_go))["GET tnoptions"] == 1


async def _true(what):
    return what
