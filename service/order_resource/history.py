"""The history of an order at Bandwidth: `OrderHistoryWrapper`, read for orders whose status says less than it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service import lifecycle, xml
from service.answers import Taken, meaning
from service.asking import ask
from service.carrier_words import milliseconds, plain
from service.exchange import Exchange, Talk
from service.order import Order
from service.order_resource.dialect import Dialect
from service.order_resource.reading import Reading
from service.report import Happening
from service.xml import Element

#: the newest entries that are kept: each costs a script some calls
_MOST: Final = 100


def news(dialect: Dialect, order: Order, reading: Reading) -> Talk[tuple[Happening, ...]]:
    """GET the history when the order has moved; it explains and decides nothing, so none is no failure."""
    moved = (reading.status or "").upper() != (order.bandwidth_status or "").upper()
    if not dialect.has_history or reading.order_id is None or not (moved or lifecycle.is_end(reading.status or "")):
        return ()
    path = f"{dialect.resource(order.account_id, reading.order_id)}/history"
    reply = yield from ask(Exchange("GET", path))
    what = meaning(reply)
    return newest(what.root) if isinstance(what, Taken) and what.root is not None else ()


def newest(root: Element) -> tuple[Happening, ...]:
    """Return what happened last, oldest first."""
    return tuple(sorted(read(root), key=lambda each: each.at)[-_MOST:])


def read(root: Element) -> Iterator[Happening]:
    """Yield what happened, as it stands there; entries without a time are left out."""
    for each in xml.children(root, "OrderHistory"):
        at = milliseconds(xml.text(each, "OrderDate"))
        if at is not None:
            note, status, author = (plain(xml.text(each, name) or "") for name in ("Note", "Status", "Author"))
            yield Happening(at, note, status or None, author or None)
