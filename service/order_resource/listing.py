"""Bandwidth's list of an account's orders: wrapped in its OpenAPI, bare in its SDKs; summaries or whole orders."""

from __future__ import annotations

from dataclasses import dataclass

from service import xml
from service.answers import Taken, meaning
from service.asking import Useless, ask, useless
from service.carrier_errors import carrier_errors
from service.carrier_words import count
from service.exchange import Exchange, Talk
from service.order import Order
from service.order_resource.dialect import Dialect
from service.order_resource.reading import Reading
from service.xml import Element


@dataclass(frozen=True, slots=True)
class Listing:
    """The orders of a list; `whole` tells whether it has all that it counts (it is cut at 1,000)."""

    entries: tuple[Reading, ...]
    whole: bool


def list_orders(dialect: Dialect, order: Order, first_day: str) -> Talk[Listing | Useless]:
    """GET the list in which this order must stand if it arrived."""
    query = dialect.list_query(order, first_day)
    reply = yield from ask(Exchange("GET", dialect.collection(order.account_id), query))
    what = meaning(reply)
    listing = _read(dialect, what.root) if isinstance(what, Taken) else None
    return listing or useless(what)


def _read(dialect: Dialect, root: Element | None) -> Listing | None:
    """Return None for what is no list: an error's body must never look like an empty one."""
    if root is None or xml.name(root) not in {each.lower() for each in dialect.list_roots}:
        return None
    lists = [root] if xml.name(root) == dialect.list_element.lower() else [*xml.children(root, dialect.list_element)]
    entries = [[*map(dialect.read_entry, xml.children(each, *dialect.list_entries))] for each in lists]
    told = tuple(entry for each in entries for entry in each)
    if any(entry.order_id is None for entry in told) or (not lists and carrier_errors(root)):
        return None
    whole = all(
        (count(xml.text(each, "TotalCount")) or 0) <= len(has) for each, has in zip(lists, entries, strict=True)
    )
    return Listing(told, whole)
