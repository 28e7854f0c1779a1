"""The backlog of an account: whether it is paused, and for how long what is due has waited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.doctor.finding import Finding, judged, some, span
from service.lifecycle import STEPS
from service.store import keys, waiting

if TYPE_CHECKING:
    from service.wiring import Desk

#: seconds for which something may be due before somebody should know
LATE_SECONDS: Final = 60.0


async def pause(desk: Desk, account_id: str) -> list[Finding]:
    """Look whether anything is sent to Bandwidth for the account."""
    paused = await waiting.pause(desk.store, account_id)
    if paused is None:
        return [Finding("pause", "ok", "orders go to Bandwidth", account_id=account_id)]
    if paused.until is not None:
        return [Finding("pause", "warn", paused.why, "nothing: it ends by itself", account_id)]
    do = "correct what Bandwidth refuses, or wait until it is back: a probe ends the pause"
    return [Finding("pause", "fail", paused.why, do, account_id)]


async def due(desk: Desk, account_id: str) -> list[Finding]:
    """Look for how long orders of each step, and deliveries of events, have been due."""
    names = {
        **{f"due to {step}": keys.due(account_id, step) for step in STEPS},
        "due to deliver": keys.due_deliver(account_id),
    }
    async with desk.store.asked(account_id, "doctor") as client:
        pipeline = client.pipeline(transaction=False)
        pipeline.time()
        for key in names.values():
            pipeline.zrange(key, 0, 0, withscores=True)
        (seconds, microseconds), *first = await pipeline.execute()
    now = seconds * 1000 + microseconds / 1000 + desk.store.offset
    return [
        _late(check, now - found[0][1] if found else 0.0, account_id) for check, found in zip(names, first, strict=True)
    ]


async def attention(desk: Desk, account_id: str) -> list[Finding]:
    """Count the orders that wait for a person."""
    async with desk.store.asked(account_id, "doctor") as client:
        count = await client.zcard(keys.index(account_id, state="needs_attention"))
    do = f"GET /v1/accounts/{account_id}/orders?state=needs_attention: do as each says, then retry or cancel it"
    found = f"{some(count, 'order')} {'needs' if count == 1 else 'need'} a person"
    return [judged("attention", "warn" if count else "ok", found, do, account_id)]


def _late(check: str, late_ms: float, account_id: str) -> Finding:
    late = late_ms / 1000
    if late <= LATE_SECONDS:
        return Finding(check, "ok", "nothing is late", account_id=account_id)
    do = "see the lines about pause, clock and workers; when these are well, start more workers or raise TRACKER_RATE"
    return Finding(check, "warn", f"the first has been due for {span(late)}", do, account_id)
