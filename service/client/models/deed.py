"""The audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.client.models.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed(Model):
    """Something that somebody did on the account."""

    at: datetime
    #: the client; of a command: `command` and the user of the machine
    by: str = ""
    action: str = ""
    #: the id of an order or an endpoint, or the key of an orphan
    subject: str = ""
    detail: str = ""
