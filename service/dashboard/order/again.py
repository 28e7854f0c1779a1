"""Whether what failed of an order may go again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.doorway import retrying
from service.errors import NotPossibleNow
from service.lifecycle import TERMINAL

if TYPE_CHECKING:
    from service.order import Order
    from service.wiring import Desk


async def again(desk: Desk, order: Order) -> int | str | None:
    """Return how many numbers a new order could take up, why none can; None where nothing has failed."""
    if order.state not in TERMINAL or not (order.failed_numbers or order.default_outcome.retryable):
        return None
    try:
        return len(await retrying.left(desk, order)) or 1
    except NotPossibleNow as refusal:
        return refusal.detail
