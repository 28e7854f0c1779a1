"""Changing a setting: GET it, put the change into it, PUT it whole. Only the PUT may do something twice."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from service import xml
from service.answers import NotBandwidth, Refused, Taken, Unknown, meaning
from service.asking import WORDS, Useless, ask, useless
from service.carrier_errors import carrier_warnings
from service.carrier_words import plain
from service.exchange import Answer, Broken, Conversation, Exchange, Reply, Talk
from service.lifecycle import Source, State
from service.order import Attention, Order, Outcome, Outcomes, Remark, Waiting
from service.report import Document, Report
from service.sending import not_taken, uncertain
from service.setting.dialect import NotOurs, SettingDialect
from service.setting.reading import PATIENCE, Shown, Unseen, about, read, read_at
from service.xml import Element

#: how often Bandwidth may say that another change is under way before it is believed
_CONFLICTS: Final = 7
#: errors, or warnings, that are told: one number or place has no more
_TOLD: Final = 100
_NOTHING_THERE: Final = Attention(
    "not_bandwidth",
    "Nothing answers where this order changes something (404, not in Bandwidth's words). Check its site_id and "
    "sip_peer_id, and TRACKER_BANDWIDTH_URL; then retry it, or cancel it.",
)
_LOST: Final = "Not as it was before, and not by this order: {}. Somebody changed it meanwhile, or the change lost it."


def submit(dialect: SettingDialect, order: Order, request: Any) -> Conversation:
    """PUT the setting once, with the change merged into what it is now."""
    now = yield from read(dialect, order, request)
    if not isinstance(now, Shown):
        return _unseen(dialect, order, now)
    wanted = dialect.merge(now.element, request)
    body = xml.write(wanted)
    reply = yield from ask(Exchange("PUT", now.path, body=body, changes=True))
    report = _answered(dialect, order, reply)
    if report.state is State.RECEIVED and dialect.lost:
        warnings = yield from _losses(dialect, now.path, wanted, request)
        report = replace(report, warnings=(*(report.warnings or ()), *warnings))
    return replace(report, documents=(now.document, *_documents(dialect, now.path, body, reply)))


def _unseen(dialect: SettingDialect, order: Order, what: Unseen) -> Report:
    """Say that nothing was sent, because what is there now could not be read."""
    match what:
        case Refused() if order.resends:
            # an earlier request may have been taken, before the place went
            return uncertain(what, what.why)
        case Refused():
            return _refused(dialect, order, what)
        case NotOurs(why=why):
            return _rejected(order, why, (Remark(why),))
        case Useless() | Unknown() | Taken():
            return _not_sent(order, what)
    report = not_taken(what)
    is_missing = isinstance(what, NotBandwidth) and what.status == HTTPStatus.NOT_FOUND
    return replace(report, attention=_NOTHING_THERE) if is_missing else report


def _not_sent(order: Order, what: Useless | Unknown | Taken) -> Report:
    """Wait, and tell a person in the end when Bandwidth does answer and does not tell what is needed."""
    why = what if isinstance(what, Useless) else useless(what)
    waiting = Waiting(f"not_sent: {why.detail}")
    report = Report(Source.SUBMIT, "not_sent", why.detail, State.ACCEPTED, waiting=waiting, failed=True)
    if isinstance(what, Unknown) or order.resends or order.failures < PATIENCE:
        return report
    attention = Attention("untold", f"{why.detail} Mend that and retry the order, or cancel it and submit it anew.")
    return replace(report, state=State.NEEDS_ATTENTION, attention=attention, waiting=None)


def _answered(dialect: SettingDialect, order: Order, reply: Reply) -> Report:
    what = meaning(reply)
    match what:
        case Taken(root=root):
            return _taken(order, root)
        case Refused() | NotBandwidth() if what.status in dialect.busy:
            return _busy(dialect, order, what)
        case Refused():
            return _refused(dialect, order, what)
        case Unknown(why=why):
            return uncertain(what, why)
    return not_taken(what)


def _taken(order: Order, root: Element | None) -> Report:
    """Say that Bandwidth has it; the answer is empty, repeats the setting, or warns."""
    warnings = about(order, (Remark(each.description, each.code) for each in carrier_warnings(root)[:_TOLD]))
    warned = Outcome(warning=warnings[0].description) if warnings and order.total else Outcome()
    return Report(Source.SUBMIT, "sent", state=State.RECEIVED, outcomes=Outcomes(warned), warnings=warnings)


def _busy(dialect: SettingDialect, order: Order, what: Refused | NotBandwidth) -> Report:
    """Try again later, and say in the end what to do instead."""
    if order.conflicts >= _CONFLICTS:
        return _rejected(order, what.why, (Remark(dialect.busy_advice),))
    why = f"conflict: Bandwidth works on another change of it ({what.status})."
    return Report(Source.SUBMIT, "conflict", what.why, State.ACCEPTED, waiting=Waiting(why), conflict=True)


def _refused(dialect: SettingDialect, order: Order, what: Refused) -> Report:
    errors = tuple(Remark(each.description, each.code) for each in what.errors[:_TOLD])
    advice = (Remark(said, each.code) for each in errors if (said := dialect.advice.get(each.code or "")))
    return _rejected(order, what.why, (*errors, *advice))


def _rejected(order: Order, why: str, remarks: tuple[Remark, ...]) -> Report:
    errors = about(order, remarks)
    outcomes = Outcomes(Outcome("failed", errors[0].code, errors[0].description, retryable=False))
    return Report(Source.SUBMIT, WORDS[Refused], why, State.REJECTED, outcomes=outcomes, errors=errors)


def _losses(dialect: SettingDialect, path: str, wanted: Element, request: Any) -> Talk[tuple[Remark, ...]]:
    """Look once more at once: there is no tag that would tell Bandwidth which version was changed."""
    after = yield from read_at(dialect, path, request)
    lost = dialect.lost(wanted, after.element) if isinstance(after, Shown) and dialect.lost else ()
    return (Remark(_LOST.format(plain(", ".join(lost)))),) if lost else ()


def _documents(dialect: SettingDialect, path: str, body: bytes, reply: Reply) -> tuple[Document, ...]:
    """Keep what was sent and what came back; nothing when nothing left this machine."""
    match reply:
        case Answer():
            return (dialect.sent(path, body), dialect.received("Answer to PUT", path, reply.body, reply.status))
        case Broken():
            return (dialect.sent(path, body),)
    return ()
