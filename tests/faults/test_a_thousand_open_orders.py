"""The promise: with 1,000 open orders, checking them costs under 60 requests, whether they have moved or not."""

from __future__ import annotations

import pytest
from crowd import BEGINS, ENDS, crowd

OPEN, MOST_REQUESTS = 1_000, 60


@pytest.fixture
async def many(valkey):
    async with crowd(valkey.url) as made:
        yield made


@pytest.mark.timeout(300)
async def test_a_pass_over_a_thousand_open_orders_costs_under_sixty_requests(many, record_property):
    ids = await many.send("tn-options", OPEN)

    asked = {"unmoved": await many.look(3)}
    assert await many.states(ids) == {"received": OPEN}
    many.clock.move(BEGINS)
    asked["begun"] = await many.look(6)
    assert await many.states(ids) == {"processing": OPEN}
    asked["unmoved again"] = await many.look(11)
    many.clock.move(ENDS)
    asked["ended, and nobody has called back"] = await many.look(31)
    assert await many.states(ids) == {"complete": OPEN}

    record_property("asked", asked)
    assert {name: sum(each.values()) for name, each in asked.items() if sum(each.values()) >= MOST_REQUESTS} == {}


@pytest.mark.timeout(300)
async def test_a_pass_over_a_thousand_names_that_have_not_moved_costs_under_sixty_requests(many):
    ids = await many.send("lidb", OPEN)

    asked = await many.look(6)

    assert sum(asked.values()) < MOST_REQUESTS, asked
    # a slow machine has looked at the first while it sent the last
    assert 0 not in {each.looks for each in await many.read(ids)}
