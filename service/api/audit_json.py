"""The audit as clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from service.api.described import Next, Time, described
from service.times import iso

if TYPE_CHECKING:
    from service.store.auditing import Deed


@described
class DeedJson(TypedDict):
    """Something that somebody did on the account."""

    at: Time
    by: str
    """The client; of a command: `command` and the user of the machine."""
    action: str
    """The operationId of the call."""
    subject: str
    """What it was done to: the id of an order or an endpoint, or the key of an orphan."""
    detail: str


@described
class DeedPageJson(TypedDict):
    """Some deeds, newest first, and where the list goes on."""

    deeds: list[DeedJson]
    next: Next


def deed_json(deed: Deed) -> DeedJson:
    """Write a deed."""
    return {"at": iso(deed.at), "by": deed.by, "action": deed.action, "subject": deed.subject, "detail": deed.detail}
