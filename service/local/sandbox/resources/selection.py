"""The list of lidbs and dldas, which is one document for both (OpenAPI of /lidbs and /dldas)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.local.sandbox.order import Order

#: The filters that these lists have; there is none by customer order id.
FILTERS = frozenset({"tn", "lastModifiedAfter", "modifiedDateFrom", "modifiedDateTo"})


def selection(order_type: str, orders: Sequence[Order], total: int, now: datetime) -> Element:
    """Write `ResponseSelectWrapper>ListOrderIdUserIdDate`, with `orderId` in lower case."""
    rows = (_row(order_type, order, now) for order in orders)
    listing = element("ListOrderIdUserIdDate", element("TotalCount", text=str(total)), *rows)
    return element("ResponseSelectWrapper", listing)


def _row(order_type: str, order: Order, now: datetime) -> Element:
    milestone = order.now_at(now)
    return element(
        "OrderIdUserIdDate",
        element("accountId", text=order.account_id),
        element("CountOfTNs", text=str(len(order.draft.telephone_numbers))),
        element("lastModifiedDate", text=stamp(order.modified_at(milestone))),
        element("OrderType", text=order_type),
        element("OrderDate", text=stamp(order.created_at)),
        element("orderId", text=order.order_id),
        element("OrderStatus", text=milestone.status),
        element("userId", text=order.created_by),
    )
