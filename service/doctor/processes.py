"""Processes: workers of every queue, and a clock for every account."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.bells import WORKS
from service.doctor.finding import Finding, some, span
from service.doctor.queue import address
from service.store import ticking
from service.worker_registry import alive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bells import Work
    from service.wiring import Desk
    from service.worker_registry import Heard

#: seconds without a round, beyond those between two, after which a clock is missed
MISSED_SECONDS: Final = 10.0


async def workers(desk: Desk) -> list[Finding]:
    """Look which worker processes are alive; raises StoreUnavailable."""
    heard = await asyncio.to_thread(alive, address(desk.settings), WORKS)
    return [_of(work, [each for each in heard if each.step == work]) for work in WORKS]


async def clock(desk: Desk, account_id: str) -> list[Finding]:
    """Look when a clock last went round the account."""
    tick = await ticking.last(desk.store, account_id)
    do = "start one: order-tracker clock. Without it nothing that was missed is looked at again"
    if tick is None:
        return [Finding("clock", "fail", "none has gone round for an hour", do, account_id)]
    if tick.seconds_ago > MISSED_SECONDS + desk.settings.clock_seconds:
        gone = f"that on {tick.by} went round last, {span(tick.seconds_ago)} ago"
        return [Finding("clock", "fail", gone, do, account_id)]
    return [Finding("clock", "ok", f"on {tick.by}", account_id=account_id)]


def _of(work: Work, heard: Sequence[Heard]) -> Finding:
    if not heard:
        # without couriers events wait; orders go on
        return Finding(
            f"workers {work}",
            "warn" if work == "deliver" else "fail",
            "none is alive",
            f"start some: order-tracker worker {work}",
        )
    hosts = sorted({each.host for each in heard})
    return Finding(f"workers {work}", "ok", f"{some(len(heard), 'process', 'processes')} on {', '.join(hosts)}")
