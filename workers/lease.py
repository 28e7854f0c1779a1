"""A worker's lease on one order, standing between its exchanges and the wire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from service.bandwidth.guard import LeaseEnded, Withheld
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from service.book import Book
    from service.exchange import Exchange
    from service.report import Claim
    from service.settings import Settings
    from service.store.claiming import Renewal
    from service.turns import Turns
    from workers.freeze import FreezeTimer
    from workers.slots import Slot

#: seconds that a lease must outlive an exchange, for the report
SPARE_SECONDS: Final = 1.0
#: seconds in line after which the store is asked whether the order may still go; what it costs is felt below them
LINE_SECONDS: Final = 1.0
#: why nothing is asked under a claim that still holds
_NOT_NOW: Final[Mapping[Renewal, str]] = {
    "known": "Bandwidth's id of the order has come",
    "paused": "the account was paused",
}


class Lease:
    """Renews before an exchange that it would not cover, and refuses a first byte that it does not cover.

    The first exchange waits for the conversation's slot, if it has one; the lease is kept meanwhile.
    The claim has paid for one exchange, as a rule; every further one waits for a turn of its own.
    """

    def __init__(
        self,
        claim: Claim,
        book: Book,
        turns: Turns,
        timer: FreezeTimer,
        settings: Settings,
        slot: Slot | None = None,
    ) -> None:
        self._claim = claim
        self._book = book
        self._turns = turns
        self._is_paid = claim.paid
        self._timer = timer
        self._settings = settings
        self._ends = claim.lease_ends
        self._slot = slot
        self.has_begun = False
        self._refusal = ""

    @property
    def kept_back(self) -> str:
        """Why nothing was asked under the claim; empty when something was, or nothing was to be."""
        return "" if self.has_begun else self._refusal

    async def before(self, exchange: Exchange) -> None:
        """Wait for slot and turn, then renew when less is left than one exchange may take."""
        try:
            await self._may_go(exchange)
        except Withheld as error:
            self._refusal = str(error)
            raise
        self.has_begun = True

    async def _may_go(self, exchange: Exchange) -> None:
        if self._slot and not self.has_begun:
            await self._wait(self._slot, exchange)
        wait = 0.0 if self._is_paid else await self._turn(exchange)
        self._is_paid = False
        if wait:
            await self._cover(exchange, wait + SPARE_SECONDS)
            await asyncio.sleep(wait)
        await self._cover(exchange, self._settings.exchange_seconds + SPARE_SECONDS)

    async def _wait(self, slot: Slot, exchange: Exchange) -> None:
        """Wait for the slot; an order whose lease ended in line would be looked for as if it had been sent."""
        began, part = time.monotonic(), self._settings.lease_seconds / 4
        while not await slot.comes(part):
            await self._cover(exchange, 3 * part)
        if slot.is_dismissed:
            raise Withheld("the worker ends")
        # the 201 of an earlier request may come any time, and nothing is lost by asking before the rare second one
        is_again = exchange.changes and self._claim.order.attempts > 1
        if is_again or time.monotonic() - began > LINE_SECONDS:
            await self._renew(exchange, begins=True)

    async def _turn(self, exchange: Exchange) -> float:
        try:
            return await self._turns.take(self._claim.order.account_id, self._claim.step, begun=True)
        except StoreUnavailable as error:
            raise LeaseEnded(f"no turn could be had for {exchange.method} {exchange.path}") from error

    async def _cover(self, exchange: Exchange, seconds: float) -> None:
        """Renew when less than that is left, or than a fresh lease surely has."""
        if self._ends - time.monotonic() < min(seconds, self._settings.lease_seconds * 0.9):
            await self._renew(exchange)

    async def _renew(self, exchange: Exchange, *, begins: bool = False) -> None:
        asked_at = time.monotonic()
        try:
            verdict = await self._book.renew(self._claim, begins=begins)
        except StoreUnavailable as error:
            # what the conversation knows so far is reported once the store is back
            raise LeaseEnded(f"the lease could not be renewed before {exchange.method} {exchange.path}") from error
        if why := _NOT_NOW.get(verdict):
            raise Withheld(f"{why} before {exchange.method} {exchange.path}")
        if verdict != "renewed":
            raise LeaseEnded(f"the lease ended before {exchange.method} {exchange.path}")
        self._ends = asked_at + self._settings.lease_seconds

    def writing(self, exchange: Exchange) -> None:
        """Arm the timer, then look at the lease: whoever is frozen in between does not wake to write."""
        if not exchange.changes:
            return
        self._timer.cover(self, self._ends)
        if time.monotonic() >= self._ends:
            raise LeaseEnded(f"the lease ended before {exchange.method} {exchange.path} was written")

    def written(self) -> None:
        """Take the exchange off the timer."""
        self._timer.release(self)
