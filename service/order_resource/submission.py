"""Submitting: one POST, and what its answer makes of the order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from service import lifecycle, xml
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
from service.exchange import Answer, Broken, Conversation, Exchange, NotSent, Reply
from service.lifecycle import Source, State
from service.order import Attention, Order
from service.order_resource.asking import WORDS, ask, waits
from service.order_resource.dialect import Dialect
from service.order_resource.findings import Evidence
from service.report import Document, Report

_TO_DO: Final = {
    Forbidden: "Have Bandwidth give these credentials the role for this kind of order; then retry it, or cancel it.",
    NotBandwidth: "Check TRACKER_BANDWIDTH_URL and the proxies on the way to Bandwidth; then retry it, or cancel it.",
}


def submit(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """POST the order once; nothing here ever repeats it."""
    body = xml.write(dialect.write(order, request))
    reply = yield from ask(Exchange("POST", dialect.collection(order), body=body, changes=True))
    report = _report(dialect, order, meaning(reply))
    return replace(report, documents=_documents(dialect, body, reply))


def _report(dialect: Dialect, order: Order, what: Meaning) -> Report:
    word = WORDS[type(what)]
    match what:
        case Taken():
            return _taken(dialect, order, what)
        case Refused(errors=errors):
            return _refused(Evidence(order, errors, (), dialect.retryable), what)
        case Forbidden() | NotBandwidth():
            attention = Attention(word, _TO_DO[type(what)])
            return Report(Source.SUBMIT, word, what.why, State.NEEDS_ATTENTION, attention=attention)
        case Unknown(why=why):
            return _uncertain(what, why)
    return _unsent(what)


def _uncertain(what: Meaning, why: str) -> Report:
    """Say that Bandwidth may or may not have the order: it is looked for at once."""
    return Report(Source.SUBMIT, WORDS[type(what)], why, State.UNCERTAIN, waiting=waits(what, why), look_in=0.0)


def _unsent(what: Unauthorized | Throttled | NotSent) -> Report:
    """Say that Bandwidth has nothing of this order: it stays accepted and waits."""
    stays = Report(Source.SUBMIT, WORDS[type(what)], what.why, State.ACCEPTED, waiting=waits(what, what.why))
    match what:
        case Throttled():
            return replace(stays, waiting=waits(what, what.why, what.until), look_in=what.seconds)
        case NotSent():
            return replace(stays, failed=True)
    # the governor pauses the account; this order waits with all others
    return replace(stays, look_in=0.0)


def _taken(dialect: Dialect, order: Order, taken: Taken) -> Report:
    reading = dialect.read(taken.root)
    order_id = (reading and reading.order_id) or taken.location_id
    if order_id is None:
        return _uncertain(taken, "Bandwidth took the request and gave no order id.")
    sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=order_id)
    if reading is None:
        return sent
    found = Evidence(order, reading.errors, reading.warnings, dialect.retryable).so_far(State.RECEIVED)
    return replace(
        sent,
        bandwidth_status=reading.status,
        outcomes=found.outcomes,
        errors=found.errors,
        warnings=found.warnings,
        # an answer that tells of an end is verified at once, by a check
        look_in=0.0 if lifecycle.is_end(reading.status or "") else None,
    )


def _refused(evidence: Evidence, refused: Refused) -> Report:
    found = evidence.refusal()
    return Report(Source.SUBMIT, WORDS[Refused], refused.why, found.state, outcomes=found.outcomes, errors=found.errors)


def _documents(dialect: Dialect, body: bytes, reply: Reply) -> tuple[Document, ...]:
    match reply:
        case Answer():
            received = dialect.received(f"Answer to POST {dialect.path}", reply.body, reply.status)
            return (dialect.sent(body), received)
        case Broken():
            return (dialect.sent(body),)
    return ()
