"""Endpoints: who is told of events, and who cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.doctor.finding import Finding, some
from service.store.events import endpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.store.events.endpoints import Endpoint
    from service.wiring import Desk

_OFF = {"gone": "answered 410: it wants no more events", "failing": "failed for days"}


async def reached(desk: Desk, account_id: str) -> list[Finding]:
    """Look how every endpoint of the account is."""
    found = await endpoints.get(desk.store, account_id, await endpoints.ids(desk.store, account_id))
    wrong = [finding for each in found for finding in _wrong(each)]
    return wrong or [Finding("endpoints", "ok", some(len(found), "endpoint"), account_id=account_id)]


def _wrong(endpoint: Endpoint) -> Iterator[Finding]:
    waiting = some(endpoint.waiting, "delivery waits", "deliveries wait")
    if not endpoint.enabled and endpoint.off_why in _OFF:
        found = f"{endpoint.id} is switched off, for it {_OFF[endpoint.off_why]}; {waiting}"
        do = f"see to the receiver, then order-tracker endpoints change {endpoint.id} --on, or endpoints remove it"
        yield Finding("endpoints", "warn", found, do, endpoint.account_id)
    elif endpoint.enabled and endpoint.failing_since:
        do = f"see to the receiver: order-tracker deliveries list {endpoint.id} tells what it answers"
        yield Finding("endpoints", "warn", f"{endpoint.id} fails; {waiting}", do, endpoint.account_id)
