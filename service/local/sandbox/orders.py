"""The orders, and the ways to find them without looking at all of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.local.sandbox.processing import Milestone, reached, timetable
from service.local.sandbox.verdict import OrderError, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.journal import Journal
    from service.local.sandbox.posts import Post


@dataclass(frozen=True)
class Draft:
    """What a kind reads out of an acceptable request."""

    customer_order_id: str | None
    telephone_numbers: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Birth:
    """Where and when an order came into the world."""

    order_id: str
    at: datetime
    user: str
    #: Seconds from here to the end, before the verdict stretches them.
    pace: float


@dataclass(frozen=True)
class Order:
    """An accepted order; its state at a moment follows from its milestones."""

    order_id: str
    account_id: str
    kind: str
    draft: Draft
    post_key: tuple[str, str, str]
    body: bytes
    created_at: datetime
    created_by: str
    milestones: tuple[Milestone, ...]

    def now_at(self, now: datetime) -> Milestone:
        """Return the last milestone behind us."""
        return reached(self.milestones, now)[-1]

    def errors_in(self, milestone: Milestone) -> tuple[OrderError, ...]:
        """Return the errors that may be seen: those of the 201, and at the end all."""
        verdict = self.draft.verdict
        return verdict.errors if milestone.is_end else verdict.errors_at_once

    def is_open_at(self, now: datetime) -> bool:
        """Whether the order has not ended."""
        return not self.now_at(now).is_end

    def ended_at(self, now: datetime) -> datetime | None:
        """Return when the order ended, if it has."""
        last = self.now_at(now)
        return last.at if last.is_end else None


class OrderBook:
    """Holds the orders with indexes by id, customer order id and telephone number."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders: dict[str, Order] = {}
        self._by_customer_order_id: dict[tuple[str, str], list[Order]] = defaultdict(list)
        self._by_number: dict[tuple[str, str], list[Order]] = defaultdict(list)
        self._open: dict[tuple[str, str], list[Order]] = defaultdict(list)
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
            created_at=birth.at,
            created_by=birth.user,
            milestones=timetable(birth.at, birth.pace, draft.verdict),
        )
        self._orders[order.order_id] = order
        if draft.customer_order_id is not None:
            self._by_customer_order_id[post.account_id, draft.customer_order_id].append(order)
        for number in draft.telephone_numbers:
            self._by_number[post.account_id, number].append(order)
            self._note_overlaps(order, number)
        return order

    def _note_overlaps(self, order: Order, number: str) -> None:
        key = (order.account_id, number)
        still_open = [other for other in self._open[key] if other.is_open_at(order.created_at)]
        for other in still_open:
            self._overlaps[order.order_id].add(other.order_id)
            self._overlaps[other.order_id].add(order.order_id)
        self._open[key] = [*still_open, order]

    def get(self, account_id: str, kind: str, order_id: str) -> Order | None:
        """Return an order, if it is this account's and kind's."""
        order = self._orders.get(order_id)
        return order if order and (order.account_id, order.kind) == (account_id, kind) else None

    def candidates(self, account_id: str, kind: str, customer_order_id: str | None, number: str | None) -> list[Order]:
        """Return the orders that a list can contain, by the narrowest index that applies."""
        found: Iterable[Order] = self._orders.values()
        if customer_order_id is not None:
            found = self._by_customer_order_id.get((account_id, customer_order_id), ())
        elif number is not None:
            found = self._by_number.get((account_id, number), ())
        return [order for order in found if (order.account_id, order.kind) == (account_id, kind)]

    def all(self) -> Iterable[Order]:
        """Return every order, oldest first."""
        return self._orders.values()

    def overlaps(self, order_id: str) -> list[str]:
        """Return the orders that named one of its numbers and were open at the same time."""
        return sorted(self._overlaps.get(order_id, ()))
