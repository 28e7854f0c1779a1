"""A survey: many orders of one kind that are due for a look, and what one list of Bandwidth's says of all of them.

A list's entry is a summary. It may prove that an order has not moved since it was looked at; it never moves one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from service import lifecycle
from service.exchange import Conversation
from service.identifiers import bandwidth_id
from service.order import Order
from service.times import DAY_MS

#: milliseconds for which an order may be missing in lists, and be known by summaries alone, before it is fetched whole
ABSENT_MS: Final = DAY_MS
SUMMARIES_MS: Final = 7 * ABSENT_MS
#: lists know days only, in no zone that we know, and do not say whether `after` a day leaves that day out
_DAYS_APART: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An order as a list of Bandwidth's tells it; times are ms since 1970, None where it says nothing."""

    #: Bandwidth's own word
    status: str | None
    modified_at: int | None
    created_at: int | None
    #: leads to what a GET of the order would report, where the list tells all of it
    look: Callable[[Order], Conversation] | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What lists told: Bandwidth's ids of those that were asked for and stand there."""

    orders: Mapping[str, Sighting] = field(default_factory=dict)
    #: an order of the account that is missing here was not modified since the first day
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Surveyed:
    """An order that was handed out to be looked for in a list, as its record was then; times are ms."""

    id: str
    bandwidth_order_id: str
    #: Bandwidth's own word, and LastModifiedDate, when it showed the order last
    status: str
    modified_at: int | None
    #: when it was looked at last, when Bandwidth showed it whole last, and when any list had it
    looked_at: int
    pictured_at: int
    seen_at: int
    looks: int
    failures: int
    nudges: int
    fence: int
    #: its look is not due yet: it was taken along
    early: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Orders of one kind that one taker has for one lease; `at` is the store's time (ms) then."""

    account_id: str
    kind: str
    at: int
    orders: tuple[Surveyed, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an order that was handed out.

    `unmoved`: its look is counted, the next one is in `look_in` seconds; `told`: its look is now, and its taker has the
    whole picture; `alone`: its look is now, by itself; `later`: its look stays when it is due.
    """

    order: Surveyed
    becomes: Literal["unmoved", "told", "alone", "later"]
    look_in: float = 0.0
    #: the list has it, and it was modified then (ms)
    sighted: bool = False
    modified_at: int | None = None


def days_to_ask_for(orders: Iterable[Surveyed], now: int) -> tuple[date, ...]:
    """Return the days that a list must tell of, tomorrow included: since the last look, or since an order changed."""
    since = min(_since(each, now) for each in orders)
    first, today = (datetime.fromtimestamp(at / 1000, UTC).date() for at in (since, now))
    first -= _DAYS_APART
    return tuple(first + timedelta(days=ahead) for ahead in range((today - first).days + 2))


def is_unmoved(order: Surveyed, survey: Survey, now: int) -> bool:
    """Tell whether a list proves that an order is as it was when Bandwidth showed it whole."""
    if now - order.pictured_at > SUMMARIES_MS:
        return False
    told = survey.orders.get(bandwidth_id(order.bandwidth_order_id))
    if told is None:
        return survey.whole and now - order.seen_at <= ABSENT_MS
    status = (told.status or "").upper()
    return status == order.status.upper() and not lifecycle.is_end(status) and _is_untouched(order, told)


def _is_untouched(order: Surveyed, told: Sighting) -> bool:
    # some answers to a POST tell no time: then it is as it was made, if nobody has modified it since
    known = told.created_at if order.modified_at is None else order.modified_at
    return known is not None and told.modified_at == known


def _since(order: Surveyed, now: int) -> int:
    if now - order.seen_at <= ABSENT_MS or order.modified_at is None:
        return order.looked_at
    return min(order.looked_at, order.modified_at)
