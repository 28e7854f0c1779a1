"""Conversations about kinds that are a resource of orders at Bandwidth: POST or PUT one, GET one, GET a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.asking import Useless
from service.exchange import Conversation, Talk
from service.order import Found, Order
from service.order_resource import adoption, amendment, inspection, search, submission, survey
from service.order_resource.dialect import Dialect
from service.survey import Survey


@dataclass(frozen=True, slots=True)
class OrderResource(Dialect):
    """A resource of orders; its conversations are what a kind declares as submit, find and check."""

    def submit(self, order: Order, request: Any) -> Conversation:
        """Send the order, or the change of another."""
        send = amendment.submit if order.amends else submission.submit
        return send(self, order, request)

    def find(self, order: Order, request: Any) -> Conversation:
        """Look for what may or may not have arrived."""
        look_for = amendment.find if order.amends else search.find
        return look_for(self, order, request)

    def check(self, order: Order, request: Any) -> Conversation:
        """Ask what became of the order."""
        if order.amends:
            return amendment.check(self, order, request)
        return inspection.check(self, order)

    def adopt(self, account_id: str, bandwidth_order_id: str) -> Talk[Found | Useless]:
        """Fetch an order that somebody placed elsewhere."""
        return adoption.adopt(self, account_id, bandwidth_order_id)

    def survey(self, account_id: str, days: Sequence[date], ids: frozenset[str]) -> Talk[Survey | Useless]:
        """Ask one list about many orders."""
        return survey.survey(self, account_id, days, ids)

    def tell(self, account_id: str, days: Sequence[date], ids: frozenset[str]) -> Talk[Survey | Useless]:
        """Ask one list for many whole orders."""
        return survey.tell(self, account_id, days, ids)
