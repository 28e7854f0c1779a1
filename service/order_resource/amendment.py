"""Changing an order that Bandwidth has and has not begun: PUT with the same groups anew, and a GET that shows them.

An amendment is an order of ours without an id of its own at Bandwidth: it is about the order that it amends. It
completes when a GET shows its groups; the order that it amends ends by Bandwidth's status alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from service import lifecycle, xml
from service.answers import Meaning, Refused, Taken, Unknown, meaning
from service.asking import Useless, ask, no_news, recall
from service.exchange import Conversation, Exchange, Talk
from service.lifecycle import TERMINAL, Source, State
from service.order import Attention, Order, Outcome, Outcomes, Remark, Waiting
from service.order_resource.dialect import Dialect
from service.order_resource.fetching import Picture, fetch
from service.order_resource.findings import Evidence
from service.order_resource.inspection import CHECK_FAILED
from service.order_resource.submission import documents, refused
from service.report import Report
from service.sending import not_taken, uncertain

_NOT_THERE_YET: Final = "not_sent: the order that it amends is not at Bandwidth yet"
_NO_ID: Final = Useless("The order that it amends has no id at Bandwidth.", Waiting(_NOT_THERE_YET))
TARGET_GONE: Final = Attention(
    "target_gone",
    "The order that this one changes has no record any more, so nothing tells whether Bandwidth took the change. Look "
    "its numbers up in Bandwidth's dashboard; then cancel this order, and submit a new one if the change is not there.",
)
_ENDED: Final = "The order that it amends has ended ({}): Bandwidth takes no change of it. Submit a new order instead."
_NOT_APPLIED: Final = "not applied: Bandwidth took the change, and the order ended without showing it."


def submit(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """PUT the amended order once, while it is open and Bandwidth has it."""
    target = yield from recall(order.amends or "")
    if target is None or target.state in TERMINAL:
        return _too_late(target.state if target else State.CANCELLED)
    if target.bandwidth_order_id is None:
        waiting = Waiting(_NOT_THERE_YET)
        return Report(Source.SUBMIT, "not_sent", _NOT_THERE_YET, State.ACCEPTED, waiting=waiting, failed=True)
    body = xml.write(dialect.write(_under_the_reference(order, target), request))
    path = dialect.resource(order.account_id, target.bandwidth_order_id)
    reply = yield from ask(Exchange("PUT", path, body=body, changes=True))
    report = _answered(dialect, order, meaning(reply))
    return replace(report, documents=documents(dialect, "PUT", body, reply))


def find(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """Look whether the PUT arrived: Bandwidth shows its groups, or it does not."""
    picture = yield from _target(dialect, order)
    if picture is None:
        return _target_gone(Source.FIND)
    if isinstance(picture, Useless):
        return no_news(Source.FIND, "search_failed", picture)
    if _shows_exactly(dialect, order, request, picture):
        return _applied(Source.FIND, "found", picture)
    return Report(Source.FIND, "not_found", "Bandwidth does not show the change.", searched=True)


def check(dialect: Dialect, order: Order, request: Any) -> Conversation:
    """Look whether Bandwidth shows the change; it has failed when the amended order ends without it."""
    picture = yield from _target(dialect, order)
    if picture is None:
        return _target_gone(Source.CHECK)
    if isinstance(picture, Useless):
        return no_news(Source.CHECK, CHECK_FAILED, picture)
    if _shows(dialect, order, request, picture):
        return _applied(Source.CHECK, "checked", picture)
    report = Report(Source.CHECK, "checked", bandwidth_status=picture.reading.status, documents=(picture.document,))
    if not lifecycle.is_end(picture.reading.status or ""):
        return report
    outcome = Outcome("failed", description=_NOT_APPLIED, retryable=False)
    return replace(report, state=State.FAILED, outcomes=Outcomes(outcome), errors=(Remark(_NOT_APPLIED),))


def _under_the_reference(order: Order, target: Order) -> Order:
    """Keep the changed order's reference at Bandwidth, unless the client gave another: a PUT replaces it too."""
    return replace(order, customer_order_id=order.customer_order_id or target.reference)


def _target(dialect: Dialect, order: Order) -> Talk[Picture | Useless | None]:
    """Fetch the order that it amends; None when that has no record."""
    target = yield from recall(order.amends or "")
    if target is None:
        return None
    if target.bandwidth_order_id is None:
        return _NO_ID
    return (yield from fetch(dialect, order.account_id, target.bandwidth_order_id))


def _shows(dialect: Dialect, order: Order, request: Any, picture: Picture) -> bool:
    return picture.reading.groups == dialect.read_groups(dialect.write(order, request))


def _shows_exactly(dialect: Dialect, order: Order, request: Any, picture: Picture) -> bool:
    """Compare to the letter: a change of capitals alone would seem to be there before it is sent."""
    read = dialect.read_exactly or dialect.read_groups
    return read(picture.element) == read(dialect.write(order, request))


def _applied(source: Source, event: str, picture: Picture) -> Report:
    return Report(
        source,
        event,
        state=State.COMPLETE,
        bandwidth_status=picture.reading.status,
        outcomes=Outcomes(Outcome("complete")),
        errors=(),
        documents=(picture.document,),
    )


def _answered(dialect: Dialect, order: Order, what: Meaning) -> Report:
    match what:
        case Taken():
            return Report(Source.SUBMIT, "sent", state=State.RECEIVED, look_in=0.0)
        case Refused(errors=errors):
            return refused(Evidence(order, errors, (), dialect), what)
        case Unknown(why=why):
            return uncertain(what, why)
    return not_taken(what)


def _target_gone(source: Source) -> Report:
    return Report(source, "target_gone", state=State.NEEDS_ATTENTION, attention=TARGET_GONE)


def _too_late(state: State) -> Report:
    why = _ENDED.format(state)
    outcomes = Outcomes(Outcome("failed", description=why, retryable=False))
    return Report(Source.SUBMIT, "refused", why, State.REJECTED, outcomes=outcomes, errors=(Remark(why),))
