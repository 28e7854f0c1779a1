"""The clock rings for what is overdue, and says so when nobody answers."""

from __future__ import annotations

import pytest
import structlog
from structlog.testing import capture_logs

from service import bells
from workers.clock import SILENT_SECONDS, Silence, tick


async def test_a_tick_rings_once_for_what_is_overdue(world):
    order = await world.submit()
    queue = bells.queue("submit", world.desk.bells._connection)

    assert await tick(world.desk, Silence()) == 1
    assert await tick(world.desk, Silence()) == 0

    await world.desk.bells.close()
    assert [world.account, [order["id"]]] in [job.args for job in queue.jobs]


async def test_a_full_queue_gets_no_more_bells(world):
    await world.submit()
    object.__setattr__(world.desk, "settings", world.desk.settings.model_copy(update={"max_bells": 0}))
    assert await tick(world.desk, Silence()) == 0


@pytest.fixture
def _warnings():
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_warnings")
def test_bells_that_nobody_takes_are_told_once_a_minute():
    silence = Silence()
    with capture_logs() as logs:
        told = [second for second in range(0, 200, 10) if silence.notice("submit", 3, float(second))]
    assert told == [60, 120, 180]
    assert {entry["event"] for entry in logs} == {"clock.bells_unanswered"}
    assert all("order-tracker worker submit" in entry["do"] for entry in logs)


def test_a_queue_that_empties_now_and_then_is_no_silence():
    silence = Silence()
    half = SILENT_SECONDS / 2
    assert not any(silence.notice("check", waiting, half * at) for at, waiting in enumerate([1, 0] * 5))
