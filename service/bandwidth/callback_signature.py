"""The signature of a callback (Bandwidth's Subscriptions v2): base64 of HMAC-SHA256 over its body's exact bytes."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER: Final = "X-Bandwidth-Signature-SHA-256"


def is_right(signature: str, body: bytes, secrets: Sequence[str]) -> bool:
    """Tell whether one of the secrets made the signature."""
    given = signature.strip().encode("utf-8", "surrogateescape")
    # every secret is always compared, so that time tells nothing
    right = [hmac.compare_digest(given, _made(body, secret)) for secret in secrets]
    return any(right)


def _made(body: bytes, secret: str) -> bytes:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))
