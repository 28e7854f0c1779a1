"""Orders that others have changed at Bandwidth: a client that changed one by PUT sees it as it changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from service.lifecycle import State
from service.store import reading

if TYPE_CHECKING:
    from service.order import Order
    from service.wiring import Desk

#: what became of a change that Bandwidth did not make
UNMADE: Final = frozenset({State.REJECTED, State.FAILED, State.CANCELLED})
#: the timeline's event, and the words before the id of the order that makes the change (`store.argument.linked`)
_EVENT: Final = "amended"
_BEFORE_ID: Final = "changed by order "


async def as_changed(desk: Desk, order: Order) -> Order:
    """Return an order with what the latest change asks for that Bandwidth made, or may still make."""
    if order.amended_by is None:
        return order
    changes = await reading.get(desk.store, order.account_id, await _changes(desk, order))
    made = next((each for each in changes if each and each.state not in UNMADE), None)
    if made is None:
        return order
    return replace(order, request=made.request, customer_order_id=made.customer_order_id or order.customer_order_id)


async def _changes(desk: Desk, order: Order) -> list[str]:
    """Return the ids of the orders that change it, newest first."""
    entries = await reading.timeline(desk.store, order.account_id, order.id)
    found = [each.get("detail", "") for each in reversed(entries) if each.get("event") == _EVENT]
    return [each.removeprefix(_BEFORE_ID) for each in found if each.startswith(_BEFORE_ID)]
