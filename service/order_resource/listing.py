"""Bandwidth's list of an account's orders: wrapped in its OpenAPI, bare in its SDKs; summaries or whole orders."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from service import xml
from service.answers import Taken, meaning
from service.asking import Useless, ask, useless
from service.carrier_errors import carrier_errors
from service.carrier_words import count
from service.exchange import Exchange, Talk
from service.order import Order
from service.order_resource.dialect import Dialect, Query
from service.order_resource.reading import Reading, id_of
from service.xml import Element

#: entries that are looked at: Bandwidth cuts a list at 1,000
_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a list; `whole` tells whether it has all that it counts (it is cut at 1,000), if it counts."""

    elements: tuple[Element, ...]
    whole: bool
    #: it says how many there are
    counted: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The orders of a list, read; `whole` as of its entries."""

    entries: tuple[Reading, ...]
    whole: bool


def list_orders(dialect: Dialect, order: Order, first_day: str) -> Talk[Listing | Useless]:
    """GET the list in which this order must stand if it arrived."""
    entries = yield from list_entries(dialect, order.account_id, dialect.list_query(order, first_day))
    if isinstance(entries, Useless):
        return entries
    return Listing(tuple(map(dialect.read_entry, entries.elements)), entries.whole)


def list_entries(dialect: Dialect, account_id: str, query: Query) -> Talk[Entries | Useless]:
    """GET a list of the account's orders."""
    reply = yield from ask(Exchange("GET", dialect.collection(account_id), query))
    what = meaning(reply)
    entries = _entries(dialect, what.root) if isinstance(what, Taken) else None
    return entries or useless(what)


def _entries(dialect: Dialect, root: Element | None) -> Entries | None:
    """Return None for what is no list: an error's body must never look like an empty one."""
    if root is None or xml.name(root) not in {each.lower() for each in dialect.list_roots}:
        return None
    lists = [root] if xml.name(root) == dialect.list_element.lower() else [*xml.children(root, dialect.list_element)]
    entries = [[*xml.children(each, *dialect.list_entries)] for each in lists]
    told = tuple(islice((entry for each in entries for entry in each), _MOST))
    if any(id_of(entry) is None for entry in told) or (not lists and carrier_errors(root)):
        return None
    counts = [count(xml.text(each, "TotalCount")) for each in lists]
    whole = sum(map(len, entries)) <= _MOST and all(
        (total or 0) <= len(has) for total, has in zip(counts, entries, strict=True)
    )
    return Entries(told, whole, counted=bool(counts) and None not in counts)
