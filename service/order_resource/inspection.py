"""Checking: GET the order and say what Bandwidth says. Only here does an order that was sent reach its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from service.exchange import Conversation
from service.lifecycle import Source
from service.order import Order
from service.order_resource.asking import Picture, Useless, fetch
from service.order_resource.dialect import Dialect
from service.order_resource.findings import Evidence
from service.report import Report

_NO_ID: Final = "Bandwidth's id of this order is not known, so there is nothing to look at."


def check(dialect: Dialect, order: Order) -> Conversation:
    """Ask for the order; no failure of an answer, 404 included, ever changes it."""
    if order.bandwidth_order_id is None:
        return Report(Source.CHECK, "check_failed", _NO_ID, failed=True)
    picture = yield from fetch(dialect, order, order.bandwidth_order_id)
    if isinstance(picture, Useless):
        failed = Report(Source.CHECK, "check_failed", picture.detail, waiting=picture.waiting, failed=True)
        return replace(failed, look_in=picture.look_in)
    return told(Source.CHECK, "checked", dialect, order, picture)


def told(source: Source, event: str, dialect: Dialect, order: Order, picture: Picture) -> Report:
    """Report what Bandwidth's picture of an order says."""
    reading = picture.reading
    evidence = Evidence(order, reading.errors, reading.warnings, dialect.retryable)
    found = evidence.of_status(reading.status or "")
    return Report(
        source,
        event,
        state=found.state,
        bandwidth_status=reading.status,
        outcomes=found.outcomes,
        errors=found.errors,
        warnings=found.warnings,
        attention=found.attention,
        documents=(picture.document,),
    )
