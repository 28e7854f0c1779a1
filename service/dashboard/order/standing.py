"""How an order stands: why it does not move, or what nobody but a person can decide, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.lifecycle import TERMINAL, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.dashboard.showing import Tone
    from service.order import Attention, Order, Waiting


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know about an order at first sight."""

    tone: Tone
    #: of the sprite
    icon: str
    title: str
    text: str = ""
    do: str = ""
    #: the order that it is about, if it is another one
    order_id: str | None = None
    #: until when it holds (ms), where that is known
    until: int | None = None


_ATTENTION: Final = {
    "maybe_sent": "Bandwidth may or may not have this order",
    "duplicate_at_carrier": "Bandwidth holds two orders for this one",
    "outcome_unknown": "Some numbers failed, and Bandwidth does not say which",
    "forbidden": "Bandwidth does not let these credentials do this",
    "not_bandwidth": "Something that is not Bandwidth answered",
    "place_gone": "What this order changes is no longer there",
    "target_gone": "The order that this one changes is gone",
    "untold": "Bandwidth did not tell what must be known before sending",
}
_NOTHING_TO_DO: Final = "Nothing: it goes on by itself."
#: what to do about a wait, by the word that its reason begins with
_WAITING: Final = {
    "not_before": "Nothing. To send it sooner, cancel it and submit it again.",
    "unauthorized": "Correct the credentials; all orders of the account wait for them.",
    "forbidden": "Check the account's permissions and the address of Bandwidth; all orders of the account wait.",
}


def notices(order: Order) -> list[Notice]:
    """Return what is to be known of an order, the most urgent first."""
    if order.state in TERMINAL:
        return []
    return [*_attention(order.attention), *_held(order), *_waiting(order.waiting), *_more(order)]


def why(attention: Attention) -> str:
    """Return why only a person can decide."""
    return _ATTENTION.get(attention.why) or f"Needs a person: {attention.why.replace('_', ' ')}"


def reason(waiting: Waiting) -> str:
    """Return why an order waits, without the word that programs know it by."""
    word, _, sentence = waiting.why.partition(": ")
    # most reasons begin with the timeline's word for them, some are sentences with a colon
    return sentence if sentence and word.isidentifier() else waiting.why


def _attention(attention: Attention | None) -> Iterator[Notice]:
    if attention:
        yield Notice("call", "alarm", why(attention), do=attention.do)


def _held(order: Order) -> Iterator[Notice]:
    if order.state == State.HELD:
        text = "Orders on the same number go one after the other: it is sent when that one has ended."
        do = "Nothing, unless the other one hangs: open it, and decide there."
        yield Notice("wait", "pause", "Waits for another order on its numbers", text, do, order_id=order.held_by)


def _waiting(waiting: Waiting | None) -> Iterator[Notice]:
    if waiting:
        text, do = reason(waiting), _WAITING.get(waiting.why.partition(": ")[0], _NOTHING_TO_DO)
        yield Notice("wait", "pause", "Waits", text[:1].upper() + text[1:], do, until=waiting.until)


def _more(order: Order) -> Iterator[Notice]:
    if order.state == State.UNCERTAIN:
        text = (
            "The connection broke after the request had begun to leave. It is looked for at Bandwidth, not sent again."
        )
        yield Notice("call", "question", "Bandwidth may or may not have it", text, _NOTHING_TO_DO)
    if order.announced:
        text = "A callback said so. Callbacks are not signed: a check of Bandwidth's own order proves it."
        yield Notice("busy", "half", f"{order.announced} was announced", text, _NOTHING_TO_DO)
    if order.aside_since is not None:
        text = "A person let it step aside: orders on its numbers go past it, and may meet it at Bandwidth."
        yield Notice("wait", "pause", "Stands in no line", text)
