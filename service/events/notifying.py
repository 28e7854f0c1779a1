"""Bringing a notification to a service that was written for Bandwidth: proved with the credentials of its subscription.

Bandwidth POSTs without credentials and without a body, waits for a challenge, and POSTs both. So does this. A receiver
that takes the first POST, or refuses it in any other way than for good, gets the second one too: it asks for no proof,
or not as HTTP asks for it, and would miss what Bandwidth has never told it a second time. Nobody gets the body twice.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service import notification
from service.outgoing import certificate

if TYPE_CHECKING:
    from service.outgoing.sender import Attempt, Sender
    from service.sealing import Sealer
    from service.store.events.deliveries import Given
    from service.store.events.subscribed import Notified

_HEADERS: Final = {"Content-Type": notification.CONTENT_TYPE}
_CLIENT_ERRORS: Final = range(400, 500)
#: answers to a POST without a body that are no question for credentials
_FINAL: Final = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.GONE,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


async def bring(sender: Sender, sealer: Sealer, given: Given, notified: Notified) -> Attempt:
    """Make one attempt, in two exchanges where there are credentials; raises ValueError when they cannot be opened."""
    body = notification.body_of(given.event, given.endpoint_id, notified.order_type, notified.customer_order_id)
    trust = await asyncio.to_thread(certificate.trust, notified.certificate) if notified.certificate else None
    if notified.username is None or notified.password is None:
        return await sender.send(given.url, _HEADERS, body, trust=trust)
    password = sealer.open(notified.password, given.endpoint_id)
    first = await sender.send(given.url, _HEADERS, b"", trust=trust)
    if not _is_question(first):
        return first
    if first.schemes and "basic" not in first.schemes:
        return replace(first, error="it asks for another proof than Basic")
    pair = base64.b64encode(f"{notified.username}:{password}".encode()).decode()
    # the lease is longer than one exchange by more than that
    left = max(sender.seconds - first.seconds, sender.seconds / 5)
    headers = {**_HEADERS, "Authorization": f"Basic {pair}"}
    second = await sender.send(given.url, headers, body, seconds=left, trust=trust)
    return replace(second, seconds=first.seconds + second.seconds)


def _is_question(first: Attempt) -> bool:
    """Tell whether the body and the credentials are to follow."""
    if first.is_taken:
        return True
    return first.error is None and first.status in _CLIENT_ERRORS and first.status not in _FINAL
