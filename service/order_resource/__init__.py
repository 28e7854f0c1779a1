"""Conversations about kinds that are a resource of orders at Bandwidth: POST one, GET one, GET a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.exchange import Conversation
from service.order import Order
from service.order_resource import inspection, search, submission
from service.order_resource.dialect import Dialect


@dataclass(frozen=True, slots=True)
class OrderResource(Dialect):
    """A resource of orders; its three conversations are what a kind declares as submit, find and check."""

    def submit(self, order: Order, request: Any) -> Conversation:
        """Send the order."""
        return submission.submit(self, order, request)

    def find(self, order: Order, request: Any) -> Conversation:
        """Look for an order that may or may not have arrived."""
        return search.find(self, order, request)

    def check(self, order: Order, request: Any) -> Conversation:  # noqa: ARG002  (a kind's looks are alike)
        """Ask what became of the order."""
        return inspection.check(self, order)
