"""The book: the only writer of orders. Accept, adopt, claim, renew, report; whatever happens to an order ends here.

The record in the store is the truth. Every step is one atomic script that knows when it is repeated after its reply
was lost: by the order's id, an operation id, a callback's key, or the version a person saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.errors import NotCommitted, NotReplicated, StoreUnavailable
from service.exchange import Recall
from service.kinds import adoptable
from service.lifecycle import Source
from service.settlement import look_in, settle
from service.store import (
    accepting,
    acting,
    adopting,
    argument,
    claiming,
    reading,
    reporting,
)
from service.times import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bells import Bells
    from service.exchange import Given, Holders
    from service.governor import Effect
    from service.kind import Kind
    from service.lifecycle import Step
    from service.order import Found, NewOrder, Order
    from service.report import CallbackNews, Claim, Report
    from service.settings import Settings
    from service.store.adopting import Adopted, Adoption, Postponed
    from service.store.reporting import Heard, Reported
    from service.store.server.connection import Store

#: orders due beyond which a new one rings no bell: the workers take what is due by themselves
BACKLOG = 100


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
        self._pace = settings.pace
        self._lease_ms = round(settings.lease_seconds * 1000)
        self._probe_ms = round(settings.probe_seconds * 1000)

    async def accept(self, new: NewOrder) -> Entered:
        """Put an order on disk and ring for it.

        Raises IdempotencyReused, TooManyConflicts, NotPossibleNow for an amendment or a retry that comes too late or is
        not the only one, or NotCommitted when it may or may not be on disk.
        """
        entry = argument.entry(Source.API, "accepted", by=new.client_id)
        try:
            done = await accepting.accept(self._store, new, entry, self._settings.max_conflicts, argument.linked(new))
        except StoreUnavailable as error:
            raise NotCommitted(new.id, unreplicated=isinstance(error, NotReplicated)) from error
        order = done.order_of(new)
        if order is None:
            return await self._not_new(new, done)
        self._bells.announce(new.account_id)
        if order.next_look_at == order.created_at and done.backlog <= BACKLOG:
            self._bells.ring("submit", new.account_id, [new.id])
        return Entered(order)

    async def claim(self, account_id: str, ids: Sequence[str], step: Step, *, asks: bool = True) -> list[Claim]:
        """Claim those of the orders that need this step now and whose turn has come.

        Each is one worker's until its lease ends. A claim under which Bandwidth is not asked needs no turn.
        """
        pace = self._pace if asks else None
        return await claiming.claim(self._store, account_id, ids, step, pace, self._lease_ms)

    async def renew(self, claim: Claim, *, begins: bool = False) -> claiming.Renewal:
        """Prolong a claim's lease, or say why no further byte may be written; `begins`: the first one would be next."""
        return await claiming.renew(self._store, claim, self._lease_ms, begins=begins)

    async def take(self, account_id: str, step: Step, most: int, *, probe: bool = False) -> list[str]:
        """Return ids that are due and may go now, each handed to one taker; the clock also probes paused accounts."""
        probe_ms = self._probe_ms if probe else 0
        return await claiming.take(self._store, account_id, step, self._pace, most, self._lease_ms, probe_ms)

    async def report(self, claim: Claim, report: Report, kind: Kind, effect: Effect) -> Reported:
        """Apply what a worker learned, and what it means for the account; ring for what became due by it."""
        settled = settle(claim, report, kind, self._settings.searches)
        done = await reporting.report(
            self._store,
            claim,
            settled,
            effect.argument(self._probe_ms),
            look_ms=round(look_in(claim, settled, kind, self._settings.look_factor) * 1000),
            document_ms=self._settings.document_days * DAY_MS,
            most=self._settings.max_conflicts,
        )
        self._ring(claim.order, done.due, done.first)
        return done

    async def decide(self, order: Order, decision: Report) -> Order:
        """Apply a person's decision about an order, and ring for what is due by it.

        Raises NotPossibleNow when the order is no longer as the person saw it, a worker looks at it, or nobody waits
        for one that steps aside; TooManyConflicts where it must join its lines and they have no room.
        """
        done = await acting.act(self._store, order, decision, self._settings.max_conflicts)
        if refusal := done.refusal:
            raise refusal
        self._ring(order, done.due, done.first)
        return await self.get(order.account_id, order.id) or order

    async def hear(self, news: CallbackNews, *, spooled: bool = False) -> Heard:
        """Apply a callback, or keep it until its order is known or adopted; ring when it announced an end.

        `spooled`: it waited in the spool until now.
        """
        kind, bandwidth_order_id = adoptable(news.order_type), news.bandwidth_order_id
        adoption = str(adopting.Adoption(kind.name, bandwidth_order_id)) if kind and bandwidth_order_id else ""
        start_ms = round(adopting.HEAD_START_MS * self._settings.look_factor)
        heard = await reporting.hear(self._store, news, adoption, start_ms, spooled=spooled)
        if heard.outcome == "new":
            self._bells.announce(news.account_id)
        if heard.due and heard.order_id:
            self._bells.ring(heard.due, news.account_id, [heard.order_id])
        return heard

    async def unknown(self, account_id: str, most: int, *, probe: bool = False) -> list[str]:
        """Return orders placed elsewhere that are due to be adopted, each handed to one taker, as `take` does."""
        probe_ms = self._probe_ms if probe else 0
        return await adopting.take(self._store, account_id, self._pace, most, self._lease_ms, probe_ms)

    async def adopt(self, account_id: str, found: Found, kind: Kind, effect: Effect) -> Adopted:
        """Put an order that was placed elsewhere on disk, unless it is known or may be ours; ring for its check.

        A second one that Bandwidth holds for an order of ours is told of on ours, which is then looked at.
        """
        most, factor = self._settings.max_conflicts, self._settings.look_factor
        account = effect.argument(self._probe_ms)
        done = await adopting.adopt(self._store, account_id, found, kind, account, most=most, factor=factor)
        if done.order_id:
            self._bells.announce(account_id)
        if done.order_id and done.due:
            self._bells.ring(done.due, account_id, [done.order_id])
        return done

    async def postpone(self, account_id: str, adoption: Adoption, effect: Effect) -> Postponed:
        """Try to adopt an order again later, and apply what its answer means for the account."""
        factor = self._settings.look_factor
        account = effect.argument(self._probe_ms)
        return await adopting.postpone(self._store, account_id, adoption, account, factor=factor)

    async def get(self, account_id: str, order_id: str) -> Order | None:
        """Return an order, or None."""
        return (await reading.get(self._store, account_id, [order_id]))[0]

    async def answer(self, asking: Order, question: Holders | Recall) -> Given:
        """Answer a question that a conversation about an order asks."""
        if isinstance(question, Recall):
            return await self.get(asking.account_id, question.order_id)
        return await reading.holders(self._store, asking.account_id, question.bandwidth_order_ids, asking.id)

    def _ring(self, order: Order, due: Step | None, first: Sequence[str]) -> None:
        """Ring for what happened to the order, for itself when it is due, and for those that became first in line."""
        self._bells.announce(order.account_id)
        if due:
            self._bells.ring(due, order.account_id, [order.id])
        if first:
            self._bells.ring("submit", order.account_id, first)

    async def _not_new(self, new: NewOrder, done: accepting.Accepted) -> Entered:
        if refusal := done.refusal:
            raise refusal
        first = done.order_ids[0] if done.verdict == "replayed" else new.id
        order = await self.get(new.account_id, first)
        if order is None:
            raise StoreUnavailable(f"Order {first} cannot be read.")
        return Entered(order, replayed=done.verdict == "replayed")
