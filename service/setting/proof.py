"""Proving a change: GET the setting until it shows what was asked for, or has had looks enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from service.answers import Meaning
from service.asking import no_news, useless
from service.exchange import Conversation
from service.lifecycle import Source, State
from service.order import Order, Outcome, Outcomes, Remark, Waiting
from service.report import Report
from service.setting.dialect import SettingDialect
from service.setting.reading import Shown, read

_NOT_APPLIED: Final = "not applied: Bandwidth took the change, and does not show it after {} looks."
_NOT_YET: Final = Waiting("not_shown: Bandwidth took the change and does not show it yet.")


def find(dialect: SettingDialect, order: Order, request: Any) -> Conversation:
    """Look whether the PUT arrived: the setting shows it, or it does not."""
    now = yield from read(dialect, order, request)
    if not isinstance(now, Shown):
        return no_news(Source.FIND, "search_failed", useless(now))
    if dialect.shows(now.element, request):
        return _proved(Source.FIND, "found", order, now)
    return Report(Source.FIND, "not_found", "Bandwidth does not show the change.", searched=True)


def check(dialect: SettingDialect, order: Order, request: Any) -> Conversation:
    """Look whether the change shows; no failure of an answer, 404 included, ever ends the order."""
    now: Shown | Meaning = yield from read(dialect, order, request)
    if not isinstance(now, Shown):
        return no_news(Source.CHECK, "check_failed", useless(now))
    if dialect.shows(now.element, request):
        return _proved(Source.CHECK, "checked", order, now)
    report = Report(Source.CHECK, "checked", waiting=_NOT_YET, documents=(now.document,))
    if order.looks + 1 < dialect.looks:
        return report
    why = _NOT_APPLIED.format(order.looks + 1)
    outcomes = Outcomes(Outcome("failed", description=why, retryable=True))
    return replace(report, state=State.FAILED, outcomes=outcomes, errors=(Remark(why),), waiting=None)


def _proved(source: Source, event: str, order: Order, now: Shown) -> Report:
    outcome = replace(order.default_outcome, outcome="complete")
    return Report(source, event, state=State.COMPLETE, outcomes=Outcomes(outcome), errors=(), documents=(now.document,))
