"""All checks at once: each in its own time, none keeps another from its turn, and every failure is a line."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import rig

from service import wiring
from service.doctor import examination
from service.errors import BandwidthUnavailable


async def test_every_check_has_its_line(world):
    two = replace(world.desk, settings=world.settings.model_copy(update={"accounts": (world.account, "1")}))
    found = await examination.examine(two)
    checks = [each.check for each in found]
    for name in ("store", "durability", "scripts", "queue", "workers submit", "spool", "callback address"):
        assert checks.count(name) == 1
    for name in ("clock", "pause", "due to check", "endpoints", "attention", "orphans", "bandwidth"):
        assert checks.count(name) == 2
    # the sandbox does not know the second one
    (theirs,) = [each for each in found if (each.check, each.account_id) == ("bandwidth", "1")]
    assert (theirs.level, "403" in theirs.found) == ("fail", True)


async def test_while_the_store_is_away_what_needs_it_is_unseen_and_the_rest_is_seen():
    desk = wiring.build(rig.settings_for(f"redis://127.0.0.1:{rig.free_port()}/0", "1"))
    found = {each.check: each for each in await examination.examine(desk)}
    await desk.close()
    assert {found[name].level for name in ("store", "queue")} == {"fail"}
    assert "TRACKER_REDIS_URL" in found["store"].do
    assert "TRACKER_QUEUE_REDIS_URL" in found["queue"].do
    for name in ("durability", "scripts", "workers", "clock", "due", "endpoints", "attention", "orphans"):
        assert (found[name].level, found[name].found) == ("warn", "could not be seen: ConnectionError")
    assert found["bandwidth"].level == "fail"


async def never(_desk):
    await asyncio.Event().wait()


async def broken(_desk):
    raise ZeroDivisionError("nothing")


async def refused(_desk):
    raise BandwidthUnavailable("Bandwidth is away.")


@pytest.mark.parametrize(
    ("check", "found", "do"),
    [
        (never, "no answer within 0.1 s", "see why what it asks is slow"),
        (broken, "the check itself failed: ZeroDivisionError: nothing", "report it"),
        (refused, "Bandwidth is away.", "see the log of the processes"),
    ],
)
async def test_a_check_that_fails_is_a_finding(world, monkeypatch, check, found, do):
    monkeypatch.setattr(examination, "_ONCE", {"one": check})
    monkeypatch.setattr(examination, "_EACH", {})
    monkeypatch.setattr(examination, "SECONDS", 0.1)
    (finding,) = await examination.examine(world.desk)
    assert (finding.check, finding.level, finding.found, finding.do) == ("one", "fail", found, do)
