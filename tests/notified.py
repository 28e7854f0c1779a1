"""A service that was written for Bandwidth's callbacks, over a real socket: it may challenge as Bandwidth expects."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from answering import answering

from service import xml

if TYPE_CHECKING:
    from collections.abc import Callable

CHALLENGE = {"WWW-Authenticate": 'Basic realm="callbacks", charset="UTF-8"'}


@dataclass(frozen=True)
class Posted:
    """One POST as it came."""

    authorization: str | None
    content_type: str | None
    body: bytes

    @property
    def pair(self):
        """The user name and the password."""
        return base64.b64decode(self.authorization.removeprefix("Basic ")).decode() if self.authorization else None

    def said(self, name):
        return xml.text(xml.parse(self.body), name)


@dataclass
class Service:
    """`answer(posted)` returns a status and headers; by default it asks for `credentials`, if there are any."""

    url: str
    credentials: str | None = None
    posted: list[Posted] = field(default_factory=list)
    answer: Callable[[Posted], tuple[int, dict[str, str]]] | None = None

    @property
    def notified(self):
        """What it has taken."""
        return [each for each in self.posted if each.body and each.pair == self.credentials]

    def statuses(self, order_id=None):
        return [each.said("Status") for each in self.notified if order_id in (None, each.said("OrderId"))]

    def take(self, headers, body):
        posted = Posted(headers["authorization"], headers["content-type"], body)
        self.posted.append(posted)
        if self.answer:
            return self.answer(posted)
        return (200, {}) if posted.pair == self.credentials else (401, CHALLENGE)


@contextmanager
def service(credentials=None):
    with answering() as server:
        made = Service(f"http://127.0.0.1:{server.server_port}/bandwidth", credentials)
        server.take = made.take
        yield made
