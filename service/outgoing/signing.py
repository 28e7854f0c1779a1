"""Signatures of outgoing events by Standard Webhooks (symmetric, `v1`), so that a receiver needs no code of ours.

Its library `standardwebhooks` checks them in tests and does not make them: it takes texts only, and reads the clock
of a datetime that is not in UTC as if it were.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PREFIX: Final = "whsec_"
#: bytes of a new secret; Standard Webhooks asks for 24 to 64
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """Return a secret that signs one endpoint's events: `whsec_` and base64 of random bytes."""
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def headers_of(event_id: str, sent_at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Return the three headers of an attempt; its signature header has one signature per live secret.

    `sent_at` is the time of this attempt (receivers refuse what is older than five minutes), the id that of the event.
    Raises ValueError for a time without a zone, a secret that is none, and for no secret at all.
    """
    if sent_at.tzinfo is None:
        raise ValueError("a time without a zone cannot be signed")
    if not secrets:
        raise ValueError("an event is signed with one secret at least")
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(_key(secret), signed) for secret in secrets),
    }


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key or not secret.startswith(PREFIX):
        raise ValueError("a signing secret is whsec_ and base64")
    return key
