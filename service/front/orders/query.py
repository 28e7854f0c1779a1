"""The query of a list of orders: any error in it is a 404, and parameters that a list does not know are ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.datastructures import QueryParams

from service import telephone_numbers
from service.errors import NotFound
from service.notification import STATUSES
from service.store.wanted import Wanted
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.lifecycle import State
    from service.order import Order

_REFERENCE: Final = re.compile(r"[A-Za-z0-9 -]{1,40}", re.ASCII)
_FRAGMENT: Final = re.compile(r"[0-9A-Fa-f-]{1,36}", re.ASCII)
_NAME: Final = re.compile(r".{1,100}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
#: days that an unfiltered list looks back on
_WINDOW: Final = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days in UTC, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    @property
    def begins(self) -> int | None:
        """The first moment (ms)."""
        return None if self.first is None else _moment(self.first)

    @property
    def ends(self) -> int | None:
        """The first moment that is too late (ms)."""
        return None if self.last is None else _moment(self.last) + DAY_MS

    def holds(self, moment: int) -> bool:
        """Tell whether a moment (ms) lies within."""
        begins, ends = self.begins, self.ends
        return (begins is None or begins <= moment) and (ends is None or moment < ends)


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for: what the store can search for, and what must hold besides."""

    wanted: Wanted
    modified: Days
    modified_after: Days
    id_fragment: str | None
    modified_by: str | None
    details: bool

    def takes(self, order: Order) -> bool:
        """Tell whether an order that was found belongs into the list; changes of others are no orders at Bandwidth."""
        return (
            not order.amends
            and self.modified.holds(order.updated_at)
            and self.modified_after.holds(order.updated_at)
            and (self.id_fragment is None or self.id_fragment in order.id)
        )


def read(given: QueryParams, kind_name: str, filters: frozenset[str]) -> Query:
    """Return what a query asks for; raises NotFound for anything in it that makes no sense."""
    known = QueryParams([(name, value) for name, value in given.multi_items() if name in filters])
    created = _days(known, "createdDateFrom", "createdDateTo")
    modified = _days(known, "modifiedDateFrom", "modifiedDateTo")
    after = Days(_day(known, "lastModifiedAfter"))
    number, reference = _number(known), _like(known, "customerOrderId", _REFERENCE)
    fragment = _like(known, "orderIdFragment", _FRAGMENT)
    is_narrow = any((number, reference, fragment, *(days != Days() for days in (created, modified, after))))
    since = None if is_narrow else _moment(datetime.now(UTC).date() - _WINDOW)
    wanted = Wanted(
        kinds=frozenset({kind_name}),
        states=frozenset(state for word in known.getlist("status") for state in _states(word)),
        telephone_number=number,
        reference=reference and reference.strip(),
        created_from=created.begins if is_narrow else since,
        created_to=created.ends,
    )
    by = _like(known, "lastModifiedBy", _NAME)
    return Query(wanted, modified, after, fragment and fragment.lower(), by, _flag(known, "orderDetails"))


def _like(given: QueryParams, name: str, pattern: re.Pattern[str]) -> str | None:
    value = given.get(name)
    if value == "":
        raise NotFound(f"The search criteria '{name}' cannot be empty")
    if value is not None and not pattern.fullmatch(value):
        raise _no_value(value)
    return value


def _number(given: QueryParams) -> str | None:
    value = _like(given, "tn", _NAME)
    try:
        return value and telephone_numbers.parse(value)
    except ValueError:
        raise _no_value(value or "") from None


def _states(word: str) -> frozenset[State]:
    found = frozenset(state for state, status in STATUSES.items() if status == word.upper())
    if not found:
        raise NotFound("Invalid 'status'. Valid values: received, processing, complete, partial, failed, cancelled")
    return found


def _days(given: QueryParams, first: str, last: str) -> Days:
    days = Days(_day(given, first), _day(given, last))
    if days.first and days.last and days.first > days.last:
        raise NotFound(f"Invalid date range. Start date {days.first} must be before end date {days.last}")
    return days


def _day(given: QueryParams, name: str) -> date | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year < 1970 or found == date.max:  # noqa: PLR2004  (what a clock shows)
        raise NotFound(f"Valid date is required ({name})")
    return found


def _flag(given: QueryParams, name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in {"true", "false"}:
        raise _no_value(value)
    return value == "true"


def _moment(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def _no_value(value: str) -> NotFound:
    return NotFound(f"'{value[:100]}' is not a valid value")
