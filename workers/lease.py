"""A worker's lease on one order, standing between its exchanges and the wire."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from service.bandwidth.connection import LeaseEnded
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from service.book import Book
    from service.exchange import Exchange
    from service.report import Claim
    from service.settings import Settings
    from workers.freeze import FreezeTimer

#: seconds that a lease must outlive an exchange, for the report
SPARE_SECONDS: Final = 1.0


class Lease:
    """Renews before an exchange that it would not cover, and refuses a first byte that it does not cover."""

    def __init__(self, claim: Claim, book: Book, timer: FreezeTimer, settings: Settings) -> None:
        self._claim = claim
        self._book = book
        self._timer = timer
        self._settings = settings
        self._ends = claim.lease_ends

    async def before(self, exchange: Exchange) -> None:
        """Renew when less is left than one exchange may take."""
        asked_at = time.monotonic()
        needed = min(self._settings.exchange_seconds + SPARE_SECONDS, self._settings.lease_seconds * 0.9)
        if self._ends - asked_at >= needed:
            return
        try:
            renewed = await self._book.renew(self._claim)
        except StoreUnavailable as error:
            # what the conversation knows so far is reported once the store is back
            raise LeaseEnded(f"the lease could not be renewed before {exchange.method} {exchange.path}") from error
        if not renewed:
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
