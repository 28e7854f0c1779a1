"""An errand: one claimed order, one conversation with Bandwidth, one report."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

import structlog

from service import logs
from service.errors import StoreUnavailable
from service.exchange import NotSent
from service.governor import NONE, Effect, effect_of, together
from service.kinds import shelf
from service.lifecycle import Source, State
from service.order import Attention
from service.report import Report
from service.sending import not_taken, put_back
from service.tracing import trace
from service.tracing.spans import span
from workers import pause
from workers.lease import Lease

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.exchange import Conversation, Exchange, Reply
    from service.kind import Kind
    from service.order import Order
    from service.order_request.model import OrderRequest
    from service.report import Claim
    from service.store.reporting import Reported
    from service.tracing.spans import Said, Span
    from service.wiring import Desk
    from workers.freeze import FreezeTimer
    from workers.slots import Slot

#: seconds for which a report is tried again while the store is away; a 201's id is worth it
REPORT_SECONDS: Final = 120.0
#: seconds between those tries; the last one repeats
REPORT_PAUSES: Final = (0.05, 0.2, 0.5, 1.0)

UNREADABLE: Final = Attention(
    why="unreadable_request",
    do="The order as it was accepted cannot be read: its secret fields open only with the "
    "TRACKER_SECRET_KEY it was accepted under, and its other fields only with a version that knows them. Set that key "
    "again and retry the order, or cancel it and submit it anew.",
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Errands:
    """What every errand of a process needs."""

    desk: Desk
    timer: FreezeTimer
    #: where they are done, for the timelines: `HOST (pid PID)`
    worker: str | None = None

    async def run(
        self,
        claim: Claim,
        look: Callable[[Order], Conversation] | None = None,
        slot: Slot | None = None,
    ) -> None:
        """Lead the conversation and report it; whatever goes wrong here, the lease ends and the clock rings again.

        `look` is led instead of the conversation that the order's state asks for. The first exchange waits for the
        `slot`, which is given back once the conversation is over.
        """
        with trace.under(claim.order.trace):
            try:
                with span(f"{claim.step} {claim.order.kind}", "consumer", said=_said(claim)) as work:
                    await self._lead(claim, look, slot, work)
            except Exception:
                order = claim.order
                log.exception("order.errand_failed", order=order.id, account=order.account_id, attempt=order.attempts)

    async def _lead(
        self, claim: Claim, look: Callable[[Order], Conversation] | None, slot: Slot | None, work: Span
    ) -> None:
        began = time.monotonic()
        kind = shelf()[claim.order.kind]
        report, effect = await self._talk(claim, kind, look, slot)
        if slot:
            slot.give_back()
        done = await self._report(claim, replace(report, worker=self.worker), kind, effect)
        work.tell({"order_tracker.outcome": done.outcome, "order_tracker.state": done.state})
        _tell(claim, report, done, time.monotonic() - began)
        if done.paused:
            pause.tell(claim.order.account_id, effect)

    async def _talk(
        self, claim: Claim, kind: Kind, look: Callable[[Order], Conversation] | None, slot: Slot | None
    ) -> tuple[Report, Effect]:
        order = claim.order
        if order.state == State.SUBMITTING and not claim.confirmed:
            return not_taken(NotSent("too few replicas confirmed the claim")), NONE
        try:
            # what was placed elsewhere is only looked at, and may hold what the kind's model does not know
            request = None if order.origin == "external" else self.desk.requests.unsealed(order, kind)
        except ValueError:
            source = Source.SUBMIT if order.state == State.SUBMITTING else Source.FIND
            return Report(source, "unreadable", state=State.NEEDS_ATTENTION, attention=UNREADABLE), NONE
        effects: list[Effect] = []

        def heard(exchange: Exchange, reply: Reply) -> None:
            effects.append(effect_of(exchange, reply))

        lease = Lease(claim, self.desk.book, self.desk.turns, self.timer, self.desk.settings, slot)
        answer = partial(self.desk.book.answer, order)
        talk = look(order) if look else _look(order, kind, request)
        try:
            report = await self.desk.connection.drive(talk, lease, answer, heard)
        except StoreUnavailable as error:
            # of its own question to the book: Bandwidth has been asked nothing yet
            if lease.has_begun:
                raise
            return put_back(order, error.detail), NONE
        return (put_back(order, lease.kept_back), NONE) if lease.kept_back else (report, together(effects))

    async def _report(self, claim: Claim, report: Report, kind: Kind, effect: Effect) -> Reported:
        """Report, again and again while the store is away: the same report twice changes nothing."""
        until = time.monotonic() + REPORT_SECONDS
        pauses = chain(REPORT_PAUSES, repeat(REPORT_PAUSES[-1]))
        while True:
            try:
                return await self.desk.book.report(claim, report, kind, effect)
            except StoreUnavailable:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(next(pauses))


def _look(order: Order, kind: Kind, request: OrderRequest | None) -> Conversation:
    if order.state == State.SUBMITTING:
        return kind.submit(order, request)
    unproved = order.state == State.NEEDS_ATTENTION and order.bandwidth_order_id is None
    if order.state == State.UNCERTAIN or unproved:
        return kind.find(order, request)
    return kind.check(order, request)


def _said(claim: Claim) -> Said:
    order = claim.order
    return {
        "order_tracker.account": order.account_id,
        "order_tracker.order": order.id,
        "order_tracker.kind": order.kind,
        "order_tracker.attempt": order.attempts,
    }


def _tell(claim: Claim, report: Report, done: Reported, seconds: float) -> None:
    """Write the errand's line; what a person must see stands out by its level."""
    levels: dict[str, Callable[..., None]] = {State.NEEDS_ATTENTION: log.error, State.UNCERTAIN: log.warning}
    levels.get(done.state, log.info)(
        "order.reported",
        order=claim.order.id,
        account=claim.order.account_id,
        kind=claim.order.kind,
        source=report.source,
        happened=report.event,
        detail=logs.masked(report.detail),
        outcome=done.outcome,
        state=done.state,
        **({"why": report.attention.why, "do": report.attention.do} if report.attention else {}),
        bandwidth_order=report.bandwidth_order_id or claim.order.bandwidth_order_id,
        attempt=claim.order.attempts,
        fence=claim.fence,
        seconds=round(seconds, 3),
    )
