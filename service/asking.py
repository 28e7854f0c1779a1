"""Steps that conversations share: make an exchange, ask our book, say why an answer was of no use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.answers import (
    Forbidden,
    Meaning,
    NotBandwidth,
    Refused,
    Taken,
    Throttled,
    Unauthorized,
    Unknown,
)
from service.exchange import Answer, Broken, Exchange, Holders, NoToken, NotSent, Recall, Reply, Talk
from service.lifecycle import Source
from service.order import Order, Waiting
from service.report import Report

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
class Useless:
    """An answer to a GET that says nothing about what was asked."""

    detail: str
    waiting: Waiting
    #: seconds, where Bandwidth says when to come back
    look_in: float | None = None


def ask(exchange: Exchange) -> Talk[Reply]:
    """Make one exchange."""
    reply = yield exchange
    if not isinstance(reply, Answer | NotSent | NoToken | Broken):
        raise TypeError("an exchange is answered by a reply")
    return reply


def ask_book(bandwidth_order_ids: tuple[str, ...]) -> Talk[frozenset[str]]:
    """Ask which ids other records of ours hold."""
    held = yield Holders(bandwidth_order_ids)
    if not isinstance(held, frozenset):
        raise TypeError("a question to the book is answered by a set of ids")
    return held


def recall(order_id: str) -> Talk[Order | None]:
    """Ask for another order of ours, as it is now."""
    order = yield Recall(order_id)
    if not isinstance(order, Order | None):
        raise TypeError("a question for an order is answered by an order, or None")
    return order


def useless(what: Meaning) -> Useless:
    """Say why an answer to a GET is of no use."""
    match what:
        case Taken():
            why = "Bandwidth's answer does not tell of what was asked for."
            return Useless(why, waits(what, why))
        case Throttled(seconds=seconds, until=until, why=why):
            return Useless(why, waits(what, why, until), seconds)
    return Useless(what.why, waits(what, what.why))


def waits(what: Meaning, why: str, until: int | None = None) -> Waiting:
    """Say why an order waits: the timeline's word for it, and the sentence behind it."""
    return Waiting(f"{WORDS[type(what)]}: {why}", until)


def no_news(source: Source, event: str, why: Useless) -> Report:
    """Report a look that brought nothing: no failure of an answer, 404 included, ever changes an order."""
    return Report(source, event, why.detail, waiting=why.waiting, look_in=why.look_in, failed=True)
