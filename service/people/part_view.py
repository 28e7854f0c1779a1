"""The parts of an order as people see them: what became of its numbers, its timeline, the XML both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from service.people import xml_view
from service.people.order_view import STYLES
from service.terminal import moments, table
from service.terminal.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.client import Document, NumberOutcome, TimelineEntry

_NUMBERS: Final = ("NUMBER", "OUTCOME", "CODE", "RETRYABLE", "WHAT BANDWIDTH SAYS")
_TIMELINE: Final = ("AT", "SOURCE", "EVENT", "STATE", "DETAIL")
_RETRYABLE: Final = {None: "-", True: "yes", False: "no"}


def show_numbers(outcomes: Sequence[NumberOutcome]) -> None:
    """Print what became of numbers."""
    typer.echo()
    table.show(_NUMBERS, map(_outcome, outcomes), STYLES)


def show_timeline(entries: Iterable[TimelineEntry]) -> None:
    """Print what happened to an order."""
    typer.echo()
    table.show(_TIMELINE, map(_entry, entries), STYLES)


def show_documents(documents: Iterable[Document]) -> None:
    """Print XML as it went and came."""
    for each in documents:
        status = f" (HTTP {each.status})" if each.status else ""
        typer.echo(f"\n{each.direction} {moments.local(each.at)}  {one_line(each.title)}{status}")
        xml_view.show(each.xml)


def _outcome(number: NumberOutcome) -> Sequence[str]:
    said = " / ".join(each for each in (number.description, number.warning) if each)
    return [number.telephone_number, number.outcome, number.code or "-", _RETRYABLE[number.retryable], said or "-"]


def _entry(entry: TimelineEntry) -> Sequence[str]:
    told = (entry.detail, entry.status, entry.message, entry.note, entry.by and f"by {entry.by}")
    detail = "; ".join(dict.fromkeys(each for each in told if each))
    return [moments.local(entry.at), entry.source, entry.event, entry.state or "-", detail or "-"]
