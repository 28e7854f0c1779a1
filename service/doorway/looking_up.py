"""Looking up a telephone number: what Bandwidth and our own orders say of it, as far as a caller may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.doorway.personal import masked_number
from service.numbers import Numbers
from service.store import reading

if TYPE_CHECKING:
    from service.numbers import Number
    from service.order import Order
    from service.wiring import Desk


async def look(desk: Desk, account_id: str, number: str, seconds: float, *, personal: bool) -> Number:
    """Return what is known of a number of ten digits; names and addresses are masked unless `personal`.

    Bandwidth is waited for so many seconds; without it our half stands alone, and says so.
    Raises NotFound for one of other accounts, and for one that nobody knows; StoreUnavailable.
    """
    found = await Numbers(desk.store, desk.connection, desk.turns).look(account_id, number, seconds)
    return found if personal else masked_number(found, await _told_of(desk, found))


async def _told_of(desk: Desk, number: Number) -> list[Order | None]:
    """Return the orders of a number's last outcomes of which Bandwidth said something: it may repeat them."""
    last = number.ours.last_outcomes
    ids = [each.order_id for each in last if each.outcome.description or each.outcome.warning]
    return await reading.get(desk.store, number.account_id, ids) if ids else []
