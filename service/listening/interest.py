"""What a listener wants to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.event import Event


@dataclass(frozen=True, slots=True)
class Interest:
    """The events that are wanted: those that fit in every respect; an empty set means any.

    Only orders have a state and an id here: with one of these, nothing else is wanted.
    """

    types: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()

    def takes(self, event: Event) -> bool:
        """Tell whether an event is wanted."""
        is_of_order = event.type.startswith("order.")
        return (
            (not self.types or event.type in self.types)
            # a subscription is one of several kinds
            and (not self.kinds or not self.kinds.isdisjoint(event.kind.split()))
            and (not self.states or (is_of_order and event.state in self.states))
            and (not self.orders or (is_of_order and event.subject in self.orders))
        )
