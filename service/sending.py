"""What becomes of an order whose request Bandwidth has not taken, or perhaps has."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

from service.answers import Forbidden, Meaning, NotBandwidth, Throttled, Unauthorized
from service.asking import WORDS, waits
from service.exchange import NotSent
from service.lifecycle import Source, State
from service.order import Attention, Order
from service.report import Report

NotTaken: TypeAlias = Unauthorized | Throttled | NotSent | Forbidden | NotBandwidth

_TO_DO: Final = {
    Forbidden: "Have Bandwidth give these credentials the role for this kind of order; then retry it, or cancel it.",
    NotBandwidth: "Check TRACKER_BANDWIDTH_URL and the proxies on the way to Bandwidth; then retry it, or cancel it.",
}


def uncertain(what: Meaning, why: str) -> Report:
    """Say that Bandwidth may or may not have the order: it is looked for at once."""
    return Report(Source.SUBMIT, WORDS[type(what)], why, State.UNCERTAIN, waiting=waits(what, why), look_in=0.0)


def not_taken(what: NotTaken) -> Report:
    """Say that Bandwidth has nothing of this order: it waits, or a person must act first."""
    stays = Report(Source.SUBMIT, WORDS[type(what)], what.why, State.ACCEPTED, waiting=waits(what, what.why))
    match what:
        case Forbidden() | NotBandwidth():
            attention = Attention(WORDS[type(what)], _TO_DO[type(what)])
            return replace(stays, state=State.NEEDS_ATTENTION, attention=attention, waiting=None)
        case Throttled():
            return replace(stays, waiting=waits(what, what.why, what.until), look_in=what.seconds)
        case NotSent():
            return replace(stays, failed=True)
    # the governor pauses the account; this order waits with all others
    return replace(stays, look_in=0.0)


def put_back(order: Order, why: str) -> Report:
    """Say that a worker was kept from asking Bandwidth anything about an order: it is due at once, as it was."""
    submits = order.state == State.SUBMITTING
    source = Source.SUBMIT if submits else Source.FIND if order.state == State.UNCERTAIN else Source.CHECK
    state = State.ACCEPTED if submits else None
    return Report(source, WORDS[NotSent], why, state, look_in=0.0, failed=True, begun=False)
