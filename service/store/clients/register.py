"""The register of named clients: made, changed, rotated and revoked by one script each, with its entry in the audit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from service.scopes import Scope
from service.store import keys, record
from service.store.schema import is_known
from service.store.script import CHANGE_CLIENT, CREATE_CLIENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.auditing import Deed
    from service.store.server.connection import Store

#: a client's id: its name, which nobody else ever gets
ID: Final = re.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
#: stands for all accounts, those that will be served later too
ALL_ACCOUNTS: Final = "*"

#: what became of a change; `replaced`: a rotation has taken the place of another, minutes before
Changed: TypeAlias = Literal["changed", "replaced", "unknown", "revoked"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A client as its record says. Times are ms since 1970; digests are SHA-256 of secrets."""

    id: str
    accounts: tuple[str, ...]
    scopes: tuple[Scope, ...]
    #: requests a second; None: as the settings say, 0: any number
    rate: float | None
    created_at: int
    rotated_at: int | None
    revoked_at: int | None
    #: until when the secret before is good too
    previous_until: int | None
    digest: bytes | None
    previous_digest: bytes | None

    @property
    def has_all_accounts(self) -> bool:
        """Whether it has every account that is served."""
        return ALL_ACCOUNTS in self.accounts

    def secrets(self, now: float) -> tuple[bytes | None, bytes | None]:
        """Return the digests of its secret and of the one before, as far as they are good at a time (ms)."""
        if self.revoked_at is not None:
            return None, None
        is_overlap = self.previous_until is not None and now < self.previous_until
        return self.digest, self.previous_digest if is_overlap else None


def fields_of(
    accounts: Sequence[str] | None = None, scopes: Sequence[Scope] | None = None, rate: float | None = None
) -> dict[str, str]:
    """Return what an operator decides of a client, as the scripts take it; None is left out."""
    fields: dict[str, str] = {}
    if accounts is not None:
        fields["accounts"] = " ".join(sorted(set(accounts)))
    if scopes is not None:
        fields["scopes"] = " ".join(sorted(set(scopes)))
    if rate is not None:
        fields["rate"] = f"{rate:g}"
    return fields


async def version(store: Store) -> str:
    """Return what changes with every change of a client."""
    async with store.asked(keys.CLIENTS) as client:
        found: str | None = await client.get(keys.clients_version())
    return found or ""


async def all_(store: Store) -> list[Kept]:
    """Return all clients, revoked ones too, by name; one that only a later version understands may not call here."""
    async with store.asked(keys.CLIENTS) as client:
        ids = await client.zrange(keys.clients(), 0, -1)
        pipeline = client.pipeline(transaction=False)
        for each in ids:
            pipeline.hgetall(keys.client(each))
        replies = await pipeline.execute() if ids else []
    return [_kept(each, fields) for each, fields in zip(ids, replies, strict=True) if fields and is_known(fields)]


async def create(store: Store, client_id: str, fields: Mapping[str, str], digest: bytes, deed: Deed, days: int) -> bool:
    """Put a client on disk; False: its name is or was another one's."""
    kept = record.dumps({**fields, "secret": digest.hex()})
    done = await _run(store, CREATE_CLIENT, client_id, kept, deed, days)
    return bool(done == "created")


async def change(store: Store, client_id: str, fields: Mapping[str, str], deed: Deed, days: int) -> Changed:
    """Change what the fields name of a client."""
    return await _change(store, client_id, {"set": dict(fields)}, deed, days)


async def rotate(store: Store, client_id: str, digest: bytes, overlap_ms: int, deed: Deed, days: int) -> Changed:
    """Give a client a new secret; the one before is good for a while longer, one before that is not.

    A new one minutes after another replaces that one, and keeps the one before both (`rotation.lua`).
    """
    return await _change(store, client_id, {"secret": digest.hex(), "overlap": overlap_ms}, deed, days)


async def revoke(store: Store, client_id: str, deed: Deed, days: int) -> Changed:
    """End a client for good: its name and its entry stay, its secrets go."""
    return await _change(store, client_id, {"revoke": True}, deed, days)


async def _change(store: Store, client_id: str, what: Mapping[str, Any], deed: Deed, days: int) -> Changed:
    done: Changed = await _run(store, CHANGE_CLIENT, client_id, record.dumps(what), deed, days)
    return done


async def _run(store: Store, script: Any, client_id: str, what: str, deed: Deed, days: int) -> Any:
    key = keys.client(client_id)
    return await store.run_replicated(script, keys.CLIENTS, key, client_id, what, record.dumps(deed.fields), days)


def _kept(client_id: str, fields: Mapping[str, str]) -> Kept:
    def number(name: str) -> int | None:
        return int(fields[name]) if name in fields else None

    def digest(name: str) -> bytes | None:
        return bytes.fromhex(fields[name]) if name in fields else None

    # a newer version of this program may know more scopes
    scopes = tuple(Scope(each) for each in fields["scopes"].split() if each in set(Scope))
    return Kept(
        id=client_id,
        accounts=tuple(fields["accounts"].split()),
        scopes=scopes,
        rate=float(fields["rate"]) if "rate" in fields else None,
        created_at=int(fields["created_at"]),
        rotated_at=number("rotated_at"),
        revoked_at=number("revoked_at"),
        previous_until=number("previous_until"),
        digest=digest("secret"),
        previous_digest=digest("previous_secret"),
    )
