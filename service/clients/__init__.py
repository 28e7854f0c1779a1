"""Who may call: the client of the settings' token, and named clients, told apart by their bearer tokens."""

from __future__ import annotations

import hmac
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from service.clients.allowance import Allowance, Left
from service.clients.roster import Roster, digest
from service.errors import NotFound, RateLimited, ScopeMissing, Unauthenticated
from service.scopes import Scope, taken_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from service.settings import Settings
    from service.store.clients.register import Kept
    from service.store.server.connection import Store

#: the client of TRACKER_API_TOKEN
DEFAULT: Final = "default"
_HEADER: Final = "Authorization: Bearer TOKEN"
#: seconds between two lines about one client that makes too many requests
TELL_SECONDS: Final = 10.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Client:
    """A caller that proved who it is; `scopes` with all that they take in."""

    id: str
    accounts: frozenset[str]
    scopes: frozenset[Scope]
    #: requests a second that it may make of one process; 0: any number
    rate: float = 0.0

    def require_account(self, account_id: str) -> None:
        """Raise NotFound for an account that is not this client's: it learns nothing of others."""
        if account_id not in self.accounts:
            served = ", ".join(sorted(self.accounts)) or "none that is served here"
            raise NotFound(f"This token has no account {account_id[:40]!r}; it has {served}.")

    def require_scope(self, scope: Scope) -> None:
        """Raise ScopeMissing where the client may not do something."""
        if scope not in self.scopes:
            raise ScopeMissing(f"This token lacks the scope {scope}; it has {', '.join(sorted(self.scopes))}.")

    @property
    def sees_personal(self) -> bool:
        """Whether names and addresses of people are shown to it."""
        return Scope.PERSONAL in self.scopes


class Clients:
    """Tells callers apart by their bearer tokens, and counts their requests; one per process."""

    def __init__(self, settings: Settings, store: Store) -> None:
        token = settings.api_token.get_secret_value()
        self._digest = digest(token) if token else None
        self._served = frozenset(settings.accounts)
        self._rate = settings.client_rate
        self._default = Client(DEFAULT, self._served, frozenset(Scope), self._rate)
        self._roster = Roster(store, alone=not token)
        self._meters: dict[str, _Meter] = {}

    def following(self) -> AbstractAsyncContextManager[None]:
        """While it is entered, named clients are known as they are in the store."""
        return self._roster.following()

    async def authenticate(self, authorizations: Sequence[str]) -> Client:
        """Return the client of a request's Authorization headers.

        Raises Unauthenticated, or StoreUnavailable for a token that only the store can tell of.
        """
        token = _bearer(authorizations)
        if self._digest is not None and hmac.compare_digest(digest(token), self._digest):
            return self._default
        kept = await self._roster.find(token)
        if kept is None:
            # the same for a name that exists and one that does not
            raise Unauthenticated("This token is not known: it is mistyped or revoked, or its client has a newer one.")
        return self._named(kept)

    def count(self, client: Client) -> Left | None:
        """Count a request of a client and return what is left; None where none are counted."""
        if not client.rate:
            return None
        meter = self._meters.get(client.id)
        if meter is None or meter.allowance.rate != client.rate:
            meter = self._meters[client.id] = _Meter(client.id, Allowance(client.rate))
        return meter.count(time.monotonic())

    def _named(self, kept: Kept) -> Client:
        accounts = self._served if kept.has_all_accounts else self._served & frozenset(kept.accounts)
        return Client(kept.id, accounts, taken_in(kept.scopes), self._rate if kept.rate is None else kept.rate)


@dataclass(slots=True)
class _Meter:
    """One client's allowance, and what of it was told."""

    client_id: str
    allowance: Allowance
    refused: int = 0
    told_at: float = field(default=-math.inf)

    def count(self, now: float) -> Left:
        left = self.allowance.take(now)
        if left.wait:
            self.refused += 1
            if now - self.told_at >= TELL_SECONDS:
                log.warning("client.limited", client=self.client_id, rate=self.allowance.rate, refused=self.refused)
                self.refused, self.told_at = 0, now
        return left


def require_left(left: Left | None) -> None:
    """Raise RateLimited where a request was too many."""
    if left and left.wait:
        raise RateLimited(math.ceil(left.wait))


def _bearer(authorizations: Sequence[str]) -> str:
    if not authorizations:
        raise Unauthenticated(f"No token was given: send {_HEADER}.")
    if len(authorizations) > 1:
        raise Unauthenticated(f"Two tokens were given: send one {_HEADER}.")
    scheme, _, token = authorizations[0].partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(f"The header Authorization holds no bearer token: send {_HEADER}.")
    return token.strip()
