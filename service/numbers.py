"""A telephone number: Bandwidth's details of it, joined with what our own orders say.

Our half stands alone when Bandwidth is away, and says so. Bandwidth's details are of no account: what an account may
not see ends here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import structlog

from service.bandwidth import number_details
from service.errors import BandwidthRefused, BandwidthUnavailable, NotFound
from service.logs import masked
from service.store import naming
from service.turns import PERSON_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from service.bandwidth.connection import Connection
    from service.bandwidth.number_document import NumberDetails
    from service.store.naming import Named
    from service.store.server.connection import Store
    from service.turns import InTurn, Turns

_T = TypeVar("_T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ListingOrder:
    """The order that is changing the number's listing: Bandwidth's id, and ours where a record of ours holds it."""

    bandwidth_order_id: str
    order_id: str | None


@dataclass(frozen=True, slots=True)
class Number:
    """Both halves of a number; `absent` says why Bandwidth's is missing."""

    account_id: str
    telephone_number: str
    ours: Named
    details: NumberDetails | None = None
    listing_order: ListingOrder | None = None
    absent: str | None = None


class Numbers:
    """Looks telephone numbers up."""

    def __init__(self, store: Store, connection: Connection, turns: Turns) -> None:
        self._store = store
        self._connection = connection
        self._turns = turns

    async def look(self, account_id: str, telephone_number: str, seconds: float) -> Number:
        """Return what is known of a number of ten digits on an account; Bandwidth has so many seconds for all of it.

        Raises NotFound for a number that Bandwidth has on other accounts only, and for one that neither Bandwidth nor
        our orders know; StoreUnavailable.
        """
        ours = await naming.naming(self._store, account_id, telephone_number)
        number, patience = Number(account_id, telephone_number, ours), _Patience(seconds)
        if ours.pause:
            return replace(number, absent=f"Nothing is asked of Bandwidth for now: {ours.pause.why}")
        try:
            asked = number_details.details(self._connection, telephone_number, self._in_turn(account_id))
            details = await patience.wait(asked)
        except (BandwidthRefused, BandwidthUnavailable) as error:
            _tell("number.details_absent", number, error)
            return replace(number, absent=error.detail)
        if details is None and not ours.is_empty:
            return replace(number, absent="Bandwidth does not know this number.")
        here = details and details.on(account_id)
        if here is None:
            # one sentence for both, so that nobody learns which numbers other accounts have
            raise NotFound(f"Account {account_id} has no number {telephone_number}.")
        return replace(number, details=here, listing_order=await self._listing_order(number, here, patience))

    async def _listing_order(self, number: Number, details: NumberDetails, patience: _Patience) -> ListingOrder | None:
        """Return the order behind the listing: the one the details link to, else the open one of Bandwidth's list."""
        dlda = details.features.dlda
        found = dlda and dlda.bandwidth_order_id
        if dlda and dlda.is_pending and not found:
            account_id, guard = number.account_id, self._in_turn(number.account_id)
            asked = number_details.open_dlda_order(self._connection, account_id, number.telephone_number, guard)
            try:
                found = await patience.wait(asked)
            except (BandwidthRefused, BandwidthUnavailable) as error:
                _tell("number.dlda_order_absent", number, error)
        if not found:
            return None
        return ListingOrder(found, await naming.holder(self._store, number.account_id, found))

    def _in_turn(self, account_id: str) -> InTurn:
        return self._turns.guard(account_id, longest=PERSON_SECONDS)


class _Patience:
    """Waits for Bandwidth, so many seconds in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = asyncio.get_running_loop().time() + seconds

    async def wait(self, asked: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout_at(self._until):
                return await asked
        except TimeoutError:
            raise BandwidthUnavailable(f"Bandwidth did not answer within {self._seconds:g} s.") from None


def _tell(event: str, number: Number, error: BandwidthRefused | BandwidthUnavailable) -> None:
    shown = masked(number.telephone_number)
    log.warning(event, account=number.account_id, number=shown, error=masked(error.detail))
