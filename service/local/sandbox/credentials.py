"""Who may call: OAuth2 client credentials, and the legacy API user until December 2026."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.local.sandbox.clock import Clock
    from service.local.sandbox.options import Options


class Credentials:
    """Issues and checks tokens. A token is a signed JWT with an `accounts` claim, so nothing is stored."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._key = options.client_secret.encode()

    def knows_client(self, authorization: str | None) -> bool:
        """Whether an Authorization header carries the OAuth2 client's id and secret."""
        return _same(_basic(authorization), f"{self._options.client_id}:{self._options.client_secret}")

    def issue(self) -> str:
        """Make a token that lives for `token_ttl` seconds."""
        claims = {
            "sub": self._options.client_id,
            "accounts": sorted(self._options.accounts),
            "exp": self._clock().timestamp() + self._options.token_ttl,
        }
        unsigned = ".".join(_encode(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
        return f"{unsigned}.{self._signature(unsigned)}"

    def caller(self, authorization: str | None) -> str | None:
        """Return the user behind an Authorization header (CreatedByUser); None answers 401."""
        scheme, _, value = (authorization or "").partition(" ")
        if scheme.lower() == "bearer":
            return self._options.client_id if self._is_valid(value.strip()) else None
        legacy = f"{self._options.username}:{self._options.password}"
        return self._options.username if _same(_basic(authorization), legacy) else None

    def _is_valid(self, token: str) -> bool:
        unsigned, _, signature = token.rpartition(".")
        if not _same(signature, self._signature(unsigned)):
            return False
        claims = json.loads(_decode(unsigned.partition(".")[2]))
        return float(claims["exp"]) > self._clock().timestamp()

    def _signature(self, unsigned: str) -> str:
        return _encode(hmac.digest(self._key, unsigned.encode(), hashlib.sha256))


def _basic(authorization: str | None) -> str | None:
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
