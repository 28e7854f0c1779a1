"""The parts of an order: outcomes of its numbers, its timeline, the XML both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOutcome(Model):
    """What became of one telephone number of an order."""

    #: ten digits
    telephone_number: str
    e164: str = ""
    #: pending, complete, failed or cancelled
    outcome: str
    code: str | None = None
    description: str | None = None
    #: the same order may succeed later; None when Bandwidth said nothing wrong
    retryable: bool | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry(Model):
    """What happened to an order, and who told of it."""

    at: datetime
    #: api, submit, find, check, callback, adopt, operator; history: Bandwidth's own, by its clock
    source: str = ""
    event: str = ""
    #: the order's then; Bandwidth's own history has none
    state: str | None = None
    version: int | None = None
    detail: str | None = None
    #: the client or the person
    by: str | None = None
    bandwidth_status: str | None = None
    #: which attempt to send it
    attempt: int | None = None
    #: the process that asked Bandwidth, `HOST (pid PID)`
    worker: str | None = None
    #: of a callback: Bandwidth's word
    status: str | None = None
    message: str | None = None
    note: str | None = None
    last_modified: str | None = None
    #: a callback that came before
    duplicate: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Model):
    """XML that went to Bandwidth or came from it, secrets masked."""

    at: datetime
    #: `sent` or `received`
    direction: str = ""
    title: str = ""
    xml: str = ""
    #: Bandwidth's HTTP status
    status: int | None = None
