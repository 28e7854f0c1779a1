"""Proving a change: GET the setting until it shows what was asked for, or has had looks enough."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from service.answers import NotBandwidth, Refused
from service.asking import Useless, no_news, useless
from service.exchange import Conversation
from service.lifecycle import Source, State
from service.order import Attention, Order, Outcome, Outcomes, Remark, Waiting
from service.report import Report
from service.setting.dialect import NotOurs, SettingDialect
from service.setting.reading import PATIENCE, Shown, Unseen, about, read

_NOT_APPLIED: Final = "not applied: Bandwidth took the change, and does not show it after {} looks."
PLACE_GONE: Final = Attention(
    "place_gone",
    "Bandwidth no longer shows what this order changes where it was: the number or the location has been moved or "
    "taken away. Look there whether the change is in place; then cancel the order, or retry it, which looks once more.",
)
_NOT_YET: Final = Waiting("not_shown: Bandwidth took the change and does not show it yet.")


def find(dialect: SettingDialect, order: Order, request: Any) -> Conversation:
    """Look whether the PUT arrived: the setting shows it, or it does not."""
    now = yield from read(dialect, order, request)
    if not isinstance(now, Shown):
        return _unseen(Source.FIND, "search_failed", order, now)
    if dialect.shows(now.element, request):
        return _proved(Source.FIND, "found", order, now)
    return Report(Source.FIND, "not_found", "Bandwidth does not show the change.", searched=True)


def check(dialect: SettingDialect, order: Order, request: Any) -> Conversation:
    """Look whether the change shows; no failure of an answer, 404 included, ever ends the order."""
    now = yield from read(dialect, order, request)
    if not isinstance(now, Shown):
        return _unseen(Source.CHECK, "check_failed", order, now)
    if dialect.shows(now.element, request):
        return _proved(Source.CHECK, "checked", order, now)
    report = Report(Source.CHECK, "checked", waiting=_NOT_YET, documents=(now.document,))
    if order.looks + 1 < dialect.looks:
        return report
    why = _NOT_APPLIED.format(order.looks + 1)
    outcomes = Outcomes(Outcome("failed", description=why, retryable=True))
    errors = about(order, (Remark(why),))
    return replace(report, state=State.FAILED, detail=why, outcomes=outcomes, errors=errors, waiting=None)


def _unseen(source: Source, event: str, order: Order, what: Unseen) -> Report:
    """Report a look that showed nothing: no answer ends the order, but one that cannot end by itself needs a person."""
    match what:
        case NotOurs(why=why):
            news = no_news(source, event, Useless(why, Waiting(why)))
        case Useless():
            news = no_news(source, event, what)
        case _:
            news = no_news(source, event, useless(what))
    if order.failures < PATIENCE or not _says_that_there_is_none(what):
        return news
    return replace(news, state=State.NEEDS_ATTENTION, attention=PLACE_GONE, waiting=None)


def _says_that_there_is_none(what: Unseen) -> bool:
    return isinstance(what, Refused | NotOurs | Useless) or (
        isinstance(what, NotBandwidth) and what.status == HTTPStatus.NOT_FOUND
    )


def _proved(source: Source, event: str, order: Order, now: Shown) -> Report:
    outcome = replace(order.default_outcome, outcome="complete")
    return Report(source, event, state=State.COMPLETE, outcomes=Outcomes(outcome), errors=(), documents=(now.document,))
