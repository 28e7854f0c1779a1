"""Steps that conversations share: ask Bandwidth, ask our book, fetch one order, say why an answer was of no use."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from service.answers import (
    Forbidden,
    Meaning,
    NotBandwidth,
    Refused,
    Taken,
    Throttled,
    Unauthorized,
    Unknown,
    meaning,
)
from service.exchange import Answer, Exchange, Holders, NotSent, Reply
from service.order import Order, Waiting
from service.order_resource.dialect import Dialect
from service.order_resource.reading import Reading
from service.report import Document

_T = TypeVar("_T")
#: a part of a conversation that ends with a value of its own
Talk: TypeAlias = Generator[Exchange | Holders, Reply | frozenset[str], _T]

#: the timeline's words for what an answer means
WORDS: Final[dict[type[Meaning], str]] = {
    Taken: "not_understood",
    Refused: "refused",
    Unauthorized: "unauthorized",
    Forbidden: "forbidden",
    NotBandwidth: "not_bandwidth",
    Throttled: "throttled",
    NotSent: "not_sent",
    Unknown: "answer_lost",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An order as Bandwidth told it, and the document it was told in."""

    reading: Reading
    document: Document


@dataclass(frozen=True, slots=True)
class Useless:
    """An answer to a GET that says nothing about the order."""

    detail: str
    waiting: Waiting
    #: seconds, where Bandwidth says when to come back
    look_in: float | None = None


def ask(exchange: Exchange) -> Talk[Reply]:
    """Make one exchange."""
    reply = yield exchange
    if isinstance(reply, frozenset):
        raise TypeError("an exchange is answered by a reply")
    return reply


def ask_book(bandwidth_order_ids: tuple[str, ...]) -> Talk[frozenset[str]]:
    """Ask which ids other records of ours hold."""
    held = yield Holders(bandwidth_order_ids)
    if not isinstance(held, frozenset):
        raise TypeError("a question to the book is answered by a set of ids")
    return held


def fetch(dialect: Dialect, order: Order, order_id: str) -> Talk[Picture | Useless]:
    """GET one order; an answer about another order or another account is of no use."""
    reply = yield from ask(Exchange("GET", dialect.resource(order, order_id)))
    what = meaning(reply)
    if not isinstance(what, Taken) or not isinstance(reply, Answer):
        return useless(what)
    reading = dialect.read(what.root)
    if reading is None or not _is_about(reading, order, order_id):
        return useless(what)
    document = dialect.received(f"GET {dialect.path}/{order_id}", reply.body, reply.status)
    return Picture(reading, document)


def useless(what: Meaning) -> Useless:
    """Say why an answer to a GET is of no use."""
    match what:
        case Taken():
            why = "Bandwidth's answer does not tell of this order."
            return Useless(why, waits(what, why))
        case Throttled(seconds=seconds, until=until, why=why):
            return Useless(why, waits(what, why, until), seconds)
    return Useless(what.why, waits(what, what.why))


def waits(what: Meaning, why: str, until: int | None = None) -> Waiting:
    """Say why an order waits: the timeline's word for it, and the sentence behind it."""
    return Waiting(f"{WORDS[type(what)]}: {why}", until)


def _is_about(reading: Reading, order: Order, order_id: str) -> bool:
    same_account = reading.account_id in (None, order.account_id)
    return same_account and reading.order_id is not None and reading.order_id.lower() == order_id.lower()
