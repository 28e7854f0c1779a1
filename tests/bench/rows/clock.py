"""A round of the clock where nothing is due, in an account of very many open orders and in one of few."""

from __future__ import annotations

import asyncio
import statistics
import time

import rig
from comparing import rotated
from orders_made import OURS, SMALL, seed
from row import Figure, Row, at_most

from service import wiring
from workers.clock import Silence, tick

#: ticks of one round; a tick takes about 5 ms
_TICKS = 100


def nothing_due(stage):
    seed(stage.client, f"{{{OURS}}}:", stage.scale.many)
    seed(stage.client, f"{{{SMALL}}}:", stage.scale.few)
    many, few = asyncio.run(_both(stage))
    seen = f"{many:.2f} ms at {stage.scale.many:,}, {few:.2f} ms at {stage.scale.few:,}"
    yield Figure(at_most(1.2, "1.2x a tick at 1,000"), many / few, seen)


async def _both(stage):
    """Return the median ms of a tick over each account."""
    desks = {each: wiring.build(rig.settings_for(stage.valkey.url, each)) for each in (OURS, SMALL)}
    found, silence = {each: [] for each in desks}, Silence()
    for turn in range(stage.scale.rounds + 1):
        for account in rotated(list(desks), turn):
            took = [await _timed(desks[account], silence) for _ in range(min(_TICKS, stage.scale.most))]
            found[account].append(statistics.median(took))
    for each in desks.values():
        await each.close()
    # what the first round pays for connections and scripts is left out
    return [statistics.median(found[each][-stage.scale.rounds :]) for each in desks]


async def _timed(desk, silence):
    began = time.perf_counter()
    rung = await tick(desk, silence)
    assert rung == 0, "something was due"
    return 1000 * (time.perf_counter() - began)


ROWS = (Row("clock tick, nothing due", nothing_due),)
