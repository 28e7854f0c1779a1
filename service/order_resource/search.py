"""Finding an order whose POST may or may not have arrived: a list, the details of what could be ours, a verdict.

Ours is an order with our reference and exactly our numbers and options, created no earlier than our first POST less
ten minutes, whose id no other record of ours holds. Where none is exactly ours, one whose reference is our own id is:
a change that we have forgotten, since a backup was restored, has replaced its options.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from service.asking import Useless, ask_book, no_news
from service.exchange import Conversation, Talk
from service.lifecycle import Source, State
from service.order import Attention, Order
from service.order_resource.dialect import Dialect
from service.order_resource.fetching import Picture, fetch
from service.order_resource.findings import Evidence
from service.order_resource.inspection import told
from service.order_resource.listing import Listing, list_orders
from service.order_resource.reading import Groups, Reading
from service.report import Report

#: milliseconds by which Bandwidth's clock may be behind ours
_CLOCKS_APART: Final = 10 * 60 * 1000
#: how many candidates are fetched
_FETCHED: Final = 20

#: Bandwidth was not reached, or not understood: no search was made
_FAILED: Final = "search_failed"
_SEVERAL: Final = (
    "Several orders at Bandwidth could be this one. Compare them in its dashboard; then retry, or cancel this one: "
)
_UNPROVED: Final = (
    "Order {} at Bandwidth asks for the same and does not tell its reference, so it may be this one. Look at it in "
    "Bandwidth's dashboard; then cancel this order if it is, or retry it, which looks once more."
)
_CUT: Final = (
    "Bandwidth lists too many orders that could be this one. Look for it in its dashboard; then retry, or cancel it."
)


def find(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """Look for the order once; the book decides when to look again, and when to send again."""
    if order.bandwidth_order_id is not None:
        picture = yield from fetch(dialect, order.account_id, order.bandwidth_order_id)
        if isinstance(picture, Useless):
            return no_news(Source.FIND, _FAILED, picture)
        return (yield from _found(dialect, order, picture))
    listing = yield from list_orders(dialect, order, _first_day(order))
    if isinstance(listing, Useless):
        return no_news(Source.FIND, _FAILED, listing)
    ids = yield from _candidates(order, listing)
    ours = yield from _ours(dialect, order, request, ids[:_FETCHED])
    if isinstance(ours, Useless):
        return no_news(Source.FIND, _FAILED, ours)
    proved = [each for each in ours if _is_proved(dialect, each.reading)]
    if len(proved) == 1:
        return (yield from _found(dialect, order, proved[0]))
    return _none_or_several(ours, all_seen=listing.whole and len(ids) <= _FETCHED)


def _candidates(order: Order, listing: Listing) -> Talk[tuple[str, ...]]:
    """Return the ids of what could be ours, newest first."""
    possible = [each for each in listing.entries if _may_be_ours(order, each)]
    # what tells no date could be the newest of all
    possible.sort(key=lambda each: -(each.created_at or _sent_at(order) * 2))
    ids = tuple(dict.fromkeys(each.order_id for each in possible if each.order_id))
    if not ids:
        return ()
    held = yield from ask_book(ids)
    return tuple(each for each in ids if each not in held)


def _ours(dialect: Dialect, order: Order, request: Any, ids: Sequence[str]) -> Talk[list[Picture] | Useless]:
    wanted = dialect.read_groups(dialect.write(order, request))
    ours = []
    for order_id in ids:
        picture = yield from fetch(dialect, order.account_id, order_id)
        if isinstance(picture, Useless):
            return picture
        if _looks_like_ours(dialect, order, wanted, picture.reading):
            ours.append(picture)
    exactly = [each for each in ours if each.reading.groups == wanted]
    return exactly or ours


def _may_be_ours(order: Order, entry: Reading) -> bool:
    early = entry.created_at is not None and entry.created_at < _sent_at(order) - _CLOCKS_APART
    # lists of failed orders count 0 numbers where there were some
    other_count = bool(entry.count) and entry.count != order.total
    return not early and not other_count


def _looks_like_ours(dialect: Dialect, order: Order, wanted: Groups, reading: Reading) -> bool:
    """Tell whether everything is ours that an order tells of itself."""
    same_reference = reading.customer_order_id in (None, order.reference.strip())
    same_groups = reading.groups == wanted or _names_us(order, reading)
    same = same_reference and _may_be_ours(order, reading) and same_groups
    return same and not _made_in_vain(dialect, order, reading)


def _names_us(order: Order, reading: Reading) -> bool:
    """Tell whether its reference is an id that only we make."""
    return order.customer_order_id is None and reading.customer_order_id == order.id


def _is_proved(dialect: Dialect, reading: Reading) -> bool:
    """Tell whether its reference proves it ours: told, or asked for (the 201 in Bandwidth's guide leaves it out)."""
    return reading.customer_order_id is not None or dialect.asks_for_reference


def _made_in_vain(dialect: Dialect, order: Order, reading: Reading) -> bool:
    """Tell whether sending again made this one: refused for every number, perhaps because of the order we look for."""
    return order.resends > 0 and Evidence(order, reading.errors, (), dialect).in_process()


def _none_or_several(ours: Sequence[Picture], *, all_seen: bool) -> Report:
    ids = ", ".join(each.reading.order_id or "" for each in ours)
    if len(ours) == 1:
        return _for_a_person("unproved_candidate", _UNPROVED.format(ids))
    if ours:
        return _for_a_person("several_candidates", _SEVERAL + ids + ".")
    if not all_seen:
        return _for_a_person("search_incomplete", _CUT)
    return Report(Source.FIND, "not_found", "Bandwidth has no such order.", searched=True)


def _found(dialect: Dialect, order: Order, picture: Picture) -> Conversation:
    report = yield from told(Source.FIND, "found", dialect, order, picture)
    # an id that is known stays as it was spelled: another spelling would look like a second order
    order_id = order.bandwidth_order_id or picture.reading.order_id
    return replace(report, state=report.state or State.RECEIVED, bandwidth_order_id=order_id)


def _for_a_person(why: str, do: str) -> Report:
    return Report(Source.FIND, why, do, State.NEEDS_ATTENTION, attention=Attention(why, do))


def _sent_at(order: Order) -> int:
    return order.first_sent_at or order.created_at


def _first_day(order: Order) -> str:
    # the list knows days only, in no zone that we know, and does not say whether `after` a day leaves that day out
    sent = datetime.fromtimestamp(_sent_at(order) / 1000, UTC)
    return (sent - timedelta(days=2)).strftime("%Y-%m-%d")
