"""What an address asks the table for, as people see and change it: tidied, as chips, as the values of a form."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from service import times
from service.doorway import order_filter
from service.kinds import shelf
from service.lifecycle import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from service.errors import FieldError

#: the parameters that say what is wanted, what people call them, and whether there may be several
NAMES: Final[Mapping[str, tuple[str, bool]]] = {
    "state": ("state", True),
    "kind": ("kind", True),
    "telephone_number": ("number", False),
    "customer_order_id": ("reference", False),
    "bandwidth_order_id": ("Bandwidth's id", False),
    "error_code": ("error code", False),
    "origin": ("origin", False),
    "batch_id": ("batch", False),
    "created_from": ("created from", False),
    "created_to": ("created before", False),
}
QUERY: Final[Mapping[str, bool]] = {name: several for name, (_, several) in NAMES.items()}
#: those that stand in the form's first line; the others are behind "More filters"
FIRST: Final = frozenset({"telephone_number", "customer_order_id"})
#: filters that a page shows one by one: all that make sense together are fewer
_MOST_CHIPS: Final = 50
_TIMES: Final = ("created_from", "created_to")
#: times that people ask about most, in seconds
_SINCE: Final[Mapping[str, int]] = {"hour": 3_600, "day": 86_400, "week": 7 * 86_400}
#: as browsers send a time without its zone, and people write a day: UTC is meant
_LOCAL: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,3})?)?)?")


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Since:
    """A time until now, and the address that asks for the orders created in it besides."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The form: what is filled in, what there is to choose from, and the chips."""

    given: Mapping[str, str]
    states: frozenset[str]
    kinds: frozenset[str]
    chips: tuple[Chip, ...]
    #: the address with no filter
    bare: str
    since: tuple[Since, ...]
    #: a filter behind "More filters" is set
    is_open: bool
    all_states: tuple[str, ...] = tuple(map(str, State))
    all_kinds: tuple[str, ...] = ()
    origins: tuple[str, ...] = order_filter.ORIGINS


def read(request: Request) -> Filters:
    """Return the form of an address, whether or not what stands there makes sense."""
    query = request.query_params
    set_ = [name for name in NAMES if name in query]
    return Filters(
        given={name: _local(query[name]) if name in _TIMES else query[name] for name in set_},
        states=frozenset(query.getlist("state")),
        kinds=frozenset(query.getlist("kind")),
        chips=tuple(_chips(request)),
        bare=quote(request.scope["path"]),
        since=tuple(_since(request)),
        is_open=any(name not in FIRST for name in set_),
        all_kinds=tuple(sorted(shelf())),
    )


def told(error: FieldError) -> tuple[str, str]:
    """Return the parameter that is wrong, and the sentence that says so."""
    name = error.pointer.removeprefix("?")
    label = NAMES[name][0] if name in NAMES else "the place in this list"
    return name, f"{label[0].upper()}{label[1:]}: {error.detail}."


def tidied(request: Request) -> str | None:
    """Return the address without the fields that a form left empty, and times with a zone; None when it is tidy."""
    given = request.query_params.multi_items()
    tidy = [(name, _zoned(value) if name in _TIMES else value.strip()) for name, value in given if value.strip()]
    return None if tidy == given else address(request, tidy)


def address(request: Request, query: Iterable[tuple[str, str]]) -> str:
    """Return the address of this page with another query."""
    return address_of(request.scope["path"], query)


def address_of(path: str, query: Iterable[tuple[str, str]]) -> str:
    """Return an address."""
    written = urlencode(list(query))
    return quote(path) + (f"?{written}" if written else "")


def kept(request: Request, *dropped: str) -> list[tuple[str, str]]:
    """Return the address's query, without the place in the list and some other parameters."""
    return [item for item in request.query_params.multi_items() if item[0] not in {"cursor", *dropped}]


def _chips(request: Request) -> Iterable[Chip]:
    # each address holds all the other filters: they are written once, and of very many some get no chip
    written = {item: urlencode([item]) for item in kept(request)}
    path = quote(request.scope["path"])
    for item in islice((each for each in written if each[0] in NAMES), _MOST_CHIPS):
        name, value = item
        others = "&".join(each for other, each in written.items() if other != item)
        yield Chip(NAMES[name][0], _shown(name, value), f"{path}?{others}" if others else path)


def _since(request: Request) -> Iterable[Since]:
    # whole minutes: an address that is shared is short, and the same for whoever looks meanwhile
    now = time.time() // 60 * 60
    others = kept(request, *_TIMES)
    for text, seconds in _SINCE.items():
        start = times.iso(round(now - seconds) * 1000).replace(".000", "")
        yield Since(text, address(request, [*others, ("created_from", start)]))


def _shown(name: str, value: str) -> str:
    if name in _TIMES:
        return f"{_local(value).replace('T', ' ')} UTC"
    return value.replace("_", " ") if name == "state" else value


def _zoned(text: str) -> str:
    found = _LOCAL.fullmatch(text.strip())
    return f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}Z" if found else text.strip()


def _local(text: str) -> str:
    """Write a time as a form's field has it, in UTC; what is no time stays as it is."""
    try:
        return times.iso(times.parse(text))[:-1].removesuffix(".000").removesuffix(":00")
    except (ValueError, OverflowError, OSError):
        return text
