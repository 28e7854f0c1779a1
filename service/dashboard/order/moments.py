"""The moments of an order's life, and how long it took from each to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.lifecycle import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.order import Order


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was at a time (ms); `took` ms since the moment that led to it, where that says something."""

    name: str
    at: int
    took: int | None = None


def moments(order: Order) -> list[Moment]:
    """Return the moments that an order has had, and the next ones."""
    return [each for each in _all(order) if each.at]


def _all(order: Order) -> Iterator[Moment]:
    created, sent = order.created_at, order.first_sent_at
    yield Moment("Accepted", created)
    if order.not_before is not None and sent is None:
        yield Moment("Not sent before", order.not_before)
    yield Moment("First sent", sent or 0, sent and sent - created)
    received = order.received_at
    yield Moment("At Bandwidth", received or 0, received and received - (sent or created))
    checked = order.checked_at
    yield Moment("Last checked", checked or 0)
    ended = order.completed_at
    yield Moment("Ended", ended or 0, ended and ended - created)
    if order.state not in TERMINAL:
        yield Moment("Next look, at the latest", order.next_look_at or 0)
