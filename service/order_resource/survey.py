"""Surveying: one list that tells of many orders at once, as summaries or, where Bandwidth's list can, whole.

A summary says only whether an order has moved. A whole order in a list is read exactly as a GET of it would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Final

from service import xml
from service.asking import Useless
from service.exchange import Conversation, Talk
from service.lifecycle import Source
from service.order import Order
from service.order_resource.dialect import Dialect
from service.order_resource.fetching import Picture, picture_in
from service.order_resource.inspection import told
from service.order_resource.listing import Entries, list_entries
from service.order_resource.reading import id_of
from service.survey import Sighting, Survey
from service.xml import Element

#: orders that one list of Bandwidth's has at most: one that has so many may be cut, whatever it counts
LIST_LIMIT: Final = 1_000
#: parts in which a list that is cut is asked for again
_MOST_PARTS: Final = 8
#: an order of which lists say different things, or things of another account
_UNCLEAR: Final = Sighting(None, None, None)


def survey(dialect: Dialect, account_id: str, days: Sequence[date], ids: frozenset[str]) -> Talk[Survey | Useless]:
    """Ask which of these orders, named by Bandwidth's ids, are open or were modified, and since when they are so."""
    question, *parts = dialect.survey_queries(days)
    entries = yield from list_entries(dialect, account_id, question)
    if isinstance(entries, Useless):
        return entries
    found = dict(_sightings(dialect, account_id, ids, entries))
    whole = _is_whole(entries)
    if not whole and len(found) < len(ids) and len(parts) <= _MOST_PARTS:
        whole = yield from _ask_in_parts(dialect, account_id, ids, parts, found)
    return Survey(found, whole and dialect.missing_is_unmoved)


def tell(dialect: Dialect, account_id: str, days: Sequence[date], ids: frozenset[str]) -> Talk[Survey | Useless]:
    """Ask for these orders whole; those that the list does not have are missing."""
    if dialect.whole_query is None:
        return Survey()
    entries = yield from list_entries(dialect, account_id, dialect.whole_query(days[0]))
    if isinstance(entries, Useless):
        return entries
    return Survey(dict(_pictures(dialect, account_id, ids, entries)))


def _ask_in_parts(
    dialect: Dialect,
    account_id: str,
    ids: frozenset[str],
    parts: Sequence[Mapping[str, str | tuple[str, ...]]],
    found: dict[str, Sighting],
) -> Talk[bool]:
    """Add what the parts of a list tell; return whether all of them were answered and none is cut."""
    whole = bool(parts)
    for query in parts:
        entries = yield from list_entries(dialect, account_id, query)
        if isinstance(entries, Useless):
            return False
        for order_id, sighting in _sightings(dialect, account_id, ids, entries):
            found[order_id] = sighting if found.get(order_id, sighting) == sighting else _UNCLEAR
        whole = whole and _is_whole(entries)
    return whole


def _is_whole(entries: Entries) -> bool:
    return entries.whole and entries.counted and len(entries.elements) < LIST_LIMIT


def _wanted(ids: frozenset[str], entries: Entries) -> Iterator[tuple[str, Element]]:
    for element in entries.elements:
        order_id = id_of(element)
        if order_id in ids:
            yield order_id, element


def _sightings(
    dialect: Dialect, account_id: str, ids: frozenset[str], entries: Entries
) -> Iterator[tuple[str, Sighting]]:
    seen: dict[str, Sighting] = {}
    for order_id, element in _wanted(ids, entries):
        reading = dialect.read_entry(element)
        ours = reading.account_id in (None, account_id)
        sighting = Sighting(reading.status, reading.modified_at, reading.created_at) if ours else _UNCLEAR
        seen[order_id] = sighting if seen.get(order_id, sighting) == sighting else _UNCLEAR
    yield from seen.items()


def _pictures(
    dialect: Dialect, account_id: str, ids: frozenset[str], entries: Entries
) -> Iterator[tuple[str, Sighting]]:
    for order_id, element in _wanted(ids, entries):
        # alone, as a GET would show it: what stands beside it in the list is not about it
        alone = deepcopy(element)
        alone.tail = None
        document = dialect.received(f"GET {dialect.path}, in a list: {order_id}", xml.write(alone), HTTPStatus.OK)
        picture = picture_in(dialect, account_id, order_id, alone, document)
        if picture and xml.name(alone) == dialect.order_element.lower():
            reading = picture.reading
            look = partial(_look, dialect, picture)
            yield order_id, Sighting(reading.status, reading.modified_at, reading.created_at, look)


def _look(dialect: Dialect, picture: Picture, order: Order) -> Conversation:
    """Report what a GET of the order would."""
    return (yield from told(Source.CHECK, "checked", dialect, order, picture))
