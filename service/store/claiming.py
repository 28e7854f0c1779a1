"""Claiming: taking what is due, the lease on one order, and renewing it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import structlog

from service.errors import NotReplicated, StoreUnavailable
from service.identifiers import operation_id
from service.report import Claim
from service.store import keys, record
from service.store.accepting import SAFETY_MS
from service.store.script import CLAIM, RENEW, TAKE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from service.lifecycle import Step
    from service.pace import Pace
    from service.store.server.connection import Store


#: seconds before claims whose replies were lost are made again; together far below a lease
CLAIM_PAUSES: Final = (0.1, 0.4, 1.0)
#: a key and a script's arguments
Call: TypeAlias = tuple[str, tuple[str | int, ...]]
#: what a renewal may say (`renew.lua`): all but the first forbid any further byte
Renewal: TypeAlias = Literal["renewed", "ended", "known", "paused"]

#: of an order whose record no Python object can be made of
_DO: Final = "a process of a later release may read it: end the older ones; else mend the record, or restore it"

log = structlog.get_logger()


async def take(
    store: Store, account_id: str, step: Step, pace: Pace, most: int, push_ms: int, probe_ms: int = 0
) -> list[str]:
    """Return ids that are due and may go now, each handed to one taker for `push_ms`.

    `probe_ms` > 0 may probe a paused account.
    """
    key = keys.due(account_id, step)
    ids: list[str] = await store.run(TAKE, account_id, key, step, most, push_ms, probe_ms, *pace.arguments)
    return ids


async def claim(
    store: Store, account_id: str, ids: Sequence[str], step: Step, pace: Pace | None, lease_ms: int
) -> list[Claim]:
    """Claim orders in one round trip; those that are held, leased, paused or done are not in the answer.

    Nor are those whose turn has not come: each claim pays for one exchange, unless `pace` is None.
    A claim to send is unconfirmed when too few replicas have it: a failover might forget it.
    """
    taken_at = time.monotonic()
    operations = [operation_id() for _ in ids]
    paid = pace.arguments if pace else ("", "")
    calls: list[Call] = [
        (keys.order(account_id, each), (each, step, operation, lease_ms, SAFETY_MS, *paid))
        for each, operation in zip(ids, operations, strict=True)
    ]
    ends = taken_at + lease_ms / 1000
    # only what is claimed to be sent can be sent twice: looks need nobody's confirmation
    run = store.run_many_replicated if step == "submit" else store.run_many
    replies, confirmed = await _until_answered(lambda: run(CLAIM, account_id, calls), ends - lease_ms / 2000)
    claims = (
        _claim(account_id, each, step, operation, ends, reply)
        for each, operation, reply in zip(ids, operations, replies, strict=True)
        if reply[0] == "claimed"
    )
    return [replace(each, confirmed=confirmed, paid=pace is not None) for each in claims if each]


async def _until_answered(run: Callable[[], Awaitable[list[Any]]], until: float) -> tuple[Sequence[Any], bool]:
    """Claim again when replies or replicas were lost: the same operations get the same leases.

    Returns the replies, and whether enough replicas have the claims; `until` is when to go on without them.
    """
    for pause in CLAIM_PAUSES:
        try:
            return await run(), True
        except NotReplicated as error:
            if time.monotonic() > until:
                return error.replies, False
        except StoreUnavailable:
            pass
        await asyncio.sleep(pause)
    try:
        return await run(), True
    except NotReplicated as error:
        return error.replies, False


async def renew(store: Store, claim: Claim, lease_ms: int, *, begins: bool = False) -> Renewal:
    """Prolong a lease by its whole length, or say why no further byte may be written.

    `begins`: Bandwidth is about to be asked the first thing under it. Not if its id is known by now, or the account
    is paused.
    """
    order = claim.order
    key = keys.order(order.account_id, order.id)
    run = store.run_replicated if claim.step == "submit" else store.run
    verdict: Renewal = await run(RENEW, order.account_id, key, order.id, claim.fence, lease_ms, int(begins))
    return verdict


def _claim(account_id: str, order_id: str, step: Step, operation: str, ends: float, reply: list[Any]) -> Claim | None:
    """Read a claim; None where its record cannot be read, which keeps no other order from its worker."""
    _, now, *flat = reply
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    try:
        order = record.order_of(account_id, order_id, fields)
    except Exception:
        log.exception("order.unreadable", order=order_id, account=account_id, do=_DO)
        return None
    return Claim(
        order=order,
        step=step,
        operation=operation,
        fence=int(fields["fence"]),
        nudges=int(fields.get("nudges", 0)),
        claimed_at=int(now),
        lease_ends=ends,
    )
