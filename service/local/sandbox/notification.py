"""The XML of an order callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.xml import element, write

if TYPE_CHECKING:
    from service.local.sandbox.order import Order
    from service.local.sandbox.processing import Milestone


def notification(order: Order, milestone: Milestone, order_type: str, subscription_id: str, message: str) -> bytes:
    """Write a Notification in the element order of the observed ones; there is no event id in v1."""
    root = element(
        "Notification",
        element("Status", text=milestone.status),
        element("SubscriptionId", text=subscription_id),
        element("Message", text=message),
        element("OrderId", text=order.order_id),
        element("OrderType", text=order_type),
    )
    if order.draft.customer_order_id is not None:
        root.append(element("CustomerOrderId", text=order.draft.customer_order_id))
    root.append(element("LastModifiedDate", text=stamp(milestone.at)))
    return write(root)
