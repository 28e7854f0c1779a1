"""The query of an order list; any error in it answers 404, an unknown parameter is ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from service.local.sandbox.statuses import Status

if TYPE_CHECKING:
    from service.local.sandbox.order import Order

_NUMBER = re.compile(r"[0-9]{10}")
_CUSTOMER_ORDER_ID = re.compile(r"[A-Za-z0-9 -]{1,40}")
_FILTERED = frozenset(Status) - {Status.CANCELLED}
_FRAGMENT = re.compile(r"[0-9A-Fa-f-]{1,36}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: What an unfiltered list looks back on.
_WINDOW = timedelta(days=730)


class QueryError(Exception):
    """The query string has an error."""


@dataclass(frozen=True)
class DayRange:
    """Whole days in UTC, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies within."""
        day = moment.astimezone(UTC).date()
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return self == DayRange()


@dataclass(frozen=True)
class OrderQuery:
    """The filters of a list of orders; all that are given must hold."""

    statuses: frozenset[str]
    telephone_number: str | None
    customer_order_id: str | None
    order_id_fragment: str | None
    last_modified_by: str | None
    created: DayRange
    modified: DayRange
    modified_after: DayRange
    details: bool

    def matches(self, order: Order, now: datetime) -> bool:
        """Whether an order belongs into the list."""
        return self._matches_identity(order) and self._matches_progress(order, now)

    def _matches_identity(self, order: Order) -> bool:
        draft = order.draft
        return (
            self.customer_order_id in {None, draft.customer_order_id}
            and (self.telephone_number is None or self.telephone_number in draft.telephone_numbers)
            and (self.order_id_fragment or "") in order.order_id
            and self.last_modified_by in {None, order.created_by}
        )

    def _matches_progress(self, order: Order, now: datetime) -> bool:
        milestone = order.now_at(now)
        return (
            (not self.statuses or milestone.status in self.statuses)
            and self.created.holds(order.created_at)
            and self.modified.holds(order.modified_at(milestone))
            and self.modified_after.holds(order.modified_at(milestone))
            and (self._is_narrow or now - order.created_at < _WINDOW)
        )

    @property
    def _is_narrow(self) -> bool:
        ranges = (self.created, self.modified, self.modified_after)
        names = (self.telephone_number, self.customer_order_id, self.order_id_fragment)
        return any(not days.is_open for days in ranges) or any(name is not None for name in names)


def read_query(query: QueryParams, filters: frozenset[str] | None = None) -> OrderQuery:
    """Read the query string; `filters` are those that the list knows, if not all. Raises QueryError."""
    given = QueryParams([(name, value) for name, value in query.multi_items() if filters is None or name in filters])
    fragment = _like(given, "orderIdFragment", _FRAGMENT)
    return OrderQuery(
        statuses=frozenset(_status(word) for word in given.getlist("status")),
        telephone_number=_like(given, "tn", _NUMBER),
        customer_order_id=_like(given, "customerOrderId", _CUSTOMER_ORDER_ID),
        order_id_fragment=fragment.lower() if fragment else None,
        last_modified_by=_like(given, "lastModifiedBy", re.compile(r".+")),
        created=_range(given, "createdDateFrom", "createdDateTo"),
        modified=_range(given, "modifiedDateFrom", "modifiedDateTo"),
        modified_after=DayRange(_day(given, "lastModifiedAfter")),
        details=_flag(given, "orderDetails"),
    )


def _like(given: QueryParams, name: str, pattern: re.Pattern[str]) -> str | None:
    value = given.get(name)
    if value == "":
        raise QueryError(f"The search criteria '{name}' cannot be empty")
    if value is not None and not pattern.fullmatch(value):
        raise QueryError(f"'{value}' is not a valid value")
    return value


def _status(word: str) -> str:
    if word.upper() not in _FILTERED:
        raise QueryError("Invalid 'status'. Valid values: received, processing, complete, partial, failed")
    return word.upper()


def _range(given: QueryParams, first: str, last: str) -> DayRange:
    days = DayRange(_day(given, first), _day(given, last))
    if days.first and days.last and days.first > days.last:
        raise QueryError(f"Invalid date range. Start date {days.first} must be before end date {days.last}")
    return days


def _day(given: QueryParams, name: str) -> date | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else _no_day(name)
    except ValueError:
        return _no_day(name)


def _no_day(name: str) -> date:
    raise QueryError(f"Valid date is required ({name})")


def _flag(given: QueryParams, name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in {"true", "false"}:
        raise QueryError(f"'{value}' is not a valid value")
    return value == "true"
