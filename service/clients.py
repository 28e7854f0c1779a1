"""Who may call. One token, from the settings, is good for every account; named clients would be told apart here."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from service.errors import NotFound, ScopeMissing, Unauthenticated
from service.scopes import Scope

if TYPE_CHECKING:
    from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Client:
    """A caller that proved who it is."""

    id: str
    accounts: frozenset[str]
    scopes: frozenset[Scope]

    def require_account(self, account_id: str) -> None:
        """Raise NotFound for an account that is not this client's: it learns nothing of others."""
        if account_id not in self.accounts:
            served = ", ".join(sorted(self.accounts))
            raise NotFound(f"This token has no account {account_id[:40]!r}; it has {served}.")

    def require_scope(self, scope: Scope) -> None:
        """Raise ScopeMissing where the client may not do something."""
        if scope not in self.scopes:
            raise ScopeMissing(f"This token lacks the scope {scope}: order-tracker clients shows what it has.")


class Clients:
    """Tells callers apart by their bearer token."""

    def __init__(self, settings: Settings) -> None:
        self._digest = _digest(settings.api_token.get_secret_value())
        self._client = Client("default", frozenset(settings.accounts), frozenset(Scope))

    def authenticate(self, authorization: str | None) -> Client:
        """Return the client of an Authorization header; raises Unauthenticated."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_digest(token.strip()), self._digest):
            raise Unauthenticated
        return self._client


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
