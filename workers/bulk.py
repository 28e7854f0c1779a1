"""The RQ job that makes orders of batches' plans: dotted path `workers.bulk.accept`."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import structlog

from service.bulk.packing import lines_of
from service.errors import InvalidOrder, Refused, RowError, TooManyConflicts, Unavailable
from service.kinds import shelf
from service.order import Membership
from service.store.bulk import progress, reading
from service.store.bulk.entry import Entry
from service.times import DAY_MS
from service.tracing import trace
from service.tracing.spans import span
from workers.process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.store.bulk.batch import Batch
    from service.store.bulk.plan import PlannedOrder
    from service.wiring import Desk

#: seconds that one job takes; it must end well within the lease under which it has its batches
LONG_SECONDS: Final = 10.0
#: numbers of the orders that are accepted beside each other: the store does nothing else meanwhile
NUMBERS: Final = 500
#: milliseconds for which an order that cannot be accepted is tried: most orders end within these
PATIENCE_MS: Final = 3 * DAY_MS
#: milliseconds between two tries: a part of the batch's age, from the first to the longest
FIRST_MS: Final = 1_000
LONGEST_MS: Final = 300_000
_UNREADABLE: Final = "Its body opens only with the TRACKER_SECRET_KEY, and the version, that it was accepted under."

log = structlog.get_logger()


def accept(account_id: str, _ids: list[str]) -> None:
    """Make orders of the plans of an account that are due."""
    WorkerProcess.current().beside(account_id, lambda desk: accept_due(desk, account_id))


async def accept_due(desk: Desk, account_id: str) -> None:
    """Make orders of plans by turns, for a while; what the store fails to do waits for the clock, which rings again."""
    lease = desk.settings.lease_seconds
    until = time.monotonic() + min(LONG_SECONDS, lease / 2)
    try:
        ids = await progress.take(desk.store, account_id, round(lease * 1000))
        batches = [each for each in await reading.get(desk.store, account_id, ids) if each]
        counts = {each.id: Counter[str]() for each in batches}
        going = batches
        while going and time.monotonic() < until:
            going = [each for each in going if await _advance(desk, each, counts[each.id])]
        for each in batches:
            with trace.under(each.trace):
                log.info("batch.advanced", batch=each.id, account=account_id, **counts[each.id])
        again = [each for each in ids if await progress.schedule(desk.store, account_id, each)]
    except Unavailable as error:
        log.warning("batch.not_advanced", account=account_id, error=error.detail, next="the clock rings again")
    else:
        desk.bells.ring("batch", account_id, again)


async def _advance(desk: Desk, batch: Batch, counts: Counter[str]) -> bool:
    """Go on with a batch under its trace, which its orders inherit."""
    said = {"order_tracker.account": batch.account_id, "order_tracker.batch": batch.id}
    with span("advance batch", "consumer", batch.trace, said):
        return await _go_on(desk, batch, counts)


async def _go_on(desk: Desk, batch: Batch, counts: Counter[str]) -> bool:
    """Accept the next orders of a batch; tell whether there were any."""
    due = await progress.due(desk.store, batch.account_id, batch.id)
    for some in _together(due.orders):
        began = time.monotonic()
        # all of them are done before a failure ends the job
        done = await asyncio.gather(*(_accept(desk, batch, each, due.age_ms) for each in some), return_exceptions=True)
        counts.update(each for each in done if isinstance(each, str))
        if failed := [each for each in done if isinstance(each, BaseException)]:
            raise failed[0]
        # the store is left to others for as long as it was ours
        await asyncio.sleep(time.monotonic() - began)
    return bool(due.orders)


def _together(planned: Sequence[PlannedOrder]) -> Iterator[list[PlannedOrder]]:
    """Yield those that are accepted beside each other: a large one alone."""
    some: list[PlannedOrder] = []
    for each in planned:
        if some and sum(other.numbers for other in some) + each.numbers > NUMBERS:
            yield some
            some = []
        some.append(each)
    if some:
        yield some


async def _accept(desk: Desk, batch: Batch, planned: PlannedOrder, age_ms: int) -> str:
    """Make an order of a planned one; return what became of it: accepted, refused, or postponed."""
    member = Membership(batch.id, int(planned.place))
    try:
        new = desk.requests.member(batch.account_id, shelf()[batch.kind], planned.sealed, batch.client_id, member)
        await desk.book.accept(new)
    except InvalidOrder as error:
        # this version's rules are others than those under which it was planned
        return await _refuse(desk, batch, planned, error)
    except (TooManyConflicts, ValueError, KeyError) as error:
        refusal = error if isinstance(error, Refused) else Refused(_UNREADABLE)
        if age_ms > PATIENCE_MS:
            return await _refuse(desk, batch, planned, refusal)
        wait = min(LONGEST_MS, max(FIRST_MS, age_ms // 4))
        await progress.postpone(desk.store, batch.account_id, batch.id, planned.place, wait)
        return "postponed"
    return "accepted"


async def _refuse(desk: Desk, batch: Batch, planned: PlannedOrder, refusal: Refused) -> str:
    told = refusal.errors[0] if refusal.errors else None
    detail, code = (told.detail, told.code) if told else (refusal.detail, None)
    order_id = Membership(batch.id, int(planned.place)).order_id
    entries = [
        Entry(RowError("", detail, code, line), f"r{planned.place}", order_id) for line in lines_of(planned.lines)
    ]
    log.warning("batch.order_refused", batch=batch.id, account=batch.account_id, order=order_id, why=refusal.slug)
    await progress.refuse(desk.store, batch.account_id, batch.id, planned, entries)
    return "refused"
