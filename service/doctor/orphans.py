"""Orphans: callbacks of orders that nobody here knows, and that nobody could fetch for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.doctor.finding import Finding, judged, some
from service.store import keys

if TYPE_CHECKING:
    from service.wiring import Desk

#: milliseconds in which an order placed elsewhere is fetched when all goes well
FETCHED_MS: Final = 3_600_000


async def kept(desk: Desk, account_id: str) -> list[Finding]:
    """Count those whose last callback came more than an hour ago."""
    async with desk.store.asked(account_id, "doctor") as client:
        seconds, _ = await client.time()
        latest = seconds * 1000 + desk.store.offset - FETCHED_MS
        count = await client.zcount(keys.orphans(account_id), "-inf", latest)
    do = f"order-tracker callbacks orphans --account {account_id}; then replay them, or leave them: they go in 7 days"
    found = f"{some(count, 'unknown order')} with callbacks of more than an hour ago"
    return [judged("orphans", "warn" if count else "ok", found, do, account_id)]
