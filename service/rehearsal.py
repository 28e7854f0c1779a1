"""Rehearsing: what an order would be and what would be sent for it, found out without storing or sending anything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.bandwidth.guard import Withheld
from service.errors import BandwidthUnavailable
from service.lifecycle import State
from service.store import accepting, waiting
from service.turns import PERSON_SECONDS, InTurn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from service.bandwidth.connection import Connection
    from service.exchange import Conversation, Exchange, Given, Holders, Recall, Reply
    from service.order import NewOrder, Order
    from service.report import Report
    from service.store.server.connection import Store
    from service.turns import Turns


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would be sent; or, where it would not come to that, the report that there would be."""

    sends: Exchange | None = None
    foreseen: Report | None = None


class Rehearsal:
    """Rehearses orders: reads what they read, and stops before the first change."""

    def __init__(self, store: Store, connection: Connection, turns: Turns) -> None:
        self._store = store
        self._connection = connection
        self._turns = turns

    async def accept(self, new: NewOrder, most: int) -> Order:
        """Return an order as it would be accepted now; `most` is how many others it may meet.

        Raises what `Book.accept` raises for the order itself: TooManyConflicts, NotPossibleNow; StoreUnavailable.
        """
        done = await accepting.rehearse(self._store, new, most)
        order = done.order_of(new)
        if order is None:
            raise done.refusal or RuntimeError(f"a rehearsal of {new.id} was told {done.verdict}")
        return order

    async def lead(
        self, order: Order, talk: Conversation, book: Callable[[Holders | Recall], Awaitable[Given]], seconds: float
    ) -> Rehearsed:
        """Lead the conversation that sends an order up to its first change; `book` answers questions to the book.

        Raises BandwidthUnavailable when Bandwidth did not tell in so many seconds what must be read before;
        StoreUnavailable.
        """
        asked: list[Exchange] = []

        def heard(exchange: Exchange, _reply: Reply) -> None:
            asked.append(exchange)

        guard = _Reading(self._store, self._turns, order.account_id)
        try:
            async with asyncio.timeout(seconds):
                report = await self._connection.drive(talk, guard, book, heard)
        except TimeoutError:
            raise BandwidthUnavailable(f"Bandwidth did not answer within {seconds:g} s.") from None
        if asked and asked[-1].changes:
            return Rehearsed(sends=asked[-1])
        if asked and report.state == State.ACCEPTED:
            raise BandwidthUnavailable(report.detail)
        return Rehearsed(foreseen=report)


class _Reading(InTurn):
    """Lets exchanges pass in their turn that change nothing, while the account is not paused."""

    def __init__(self, store: Store, turns: Turns, account_id: str) -> None:
        super().__init__(turns, account_id, "other", PERSON_SECONDS)
        self._store = store
        self._of = account_id

    async def before(self, exchange: Exchange) -> None:
        """Wait for the turn; raise Withheld for whatever changes something, and while the account is paused."""
        if exchange.changes:
            raise Withheld("a dry run sends nothing")
        if paused := await waiting.pause(self._store, self._of):
            raise Withheld(f"Nothing is asked of Bandwidth for now: {paused.why}")
        await super().before(exchange)
