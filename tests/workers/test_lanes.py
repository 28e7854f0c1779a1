"""A lane that hangs is told, once, and so is that it goes on; the others do meanwhile."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest

from service.errors import StoreUnavailable
from workers import lanes
from workers.lanes import STUCK_SECONDS, Lanes


class Rounds:
    """Rounds of lanes that take a step whenever the test lets them, at a time that the test tells."""

    def __init__(self):
        self.now = 0.0
        self.steps = {"one:6379": asyncio.Queue(), "two:6379": asyncio.Queue(), "": asyncio.Queue()}

    def monotonic(self):
        return self.now

    async def go_along(self, _desk, account_ids, _room, going):
        while (step := await self.steps[account_ids[0]].get()) != "end":
            if isinstance(step, Exception):
                raise step
            going()
        return 0

    async def let(self, server, step):
        self.steps[server].put_nowait(step)
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def rounds(monkeypatch):
    made = Rounds()
    monkeypatch.setattr(lanes, "go_along", made.go_along)
    monkeypatch.setattr(lanes, "END_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "time", SimpleNamespace(monotonic=made.monotonic))
    return made


def begun(*servers):
    made = Lanes()
    for each in servers:
        made.begin(None, each, [each], None)
    return made


def told(lines):
    every = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [(each["event"], each.get("server"), each["seconds"]) for each in every]


async def test_a_lane_that_hangs_is_told_once_and_again_when_it_takes_its_next_step(rounds, lines):
    made = begun("one:6379", "two:6379")
    rounds.now = STUCK_SECONDS - 1
    await rounds.let("two:6379", "step")
    assert made.go_on()
    rounds.now = STUCK_SECONDS
    assert not made.go_on()
    rounds.now += 10
    assert not made.go_on()
    assert told(lines) == [("clock.lane_stuck", "one:6379", STUCK_SECONDS)]
    assert json.loads(lines.getvalue())["do"]

    await rounds.let("one:6379", "step")
    assert made.go_on()
    assert told(lines)[1:] == [("clock.lane_went_on", "one:6379", STUCK_SECONDS + 10)]
    rounds.now += STUCK_SECONDS - 15
    assert made.go_on()
    assert len(told(lines)) == 2
    await made.end()


@pytest.mark.parametrize("end", ["end", StoreUnavailable("away")])
async def test_one_that_comes_to_its_end_goes_on_too_and_may_hang_anew(rounds, lines, end):
    made = begun("")
    for _ in range(2):
        rounds.now += STUCK_SECONDS
        assert not made.go_on()
        await rounds.let("", end)
        assert made.go_on()
        assert made.under_way() == set()
        made.begin(None, "", [""], None)
        await rounds.let("", "step")
    assert told(lines) == [("clock.lane_stuck", None, 30), ("clock.lane_went_on", None, 30)] * 2
    await made.end()
