"""Claiming: taking what is due, the lease on one order, and renewing it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from service.errors import StoreUnavailable
from service.identifiers import operation_id
from service.report import Claim
from service.store import keys, record
from service.store.accepting import SAFETY_MS
from service.store.script import CLAIM, RENEW, TAKE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.lifecycle import Step
    from service.store.connection import Store


#: seconds before claims whose replies were lost are made again; together far below a lease
CLAIM_PAUSES: Final = (0.1, 0.4, 1.0)
#: a key and a script's arguments
Call: TypeAlias = tuple[str, tuple[str | int, ...]]


async def take(store: Store, account_id: str, step: Step, most: int, push_ms: int, probe_ms: int = 0) -> list[str]:
    """Return ids that are due, each handed to one taker for `push_ms`; `probe_ms` > 0 may probe a paused account."""
    key = keys.due(account_id, step)
    ids: list[str] = await store.run(TAKE, account_id, key, step, most, push_ms, probe_ms)
    return ids


async def claim(store: Store, account_id: str, ids: Sequence[str], step: Step, lease_ms: int) -> list[Claim]:
    """Claim orders in one round trip; those that are held, leased, paused or done are not in the answer."""
    taken_at = time.monotonic()
    operations = [operation_id() for _ in ids]
    calls: list[Call] = [
        (keys.order(account_id, each), (each, step, operation, lease_ms, SAFETY_MS))
        for each, operation in zip(ids, operations, strict=True)
    ]
    replies = await _until_answered(store, account_id, calls)
    ends = taken_at + lease_ms / 1000
    return [
        _claim(account_id, each, step, operation, ends, reply)
        for each, operation, reply in zip(ids, operations, replies, strict=True)
        if reply[0] == "claimed"
    ]


async def _until_answered(store: Store, account_id: str, calls: list[Call]) -> list[Any]:
    """Claim again when replies were lost: the same operations get the same leases, no order is left uncertain."""
    for pause in CLAIM_PAUSES:
        try:
            return await store.run_many(CLAIM, account_id, calls)
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await store.run_many(CLAIM, account_id, calls)


async def renew(store: Store, claim: Claim, lease_ms: int) -> bool:
    """Prolong a lease by its whole length; False: it has ended, write no further byte."""
    order = claim.order
    key = keys.order(order.account_id, order.id)
    return bool(await store.run(RENEW, order.account_id, key, order.id, claim.fence, lease_ms))


def _claim(account_id: str, order_id: str, step: Step, operation: str, ends: float, reply: list[Any]) -> Claim:
    _, now, *flat = reply
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return Claim(
        order=record.order_of(account_id, order_id, fields),
        step=step,
        operation=operation,
        fence=int(fields["fence"]),
        nudges=int(fields.get("nudges", 0)),
        claimed_at=int(now),
        lease_ends=ends,
    )
