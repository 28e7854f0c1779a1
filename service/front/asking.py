"""Asking Bandwidth for a client of the front: what is there now, in Bandwidth's own document, its refusals included.

What is asked takes its turn at the account's meter, as every person's question does, and ends with it after seconds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service import answers, xml
from service.errors import BandwidthRefused, BandwidthUnavailable, NotFound
from service.exchange import Answer, Exchange
from service.store import waiting
from service.turns import PERSON_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.exchange import Reply
    from service.wiring import Desk
    from service.xml import Element

#: seconds that Bandwidth's answer may take, its turn included
MOST_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Said:
    """A document of Bandwidth's, and the status it came with: 2xx, or a refusal in Bandwidth's words."""

    root: Element
    status: int

    @property
    def is_taken(self) -> bool:
        """Whether it tells what was asked for."""
        return self.status < HTTPStatus.BAD_REQUEST


async def ask(desk: Desk, account_id: str, path: str, query: Mapping[str, str] | None = None) -> Said:
    """GET a path below Bandwidth's base URL.

    Raises NotFound where Bandwidth has nothing and says no more, BandwidthRefused for our credentials and for what is
    not Bandwidth's, BandwidthUnavailable for everything that may be otherwise in a while, and StoreUnavailable.
    """
    paused = await waiting.pause(desk.store, account_id)
    if paused:
        raise BandwidthUnavailable(f"Nothing is asked of Bandwidth for now: {paused.why}")
    guard = desk.turns.guard(account_id, longest=PERSON_SECONDS)
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return _said(await desk.connection.exchange(Exchange("GET", path, query or {}), guard))
    except TimeoutError:
        raise BandwidthUnavailable(f"Bandwidth did not answer within {MOST_SECONDS:g} s.") from None


def _said(reply: Reply) -> Said:
    what = answers.meaning(reply)
    match what:
        case answers.Taken(root=None):
            raise BandwidthUnavailable("Bandwidth's answer has no document.")
        case answers.Taken(root=root) if isinstance(reply, Answer) and root is not None:
            return Said(root, reply.status)
        case answers.Refused() if isinstance(reply, Answer):
            return Said(xml.parse(reply.body), reply.status)
        case answers.NotBandwidth(status=HTTPStatus.NOT_FOUND):
            raise NotFound("The resource does not exist")
        case answers.Unauthorized() | answers.Forbidden() | answers.NotBandwidth():
            raise BandwidthRefused(what.why)
    raise BandwidthUnavailable(getattr(what, "why", ""))
