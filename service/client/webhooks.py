"""Events as they reach an endpoint: verified as Standard Webhooks says, then read."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Final

from service.client.errors import InvalidSignature, Misconfigured, UnexpectedAnswer
from service.client.models.event import Event
from service.client.reading import read

_PREFIX: Final = "whsec_"
_VERSION: Final = "v1,"


def verify(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str | Sequence[str],
    tolerance: float = 300.0,
    *,
    now: float | None = None,
) -> Event:
    """Return the event of a request that the tracker has sent; raises InvalidSignature for any other: answer it 400.

    `body` is as it came, before anybody has parsed it. `secret` is the endpoint's, or while it is being rotated the
    old and the new one. `tolerance`: seconds that the sender's clock may differ from ours. An event may come twice:
    its id tells. Raises UnexpectedAnswer for a signed body that cannot be read.
    """
    raw = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    event_id, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (event_id and sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 15):  # noqa: PLR2004
        raise InvalidSignature("The headers webhook-id and webhook-timestamp are missing, or not what they must be.")
    signed = f"{event_id}.{sent_at}.".encode() + raw
    right = [_signature(each, signed) for each in ([secret] if isinstance(secret, str) else secret)]
    if not _has_one_of(given.get("webhook-signature", ""), right):
        raise InvalidSignature("No signature of this request was made with the endpoint's secret.")
    if abs((time.time() if now is None else now) - int(sent_at)) > tolerance:
        raise InvalidSignature(f"This was sent more than {tolerance:g} s ago, or a clock is wrong.")
    return _event(raw)


def _has_one_of(header: str, right: Sequence[bytes]) -> bool:
    given = [each.removeprefix(_VERSION).encode("utf-8", "replace") for each in header.split() if _VERSION in each]
    # every pair is compared: how long it takes tells nothing
    return sum(hmac.compare_digest(each, ours) for each in given for ours in right) > 0


def _signature(secret: str, signed: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise Misconfigured("The endpoint's secret is whsec_ and base64, as it was shown when it was made.")
    return base64.b64encode(hmac.digest(key, signed, "sha256"))


def _event(raw: bytes) -> Event:
    try:
        return read(Event, json.loads(raw))
    except ValueError:
        raise UnexpectedAnswer("The tracker has signed this, and it is no event: it is not JSON.") from None
