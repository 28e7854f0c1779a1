"""The orders, and the ways to find them without looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from service.local.sandbox.order import Birth, Draft, Order
from service.local.sandbox.processing import timetable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.journal import Journal
    from service.local.sandbox.posts import Post


class OrderBook:
    """Holds the orders as they stand, with indexes of their ids by customer order id and telephone number."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders: dict[str, Order] = {}
        self._by_customer_order_id: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._open: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._overlaps: dict[str, set[str]] = defaultdict(set)

    def accept(self, birth: Birth, post: Post, draft: Draft) -> Order:
        """Take an order and write it down."""
        order = self.place(birth, post, draft)
        self._journal.write(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)",
            birth.order_id,
            *post.key,
            birth.at.isoformat(),
            birth.user,
            birth.pace,
        )
        return order

    def place(self, birth: Birth, post: Post, draft: Draft) -> Order:
        """Put an order into the indexes, new or from the journal."""
        order = Order(
            order_id=birth.order_id,
            account_id=post.account_id,
            kind=post.kind,
            draft=draft,
            post_key=post.key,
            body=post.body,
            birth=birth,
            milestones=timetable(birth.at, birth.pace, draft.verdict),
        )
        self._orders[order.order_id] = order
        if draft.customer_order_id is not None:
            self._by_customer_order_id[post.account_id, draft.customer_order_id].append(order.order_id)
        for number in draft.telephone_numbers:
            self._by_number[post.account_id, number].append(order.order_id)
            self._note_overlaps(order, number)
        return order

    def change(self, order: Order, body: bytes, at: datetime) -> Order:
        """Replace an order's request; its numbers, its verdict and its customer order id stay."""
        changed_at = (*order.changed_at, at)
        milestones = timetable(order.created_at, order.birth.pace, order.draft.verdict, changed_at[0])
        changed = replace(order, body=body, changed_at=changed_at, milestones=milestones)
        self._orders[order.order_id] = changed
        return changed

    def _note_overlaps(self, order: Order, number: str) -> None:
        """Orders of different kinds do not meet: only those of one kind overlap."""
        key = (order.account_id, order.kind, number)
        still_open = [other for other in self._open[key] if self._orders[other].is_open_at(order.created_at)]
        for other in still_open:
            self._overlaps[order.order_id].add(other)
            self._overlaps[other].add(order.order_id)
        self._open[key] = [*still_open, order.order_id]

    def get(self, account_id: str, kind: str, order_id: str) -> Order | None:
        """Return an order, if it is this account's and kind's."""
        order = self._orders.get(order_id)
        return order if order and (order.account_id, order.kind) == (account_id, kind) else None

    def naming(self, account_id: str, telephone_number: str) -> list[Order]:
        """Return every order of the account, of every kind, that names a number, oldest first."""
        return [self._orders[order_id] for order_id in self._by_number.get((account_id, telephone_number), ())]

    def in_process(self, account_id: str, kind: str, at: datetime, telephone_number: str) -> Order | None:
        """Return the open order that has a number in process: one that did not refuse the number at once."""
        for order_id in self._open.get((account_id, kind, telephone_number), ()):
            order = self._orders[order_id]
            if order.is_open_at(at) and telephone_number not in order.draft.verdict.refused_numbers:
                return order
        return None

    def candidates(self, account_id: str, kind: str, customer_order_id: str | None, number: str | None) -> list[Order]:
        """Return the orders that a list can contain, by the narrowest index that applies."""
        found: Iterable[str] = self._orders
        if customer_order_id is not None:
            found = self._by_customer_order_id.get((account_id, customer_order_id), ())
        elif number is not None:
            found = self._by_number.get((account_id, number), ())
        orders = (self._orders[order_id] for order_id in found)
        return [order for order in orders if (order.account_id, order.kind) == (account_id, kind)]

    def all(self) -> Iterable[Order]:
        """Return every order, oldest first."""
        return self._orders.values()

    def overlaps(self, order_id: str) -> list[str]:
        """Return the orders of its kind that named one of its numbers and were open at the same time."""
        return sorted(self._overlaps.get(order_id, ()))
