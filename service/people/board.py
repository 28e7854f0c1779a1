"""Orders that somebody watches: which there are, and which news of them is news."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.people.endings import stands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.client import Event, Order

#: orders of a board that grows; beyond, those that ended are taken down, the first one first
_MOST: Final = 200


@dataclass
class Board:
    """Some orders, or with `grows` all that move; the one that moved last is the last one."""

    grows: bool
    orders: dict[str, Order] = field(default_factory=dict)

    def put(self, order: Order) -> bool:
        """Take an order as it is now; return whether that is news."""
        known = self.orders.get(order.id)
        if known is not None and known.version >= order.version:
            return False
        if self.grows:
            self.orders.pop(order.id, None)
            self._make_room()
        self.orders[order.id] = order
        return True

    def wanted(self, events: Iterable[Event]) -> list[str]:
        """Return which orders to read because of events: each once, and none that is known as new as that."""
        news = {each.order_id: each.version or 0 for each in events if each.order_id}
        return [order_id for order_id, version in news.items() if self._is_news(order_id, version)]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more comes by itself."""
        return not self.grows and all(map(stands, self.orders.values()))

    @property
    def moving(self) -> list[str]:
        """Return the orders that may still change."""
        return [each.id for each in self.orders.values() if not each.is_terminal]

    def _is_news(self, order_id: str, version: int) -> bool:
        known = self.orders.get(order_id)
        return self.grows if known is None else known.version < version

    def _make_room(self) -> None:
        if len(self.orders) >= _MOST:
            ended = next((each.id for each in self.orders.values() if each.is_terminal), None)
            self.orders.pop(ended or next(iter(self.orders)))
