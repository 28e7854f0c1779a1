"""Who may call. One token, from the settings, is good for every account; named clients would be told apart here."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from service.errors import NotFound, Unauthenticated

if TYPE_CHECKING:
    from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Client:
    """A caller that proved who it is."""

    id: str
    accounts: frozenset[str]

    def require_account(self, account_id: str) -> None:
        """Raise NotFound for an account that is not this client's: it learns nothing of others."""
        if account_id not in self.accounts:
            served = ", ".join(sorted(self.accounts))
            raise NotFound(f"This token has no account {account_id[:40]!r}; it has {served}.")


class Clients:
    """Tells callers apart by their bearer token."""

    def __init__(self, settings: Settings) -> None:
        self._digest = _digest(settings.api_token.get_secret_value())
        self._client = Client("default", frozenset(settings.accounts))

    def authenticate(self, authorization: str | None) -> Client:
        """Return the client of an Authorization header; raises Unauthenticated."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_digest(token.strip()), self._digest):
            raise Unauthenticated
        return self._client


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
