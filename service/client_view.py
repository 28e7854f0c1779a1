"""Clients as their commands show them: rows for people, JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.api.audit_json import deed_json
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.auditing import Deed
    from service.store.clients.register import Kept

LISTED: Final = ("NAME", "SCOPES", "ACCOUNTS", "RATE", "CREATED", "ROTATED", "STATE")
DONE: Final = ("AT", "BY", "ACTION", "CLIENT", "DETAIL")


def client_json(kept: Kept) -> dict[str, Any]:
    """Write a client for programs; no secret is in it."""
    return {
        "name": kept.id,
        "scopes": [str(each) for each in kept.scopes],
        "accounts": list(kept.accounts),
        "rate": kept.rate,
        "created_at": iso(kept.created_at),
        "rotated_at": iso(kept.rotated_at),
        "previous_secret_until": iso(kept.previous_until),
        "revoked_at": iso(kept.revoked_at),
    }


def listed(kept: Kept) -> Sequence[str]:
    """Write a client as a row under LISTED."""
    told = client_json(kept)
    accounts = "all" if kept.has_all_accounts else ", ".join(kept.accounts)
    rate = "default" if kept.rate is None else f"{kept.rate:g}/s" if kept.rate else "any"
    state = f"revoked {_minute(told['revoked_at'])}" if kept.revoked_at else "live"
    if kept.previous_until and not kept.revoked_at:
        state += f", secret before it till {_minute(told['previous_secret_until'])}"
    times = (_minute(told["created_at"]), _minute(told["rotated_at"]))
    return [kept.id, ", ".join(told["scopes"]), accounts, rate, *times, state]


def done(deed: Deed) -> Sequence[str]:
    """Write what was done with a client as a row under DONE."""
    told = deed_json(deed)
    return [_minute(told["at"]), told["by"], told["action"], told["subject"], told["detail"] or "-"]


def _minute(time: str | None) -> str:
    return (time or "-")[:16].replace("T", " ")
