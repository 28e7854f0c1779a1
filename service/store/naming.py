"""Naming: what our orders say about one telephone number, from the index that accepting writes. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.lifecycle import STEP_OF, State
from service.order import Outcome, Waiting
from service.store import keys, reading, record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.store.server.connection import Store

#: the newest orders of a number that are looked at
MOST_ORDERS: Final = 200
_FIELDS: Final = ("kind", "state", "created_at", "completed_at", "default_outcome")


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An open order that names the number; `held_by` is the order that it waits for. Times are ms since 1970."""

    id: str
    kind: str
    state: State
    created_at: int
    held_by: str | None


@dataclass(frozen=True, slots=True)
class LastOutcome:
    """What the last ended order of a kind came to for the number."""

    order_id: str
    kind: str
    state: State
    outcome: Outcome
    completed_at: int


@dataclass(frozen=True, slots=True)
class Named:
    """What we know of a number; `more`: it has older orders, which were not looked at."""

    #: oldest first
    open_orders: tuple[OpenOrder, ...]
    #: one for each kind, the latest first
    last_outcomes: tuple[LastOutcome, ...]
    more: bool
    #: why and until when nothing of the account is sent to Bandwidth
    pause: Waiting | None

    @property
    def is_empty(self) -> bool:
        """Whether no order of ours names the number."""
        return not (self.open_orders or self.last_outcomes)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """An order as far as it is read here."""

    id: str
    kind: str
    state: State
    created_at: int
    completed_at: int
    default_outcome: Outcome


async def naming(store: Store, account_id: str, telephone_number: str) -> Named:
    """Return what the newest orders that name a number say about it, in four round trips at most."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        pipeline.zrange(keys.number(account_id, telephone_number), 0, MOST_ORDERS, desc=True)
        pipeline.hget(keys.numbers(account_id), telephone_number)
        pipeline.hmget(keys.pause(account_id), "why", "until")
        others, one, (why, until) = await pipeline.execute()
    ids = sorted({*others, one} - {None}, reverse=True)
    ledgers = await _ledgers(store, account_id, ids[:MOST_ORDERS])
    return Named(
        open_orders=await _open_orders(store, account_id, [each for each in ledgers if each.state in STEP_OF]),
        last_outcomes=await _last_outcomes(store, account_id, telephone_number, _last_ended(ledgers)),
        more=len(ids) > MOST_ORDERS,
        pause=Waiting(why, int(until) if until else None) if why else None,
    )


async def holder(store: Store, account_id: str, bandwidth_order_id: str) -> str | None:
    """Return the id of our order that Bandwidth calls so; None when no record holds it."""
    async with store.asked(account_id) as client:
        held: str | None = await client.get(keys.bandwidth(account_id, bandwidth_order_id))
    return held


async def _ledgers(store: Store, account_id: str, ids: Sequence[str]) -> list[_Ledger]:
    """Read the orders without their numbers and requests: an order may have thousands."""
    if not ids:
        return []
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in ids:
            pipeline.hmget(keys.order(account_id, each), _FIELDS)
        found = await pipeline.execute()
    read = (dict(zip(_FIELDS, each, strict=True)) for each in found)
    return [_ledger(order_id, fields) for order_id, fields in zip(ids, read, strict=True) if fields["state"]]


def _ledger(order_id: str, fields: Mapping[str, str | None]) -> _Ledger:
    return _Ledger(
        id=order_id,
        kind=fields["kind"] or "",
        state=State(fields["state"] or ""),
        created_at=int(fields["created_at"] or 0),
        completed_at=int(fields["completed_at"] or 0),
        default_outcome=record.outcome_of(fields["default_outcome"] or "{}"),
    )


async def _open_orders(store: Store, account_id: str, newest_first: Sequence[_Ledger]) -> tuple[OpenOrder, ...]:
    held = await reading.holding(store, account_id, [each.id for each in newest_first if each.state == State.HELD])
    return tuple(
        OpenOrder(each.id, each.kind, each.state, each.created_at, held.get(each.id)) for each in reversed(newest_first)
    )


def _last_ended(ledgers: Iterable[_Ledger]) -> list[_Ledger]:
    """Return the order of each kind that ended last, which need not be the one that was made last."""
    last: dict[str, _Ledger] = {}
    for each in ledgers:
        if each.state not in STEP_OF and (each.kind not in last or last[each.kind].completed_at < each.completed_at):
            last[each.kind] = each
    return sorted(last.values(), key=lambda each: each.completed_at, reverse=True)


async def _last_outcomes(
    store: Store, account_id: str, telephone_number: str, last: Sequence[_Ledger]
) -> tuple[LastOutcome, ...]:
    if not last:
        return ()
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in last:
            pipeline.hget(keys.order(account_id, each.id, "outcomes"), telephone_number)
            pipeline.exists(keys.order(account_id, each.id))
        found = await pipeline.execute()
    outcomes = (
        record.outcome_of(text) if text else each.default_outcome for each, text in zip(last, found[::2], strict=True)
    )
    # what was purged since it was read has lost its outcomes
    return tuple(
        LastOutcome(each.id, each.kind, each.state, outcome, each.completed_at)
        for each, outcome, still in zip(last, outcomes, found[1::2], strict=True)
        if still
    )
