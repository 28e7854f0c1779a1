"""What the accounts have, orders or not: locations and telephone numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.local.sandbox.locations import LocationBook
from service.local.sandbox.number_book import NumberBook
from service.local.sandbox.number_puts import NumberPuts

if TYPE_CHECKING:
    from service.local.sandbox.journal import Journal
    from service.local.sandbox.options import Options
    from service.local.sandbox.orders import OrderBook


@dataclass(frozen=True)
class Inventory:
    """The books of both."""

    locations: LocationBook
    numbers: NumberBook

    @classmethod
    def open(cls, journal: Journal, orders: OrderBook, options: Options) -> Inventory:
        """Read what the journal remembers."""
        return cls(LocationBook(journal), NumberBook(orders, NumberPuts(journal), options))
