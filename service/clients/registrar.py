"""The registrar: makes, changes, rotates and revokes named clients. Tokens are made here, told once, and never kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.clients import DEFAULT
from service.clients.roster import digest
from service.errors import MalformedRequest, NotFound, NotPossibleNow
from service.setting_forms import client_rate
from service.store import auditing, keys
from service.store.auditing import Deed
from service.store.clients import register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.scopes import Scope
    from service.settings import Settings
    from service.store.clients.register import Changed, Kept
    from service.store.server.connection import Store

#: random bytes of a secret
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Rotated:
    """A client's new token; `replaces`: the one of another rotation minutes before is good no more."""

    token: str
    replaces: bool


class Registrar:
    """Makes, changes, rotates and revokes clients; `by` is told in their audit. Everything raises StoreUnavailable."""

    def __init__(self, store: Store, settings: Settings, by: str) -> None:
        self._store = store
        self._served = frozenset(settings.accounts)
        self._days = settings.retention_days
        self._by = by

    async def create(
        self, name: str, accounts: Sequence[str], scopes: Sequence[Scope], rate: float | None = None
    ) -> str:
        """Make a client and return its token; raises MalformedRequest, or NotPossibleNow for a name that is taken."""
        if not register.ID.fullmatch(name):
            raise MalformedRequest(f"{name[:40]!r} is no name: give 1 to 63 of a-z, 0-9 and inner dashes.")
        self._require_served(accounts)
        _require_rate(rate)
        secret, fields = secrets.token_urlsafe(_BYTES), register.fields_of(accounts, scopes, rate)
        deed = Deed(self._by, "create", name, _told(fields))
        is_new = name != DEFAULT and await register.create(self._store, name, fields, digest(secret), deed, self._days)
        if not is_new:
            raise NotPossibleNow(f"There is a client {name} already, or was one that is revoked: take another name.")
        return f"{name}.{secret}"

    async def change(
        self,
        name: str,
        accounts: Sequence[str] | None = None,
        scopes: Sequence[Scope] | None = None,
        rate: float | None = None,
    ) -> None:
        """Give a client other accounts, scopes or another rate; raises MalformedRequest, NotFound or NotPossibleNow."""
        self._require_served(accounts or ())
        _require_rate(rate)
        fields = register.fields_of(accounts, scopes, rate)
        deed = Deed(self._by, "change", name, _told(fields))
        _require_done(name, await register.change(self._store, name, fields, deed, self._days))

    async def rotate(self, name: str, overlap_seconds: float) -> Rotated:
        """Give a client a new secret; the one before is good for the overlap, and 0 ends all before at once.

        Repeated within ten minutes, it replaces the secret that was made first, whose token may be lost, and keeps the
        one before both. Raises NotFound, or NotPossibleNow for a client that is revoked.
        """
        secret = secrets.token_urlsafe(_BYTES)
        deed = Deed(self._by, "rotate", name, f"overlap {overlap_seconds:g} s")
        overlap_ms = round(overlap_seconds * 1000)
        done = await register.rotate(self._store, name, digest(secret), overlap_ms, deed, self._days)
        _require_done(name, done)
        return Rotated(f"{name}.{secret}", replaces=done == "replaced")

    async def revoke(self, name: str) -> None:
        """End a client for good; one that is revoked stays so. Raises NotFound."""
        done = await register.revoke(self._store, name, Deed(self._by, "revoke", name), self._days)
        if done == "unknown":
            _require_done(name, done)

    async def all(self) -> list[Kept]:
        """Return all clients by name, revoked ones too."""
        return await register.all_(self._store)

    async def deeds(self, most: int) -> Sequence[Deed]:
        """Return what was done with clients, newest first."""
        return (await auditing.page(self._store, keys.CLIENTS, None, most)).deeds

    def _require_served(self, accounts: Sequence[str]) -> None:
        if strange := sorted(set(accounts) - self._served - {register.ALL_ACCOUNTS}):
            raise MalformedRequest(f"TRACKER_ACCOUNTS does not name {', '.join(strange)}.")


def _require_rate(rate: float | None) -> None:
    try:
        client_rate(rate or 0.0)
    except ValueError as error:
        raise MalformedRequest(f"The rate is wrong: {error}.") from None


def _told(fields: dict[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in fields.items())


def _require_done(name: str, done: Changed) -> None:
    if done == "unknown":
        raise NotFound(f"There is no client {name[:63]!r}: order-tracker clients list shows all.")
    if done == "revoked":
        raise NotPossibleNow(f"The client {name} is revoked: create another.")
