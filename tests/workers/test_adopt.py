"""The job that adopts, and the clock that rings for it; the whole story is in test_orders_placed_elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest

from service import bells
from service.errors import StoreUnavailable
from service.kinds import shelf
from service.report import CallbackNews
from service.store import keys
from service.store.server.connecting import connect_blocking
from workers import adopt
from workers.clock import Silence, tick

MEMBER = "tn-options/ddbdc72e-dc27-490c-904e-d0c11291b095"


async def due(world, member=MEMBER):
    """A callback has told of an order that nobody knows, and it is due to be adopted."""
    bandwidth_order_id = member.partition("/")[2]
    await world.desk.book.hear(
        CallbackNews(world.account, member, bandwidth_order_id, None, "tnoptions", "COMPLETE", None, None, None, None)
    )
    await world.desk.store.client.zadd(keys.due_adopt(world.account), {member: 1})


async def rung(world):
    await world.desk.bells.close()
    with connect_blocking(world.settings.redis_url) as connection:
        jobs = bells.queue("check", connection).jobs
    return [job.args for job in jobs if job.func_name == "workers.adopt.adopt" and job.args[0] == world.account]


async def tries(world):
    return await world.desk.store.client.hgetall(f"{keys.prefix(world.account)}adopt:tries")


async def test_a_tick_rings_once_for_what_is_due(world):
    await due(world)

    assert await tick(world.desk, Silence()) == 1
    assert await tick(world.desk, Silence()) == 0

    assert await rung(world) == [[world.account, [MEMBER]]]


async def test_a_lost_bell_is_rung_again_after_a_lease(world):
    await due(world)
    await tick(world.desk, Silence())
    world.desk.store.offset += round(world.settings.lease_seconds * 1000)

    assert await tick(world.desk, Silence()) == 1


async def test_a_full_queue_gets_no_bells(world):
    await due(world)
    object.__setattr__(world.desk, "settings", world.desk.settings.model_copy(update={"max_bells": 0}))
    assert await tick(world.desk, Silence()) == 0
    assert await rung(world) == []


@pytest.mark.parametrize(("until", "bells_rung"), [("9999999999999", 0), ("", 1)])
async def test_a_paused_account_gets_no_bells_but_a_probe(world, until, bells_rung):
    await due(world)
    await due(world, f"{MEMBER}0")
    await world.desk.store.client.hset(keys.pause(world.account), mapping={"why": "paused", "until": until})
    assert await tick(world.desk, Silence()) == bells_rung
    assert await tick(world.desk, Silence()) == 0


def test_the_job_enters_its_workers_loop(monkeypatch):
    seen = []

    async def adopt_all(*arguments):
        seen.append(arguments)

    monkeypatch.setattr(adopt, "adopt_all", adopt_all)
    worker = SimpleNamespace(beside=lambda _account, work: asyncio.run(work("the desk")))
    monkeypatch.setattr(adopt.WorkerProcess, "_current", worker)

    adopt.adopt("9900000", [MEMBER])

    assert seen == [("the desk", "9900000", [MEMBER])]


@pytest.mark.parametrize("member", [MEMBER, "a-kind-of-tomorrow/x", "number-options/x"])
async def test_what_cannot_be_fetched_is_tried_again_later(world, member):
    await due(world, member)

    await adopt.adopt_all(world.desk, world.account, [member])

    assert await tries(world) == {member: "1"}
    assert await world.desk.store.client.zscore(keys.due_adopt(world.account), member) > 1


async def test_a_conversation_that_fails_holds_up_no_other(world, monkeypatch):
    def fails(_account_id, bandwidth_order_id):
        yield from ()
        raise RuntimeError(bandwidth_order_id)

    broken = replace(shelf()["tn-options"], adopt=fails)
    monkeypatch.setattr(adopt, "shelf", lambda: {**shelf(), "broken": broken})
    for each in ("broken/one", MEMBER):
        await due(world, each)

    await adopt.adopt_all(world.desk, world.account, ["broken/one", MEMBER])

    assert await tries(world) == {"broken/one": "1", MEMBER: "1"}


async def test_while_the_store_is_away_nothing_is_lost(world, monkeypatch):
    await due(world)

    async def away(*_):
        raise StoreUnavailable

    monkeypatch.setattr(world.desk.book, "postpone", away)

    await adopt.adopt_all(world.desk, world.account, [MEMBER])

    assert await world.desk.store.client.zcard(keys.due_adopt(world.account)) == 1
    assert await tries(world) == {}
