"""Fetching one order: Bandwidth's picture of it, or why its answer was of no use."""

from __future__ import annotations

from dataclasses import dataclass

from service.answers import Taken, meaning
from service.asking import Useless, ask, useless
from service.exchange import Answer, Exchange, Talk
from service.identifiers import bandwidth_id
from service.order_resource.dialect import Dialect
from service.order_resource.reading import Reading
from service.report import Document
from service.xml import Element


@dataclass(frozen=True, slots=True)
class Picture:
    """An order as Bandwidth told it, and the document it was told in."""

    reading: Reading
    element: Element
    document: Document


def fetch(dialect: Dialect, account_id: str, order_id: str) -> Talk[Picture | Useless]:
    """GET one order; an answer about another order or another account is of no use."""
    reply = yield from ask(Exchange("GET", dialect.resource(account_id, order_id)))
    what = meaning(reply)
    if not isinstance(what, Taken) or not isinstance(reply, Answer):
        return useless(what)
    element = dialect.order_in(what.root)
    if element is None:
        return useless(what)
    document = dialect.received(f"GET {dialect.path}/{order_id}", reply.body, reply.status)
    return picture_in(dialect, account_id, order_id, element, document) or useless(what)


def picture_in(
    dialect: Dialect, account_id: str, order_id: str, element: Element, document: Document
) -> Picture | None:
    """Read an order that Bandwidth told; None when it is another order, or another account's."""
    reading = dialect.read_entry(element)
    return Picture(reading, element, document) if _is_about(reading, account_id, order_id) else None


def _is_about(reading: Reading, account_id: str, order_id: str) -> bool:
    same_account = reading.account_id in (None, account_id)
    return same_account and reading.order_id == bandwidth_id(order_id)
