"""The book: the only writer of orders. Accept, claim, renew, report; whatever happens to an order ends here.

The record in the store is the truth. Every step is one atomic script with an operation id, so that repeating
it, after a reply was lost, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.errors import IdempotencyReused, NotCommitted, StoreUnavailable, TooManyConflicts
from service.lifecycle import Source, State, next_search
from service.order import Attention, Claim, NewOrder, Order, Report
from service.store import accepting, claiming, reading, record, reporting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bells import Bells
    from service.governor import Effect
    from service.kind import Kind
    from service.lifecycle import Step
    from service.order import CallbackNews
    from service.settings import Settings
    from service.store.connection import Store
    from service.store.reporting import Heard, Reported

#: orders due beyond which a new one rings no bell: the workers take what is due by themselves
BACKLOG = 100
#: seconds between looks at an order that waits for a person
DAILY = 86_400.0
#: back-off for requests that do not leave this machine, in seconds: first, and longest
BACK_OFF = (1.0, 300.0)

MAYBE_SENT = Attention(
    why="maybe_sent",
    do="Bandwidth may or may not have taken this order and does not show it. Look for its numbers in Bandwidth's "
    "dashboard before you send it again.",
)


@dataclass(frozen=True, slots=True)
class Entered:
    """An accepted order; `replayed`: it is the first one of its Idempotency-Key."""

    order: Order
    replayed: bool = False


class Book:
    """Writes orders; one per process."""

    def __init__(self, store: Store, bells: Bells, settings: Settings) -> None:
        self._store = store
        self._bells = bells
        self._settings = settings
        self._lease_ms = round(settings.lease_seconds * 1000)

    async def accept(self, new: NewOrder) -> Entered:
        """Put an order on disk and ring for it.

        Raises IdempotencyReused, TooManyConflicts, or NotCommitted when it may or may not be on disk.
        """
        entry = reporting.entry(Source.API, "accepted", by=new.client_id)
        try:
            done = await accepting.accept(self._store, new, entry, self._settings.max_conflicts)
            if done.fields is None:
                return await self._not_new(new, done)
        except StoreUnavailable as error:
            raise NotCommitted(new.id) from error
        order = record.order_of(new.account_id, new.id, done.fields)
        if order.state == State.ACCEPTED and done.backlog <= BACKLOG:
            self._bells.ring("submit", new.account_id, [new.id])
        return Entered(replace(order, held_by=done.held_by))

    async def claim(self, account_id: str, ids: Sequence[str], step: Step) -> list[Claim]:
        """Claim those of the orders that need this step now; each is one worker's until its lease ends."""
        return await claiming.claim(self._store, account_id, ids, step, self._lease_ms)

    async def renew(self, claim: Claim) -> bool:
        """Prolong a claim's lease; False: it has ended, write no further byte."""
        return await claiming.renew(self._store, claim, self._lease_ms)

    async def take(self, account_id: str, step: Step, most: int, *, probe: bool = False) -> list[str]:
        """Return ids that are due, each handed to one taker; the clock also probes paused accounts."""
        probe_ms = round(self._settings.probe_seconds * 1000) if probe else 0
        return await claiming.take(self._store, account_id, step, most, self._lease_ms, probe_ms)

    async def report(self, claim: Claim, report: Report, kind: Kind, effect: Effect) -> Reported:
        """Apply what a worker learned, and what it means for the account; ring for what became due by it."""
        settled = _settled(claim, report, kind, self._settings.searches)
        done = await reporting.report(
            self._store,
            claim,
            settled,
            effect.argument(),
            look_ms=round(self._look_in(claim, settled, kind) * 1000),
            document_ms=self._settings.document_days * reporting.DAY_MS,
        )
        order = claim.order
        if done.due:
            self._bells.ring(done.due, order.account_id, [order.id])
        if done.first:
            self._bells.ring("submit", order.account_id, done.first)
        return done

    async def hear(self, news: CallbackNews) -> Heard:
        """Apply a callback, or keep it until its order is known; ring when it announced an end."""
        heard = await reporting.hear(self._store, news)
        if heard.due and heard.order_id:
            self._bells.ring(heard.due, news.account_id, [heard.order_id])
        return heard

    async def get(self, account_id: str, order_id: str) -> Order | None:
        """Return an order, or None."""
        return (await reading.get(self._store, account_id, [order_id]))[0]

    async def holders(self, order: Order, bandwidth_order_ids: Sequence[str]) -> frozenset[str]:
        """Return which of Bandwidth's order ids other orders hold."""
        return await reading.holders(self._store, order.account_id, bandwidth_order_ids, order.id)

    async def _not_new(self, new: NewOrder, done: accepting.Accepted) -> Entered:
        if done.verdict == "reused":
            raise IdempotencyReused
        if done.verdict == "too_many":
            raise TooManyConflicts(
                f"Its numbers stand in too many other open orders, such as {', '.join(done.order_ids)}."
            )
        first = done.order_ids[0] if done.verdict == "replayed" else new.id
        order = await self.get(new.account_id, first)
        if order is None:
            raise StoreUnavailable(f"Order {first} cannot be read.")
        return Entered(order, replayed=done.verdict == "replayed")

    def _look_in(self, claim: Claim, report: Report, kind: Kind) -> float:
        if report.look_in is not None:
            return report.look_in
        if report.failed_to_leave:
            first, longest = BACK_OFF
            return float(min(longest, first * 2**claim.order.failures))
        if report.state == State.NEEDS_ATTENTION or (not report.state and claim.order.state == State.NEEDS_ATTENTION):
            return DAILY
        if report.state == State.ACCEPTED:
            return 0.0
        return kind.looks[min(claim.order.looks, len(kind.looks) - 1)] * self._settings.look_factor


def _settled(claim: Claim, report: Report, kind: Kind, searches: tuple[float, ...]) -> Report:
    """Decide what one look alone cannot: the next search, sending again, and what only a person may end."""
    if report.searched and report.state is None:
        return _after_search(claim, report, kind, searches)
    attention = claim.order.attention
    if attention and attention.why == reporting.DOUBLED.why and report.state != State.NEEDS_ATTENTION:
        return replace(report, state=None, look_in=DAILY)
    return report


def _after_search(claim: Claim, report: Report, kind: Kind, searches: tuple[float, ...]) -> Report:
    order = claim.order
    if order.state == State.NEEDS_ATTENTION:
        return replace(report, look_in=DAILY)
    elapsed = (claim.claimed_at - (order.uncertain_since or claim.claimed_at)) / 1000
    made = order.searches + 1
    wait = next_search(elapsed, made, searches)
    if wait is not None:
        return replace(report, look_in=wait, detail=f"search {made}: not there; next in {wait:.0f} s")
    if not kind.safe_to_resend:
        return replace(report, state=State.NEEDS_ATTENTION, attention=MAYBE_SENT)
    return replace(report, state=State.ACCEPTED, detail=f"not there in {made} searches: sent again")
