"""What became of an order's numbers, for people: in plain words, with what to do, filtered and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, get_args

from service.carrier_catalogue import explained
from service.doorway import paging, places
from service.order import Result
from service.store import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from service.dashboard.showing import Tone
    from service.order import Order, Outcome
    from service.store.server.connection import Store

RESULTS: Final[tuple[Result, ...]] = get_args(Result)
#: what the filters are called in the query; each is given once
FILTERS: Final = {"outcome": False, "q": False}
#: characters of a text that is looked for
LONGEST: Final = 100
_LOOKS: Final[dict[Result, tuple[str, Tone]]] = {
    "pending": ("dot", "wait"),
    "complete": ("tick", "good"),
    "failed": ("cross", "bad"),
    "cancelled": ("ban", "off"),
}
_AGAIN: Final = "It may succeed as it is: make a new order for what failed."
_CORRECT: Final = "Correct what Bandwidth says, and submit a new order."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see of an order's numbers."""

    outcome: Result | None = None
    #: a part of a number, a code, or of what is said
    text: str = ""

    @property
    def is_all(self) -> bool:
        """Whether every number is wanted."""
        return self.outcome is None and not self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A number, and what became of it."""

    telephone_number: str
    outcome: Outcome

    @property
    def icon(self) -> str:
        """Its sign, of the sprite."""
        return _LOOKS[self.outcome.outcome][0]

    @property
    def tone(self) -> Tone:
        """Its colour."""
        return _LOOKS[self.outcome.outcome][1]

    @property
    def means(self) -> str:
        """What its code means in plain words; empty where only Bandwidth's own words are known."""
        found = explained(self.outcome.code)
        return found.means if found else ""

    @property
    def do(self) -> str:
        """What to do about it; empty where there is nothing to do."""
        if self.outcome.outcome != "failed":
            return ""
        found = explained(self.outcome.code)
        return found.do if found else _AGAIN if self.outcome.retryable else _CORRECT


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows, how many there are in all, and the addresses of the pages before and behind."""

    rows: tuple[Row, ...]
    wish: Wish
    found: int
    start: int
    before: str | None
    following: str | None


def read(request: Request) -> Wish:
    """Return what the query asks for; raises MalformedRequest for an outcome that there is none of."""
    query = request.query_params
    outcome = query.get("outcome") or None
    if outcome is not None and outcome not in RESULTS:
        raise paging.wrong("outcome", f"give one of {', '.join(RESULTS)}")
    text = query.get("q", "").strip()
    if len(text) > LONGEST:
        raise paging.wrong("q", f"give at most {LONGEST} characters")
    return Wish(next((each for each in RESULTS if each == outcome), None), text)


async def table(request: Request, store: Store, order: Order, most: int, shown: Callable[[Outcome], Outcome]) -> Table:
    """Return the page of an order's numbers that the address asks for; `shown` masks an outcome."""
    wish, start = read(request), places.of_numbers(request)
    numbers: Sequence[str] = order.telephone_numbers
    if wish.is_all:
        found, rows = len(numbers), await wanted(store, order, numbers[start : start + most], wish, shown)
    else:
        every = await wanted(store, order, numbers, wish, shown)
        found, rows = len(every), every[start : start + most]
    before = paging.next_url(request, str(max(0, start - most))) if start else None
    following = paging.next_url(request, str(start + most)) if start + most < found else None
    return Table(tuple(rows), wish, found, start, before, following)


async def wanted(
    store: Store, order: Order, numbers: Sequence[str], wish: Wish, shown: Callable[[Outcome], Outcome]
) -> list[Row]:
    """Return those of an order's numbers that are wanted, in the order's own sequence."""
    masked = cache(shown)
    kept = await reading.outcomes(store, order, numbers)
    rows = [Row(number, masked(outcome)) for number, outcome in zip(numbers, kept, strict=True)]
    return rows if wish.is_all else [row for row in rows if _is_wanted(row, wish)]


def _is_wanted(row: Row, wish: Wish) -> bool:
    outcome = row.outcome
    if wish.outcome is not None and outcome.outcome != wish.outcome:
        return False
    if not wish.text:
        return True
    text = wish.text.lower()
    digits = "".join(each for each in text if each.isdecimal())
    is_number = bool(digits) and not any(each.isalpha() for each in text)
    # people write +1 before a number
    tail = digits[1:] if len(digits) > len(row.telephone_number) else digits
    said = (outcome.code, outcome.description, outcome.warning, row.means)
    return (is_number and tail in row.telephone_number) or any(text in each.lower() for each in said if each)
