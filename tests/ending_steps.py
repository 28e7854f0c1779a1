"""Ends that Bandwidth might bring an order to, told to the book as a worker tells them."""

from __future__ import annotations

from service.governor import NONE
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Outcome, Outcomes
from service.report import Report


async def end(world, order_id, differing, default=None, state=State.PARTIAL, **more):
    """Let an order end as Bandwidth might say."""
    world.desk.store.offset += 10_000
    (claim,) = await world.desk.book.claim(world.account, [order_id], "submit")
    sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED)
    await world.desk.book.report(claim, sent, shelf()[claim.order.kind], NONE)
    world.desk.store.offset += 60_000
    (claim,) = await world.desk.book.claim(world.account, [order_id], "check")
    outcomes = Outcomes(default or Outcome("complete"), differing)
    ended = Report(Source.CHECK, "checked", state=state, outcomes=outcomes, **more)
    await world.desk.book.report(claim, ended, shelf()[claim.order.kind], NONE)
