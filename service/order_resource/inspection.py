"""Checking: GET the order and say what Bandwidth says. Only here does an order that was sent reach its end."""

from __future__ import annotations

from typing import Final

from service.asking import Useless, no_news
from service.exchange import Conversation
from service.lifecycle import Source
from service.order import Order, Waiting
from service.order_resource import history
from service.order_resource.dialect import Dialect
from service.order_resource.fetching import Picture, fetch
from service.order_resource.findings import Evidence
from service.report import Report

#: the timeline's word for a look that brought nothing
CHECK_FAILED: Final = "check_failed"
_NO_ID: Final = "Bandwidth's id of this order is not known, so there is nothing to look at."


def check(dialect: Dialect, order: Order) -> Conversation:
    """Ask for the order; no failure of an answer, 404 included, ever changes it."""
    if order.bandwidth_order_id is None:
        return no_news(Source.CHECK, CHECK_FAILED, Useless(_NO_ID, Waiting(_NO_ID)))
    picture = yield from fetch(dialect, order.account_id, order.bandwidth_order_id)
    if isinstance(picture, Useless):
        return no_news(Source.CHECK, CHECK_FAILED, picture)
    return (yield from told(Source.CHECK, "checked", dialect, order, picture))


def told(source: Source, event: str, dialect: Dialect, order: Order, picture: Picture) -> Conversation:
    """Report what Bandwidth's picture of an order says, and its history where that tells more."""
    reading = picture.reading
    found = Evidence(order, reading.errors, reading.warnings, dialect).of_status(reading.status or "")
    happened = yield from history.news(dialect, order, reading)
    return Report(
        source,
        event,
        state=found.state,
        bandwidth_status=reading.status,
        outcomes=found.outcomes,
        errors=found.errors,
        warnings=found.warnings,
        attention=found.attention,
        pictured=True,
        modified_at=reading.modified_at,
        documents=(picture.document,),
        history=happened,
    )
