"""Counting: how many orders of each kind an account has in each state, and which of the open ones is oldest.

Read from the indexes at one instant, whatever the account's size. Nothing here writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from service.lifecycle import STEP_OF, State
from service.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Oldest:
    """An open order than which none of its kind is older. `created_at` is ms since 1970."""

    id: str
    state: State
    created_at: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The orders of one kind: how many are in each state, and the oldest that is open."""

    by_state: Mapping[State, int]
    oldest_open: Oldest | None


async def count(store: Store, account_id: str, kinds: Sequence[str]) -> dict[str, Counts]:
    """Count an account's orders of these kinds, in two round trips."""
    all_of, open_of = list(product(kinds, State)), list(product(kinds, STEP_OF))
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=True)
        for kind, state in all_of:
            pipeline.zcard(keys.index(account_id, kind, state))
        for kind, state in open_of:
            pipeline.zrange(keys.index(account_id, kind, state), 0, 0)
        found = await pipeline.execute()
    counts = dict(zip(all_of, found[: len(all_of)], strict=True))
    firsts = zip(open_of, found[len(all_of) :], strict=True)
    oldest = await _oldest(store, account_id, [(kind, state, ids[0]) for (kind, state), ids in firsts if ids])
    return {kind: Counts({state: counts[kind, state] for state in State}, oldest.get(kind)) for kind in kinds}


async def _oldest(store: Store, account_id: str, firsts: Iterable[tuple[str, State, str]]) -> dict[str, Oldest]:
    """Return the oldest order of each kind, out of the oldest in each state."""
    by_kind: dict[str, tuple[str, State]] = {}
    for kind, state, order_id in firsts:
        by_kind[kind] = min(by_kind.get(kind, (order_id, state)), (order_id, state))
    if not by_kind:
        return {}
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for order_id, _ in by_kind.values():
            pipeline.hget(keys.order(account_id, order_id), "created_at")
        times = await pipeline.execute()
    found = zip(by_kind.items(), times, strict=True)
    return {kind: Oldest(order_id, state, int(at)) for (kind, (order_id, state)), at in found if at}
