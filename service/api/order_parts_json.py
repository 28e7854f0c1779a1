"""The parts of an order as clients see them: outcomes of its numbers, its timeline, the XML both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NotRequired, cast

from typing_extensions import TypedDict

from service import telephone_numbers
from service.api.described import Next, TenDigits, Time, described
from service.lifecycle import State
from service.order import Result
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.order import Outcome
    from service.store.document import KeptDocument


@described
class NumberOutcomeJson(TypedDict):
    """What became of one number of an order, in Bandwidth's words where it has some."""

    telephone_number: TenDigits
    e164: str
    outcome: Result
    code: str | None
    """Bandwidth's error code."""
    description: str | None
    retryable: bool | None
    """The same order may succeed later; null when Bandwidth said nothing wrong."""
    warning: str | None


@described
class OutcomePageJson(TypedDict):
    """Some of an order's numbers, in the order's own sequence, and where the list goes on."""

    numbers: list[NumberOutcomeJson]
    next: Next


@described
class EntryJson(TypedDict):
    """Something that happened to an order."""

    at: Time
    source: str
    """Who told it: api, submit, find, check, callback, adopt, operator; history: Bandwidth's own, by its clock."""
    event: str
    state: NotRequired[State]
    """The order's state then; Bandwidth's own history has none."""
    version: NotRequired[int]
    detail: NotRequired[str]
    by: NotRequired[str]
    """The client or the person."""
    bandwidth_status: NotRequired[str]
    attempt: NotRequired[int]
    """Which attempt to send it."""
    worker: NotRequired[str]
    """The process that asked Bandwidth: `HOST (pid PID)`."""
    status: NotRequired[str]
    """Of a callback: Bandwidth's word."""
    message: NotRequired[str]
    note: NotRequired[str]
    last_modified: NotRequired[str]
    duplicate: NotRequired[bool]
    """A callback that came before."""


@described
class DocumentJson(TypedDict):
    """XML that went to Bandwidth or came from it, secrets masked."""

    at: Time
    direction: Literal["sent", "received"]
    title: str
    """What it was: an exchange with Bandwidth."""
    xml: str
    status: int | None
    """Bandwidth's HTTP status."""


@described
class TimelineJson(TypedDict):
    """What happened to an order, oldest first: the first 100 entries and the newest 400."""

    timeline: list[EntryJson]


@described
class DocumentsJson(TypedDict):
    """The newest 40 documents of an order, oldest first."""

    documents: list[DocumentJson]


def number_json(number: str, outcome: Outcome) -> NumberOutcomeJson:
    """Write what became of one number."""
    return {
        "telephone_number": number,
        "e164": telephone_numbers.e164(number),
        "outcome": outcome.outcome,
        "code": outcome.code,
        "description": outcome.description,
        "retryable": outcome.retryable,
        "warning": outcome.warning,
    }


def entry_json(entry: Mapping[str, Any]) -> EntryJson:
    """Write a timeline entry."""
    return cast("EntryJson", {**entry, "at": iso(entry["at"])})


def document_json(kept: KeptDocument) -> DocumentJson:
    """Write a document."""
    document = kept.document
    return {
        "at": iso(kept.at),
        "direction": document.direction,
        "title": document.title,
        "xml": document.xml,
        "status": document.status,
    }
