"""Submitting: one POST, and what its answer makes of the order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from service import lifecycle, xml
from service.answers import Meaning, Refused, Taken, Unknown, meaning
from service.asking import WORDS, ask
from service.exchange import Answer, Broken, Conversation, Exchange, Reply
from service.lifecycle import Source, State
from service.order import Order
from service.order_resource.dialect import Dialect
from service.order_resource.findings import Evidence
from service.report import Document, Report
from service.sending import not_taken, uncertain

#: how often an order that was sent again may be told that its numbers are in process, before we believe it
_DOUBTED: Final = 2
_PERHAPS_ITSELF: Final = (
    "Sent again, and Bandwidth says that all its numbers are in process: perhaps in this order's own first request."
)


def submit(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """POST the order once; nothing here ever repeats it."""
    body = xml.write(dialect.write(order, request))
    reply = yield from ask(Exchange("POST", dialect.collection(order.account_id), body=body, changes=True))
    report = _report(dialect, order, meaning(reply))
    return replace(report, documents=documents(dialect, "POST", body, reply))


def _report(dialect: Dialect, order: Order, what: Meaning) -> Report:
    match what:
        case Taken():
            return _taken(dialect, order, what)
        case Refused(errors=errors):
            return refused(Evidence(order, errors, (), dialect), what)
        case Unknown(why=why):
            return uncertain(what, why)
    return not_taken(what)


def refused(evidence: Evidence, what: Refused) -> Report:
    """Say that Bandwidth will not; no order exists there, unless it was sent before and only seems so."""
    if evidence.in_process() and 0 < evidence.order.resends <= _DOUBTED:
        return uncertain(what, _PERHAPS_ITSELF)
    found = evidence.refusal()
    return Report(Source.SUBMIT, WORDS[Refused], what.why, found.state, outcomes=found.outcomes, errors=found.errors)


def _taken(dialect: Dialect, order: Order, taken: Taken) -> Report:
    reading = dialect.read(taken.root)
    order_id = (reading and reading.order_id) or taken.location_id
    if order_id is None:
        return uncertain(taken, "Bandwidth took the request and gave no order id.")
    sent = Report(Source.SUBMIT, "sent", state=State.RECEIVED, bandwidth_order_id=order_id)
    if reading is None:
        return sent
    evidence = Evidence(order, reading.errors, reading.warnings, dialect)
    if evidence.in_process() and 0 < order.resends <= _DOUBTED:
        return uncertain(taken, _PERHAPS_ITSELF)
    found = evidence.so_far(State.RECEIVED)
    return replace(
        sent,
        bandwidth_status=reading.status,
        outcomes=found.outcomes,
        errors=found.errors,
        warnings=found.warnings,
        pictured=reading.order_id is not None,
        modified_at=reading.modified_at,
        # an answer that tells of an end is verified at once, by a check
        look_in=0.0 if lifecycle.is_end(reading.status or "") else None,
    )


def documents(dialect: Dialect, method: str, body: bytes, reply: Reply) -> tuple[Document, ...]:
    """Keep what was sent and what came back; nothing when nothing left this machine."""
    match reply:
        case Answer():
            received = dialect.received(f"Answer to {method} {dialect.path}", reply.body, reply.status)
            return (dialect.sent(method, body), received)
        case Broken():
            return (dialect.sent(method, body),)
    return ()
