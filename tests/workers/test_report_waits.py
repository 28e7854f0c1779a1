"""The id in Bandwidth's 201 is worth waiting for: it is reported again and again until the store takes it."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import rig

GROUP = {"telephone_numbers": ["2015552101"], "sms": "on"}


@pytest.fixture
async def alone():
    """A world with a server of its own, and that server."""
    with rig.valkey() as server:
        async with rig.world(server.url, look_factor=100_000) as world:
            yield world, server


@contextlib.contextmanager
def out_of_memory(server):
    with rig.redis.Redis(port=server.port) as client:
        client.config_set("maxmemory", "1mb")
        yield
        client.config_set("maxmemory", "0")


@contextlib.contextmanager
def read_only(server):
    with rig.redis.Redis(port=server.port) as client:
        client.replicaof("127.0.0.1", str(rig.free_port()))
        yield
        client.replicaof("NO", "ONE")


@contextlib.contextmanager
def killed(server):
    server.kill()
    yield
    server.start_again()


@pytest.fixture
def tries(monkeypatch):
    """How often a report was tried."""
    made = []
    inner = rig.Errands._report

    async def report(self, claim, said, kind, effect):
        book = self.desk.book
        asked = book.report

        async def counted(*what):
            made.append(what)
            return await asked(*what)

        monkeypatch.setattr(book, "report", counted)
        return await inner(self, claim, said, kind, effect)

    monkeypatch.setattr(rig.Errands, "_report", report)
    return made


@pytest.mark.parametrize("outage", [out_of_memory, read_only, killed])
async def test_an_answer_that_the_store_does_not_take_is_reported_once_it_does(alone, tries, outage):
    world, server = alone
    await world.faults(latency_ms=300)
    order = await world.submit([GROUP])
    turn = asyncio.create_task(world.look_once("submit"))

    async def posted():
        return [each for each in await world.ledger() if each["posts"]]

    await rig.until(posted)

    async def tried():
        # without memory the server still does a script whose first write needs none
        return len(tries) >= 2 or turn.done()

    with outage(server):
        await rig.until(tried)
    await turn

    reported = await world.order(order["id"])
    (entry,) = await world.ledger()
    assert reported["state"] == "received"
    assert reported["bandwidth_order_id"] == entry["order_id"]
    assert entry["posts"] == 1
