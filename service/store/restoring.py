"""Restoring: what a backup thinks unsent may have been sent after it, so it is looked for before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.lifecycle import Source, State
from service.order import Waiting
from service.settlement import MAYBE_SENT, NOT_TAKEN
from service.store import keys, record
from service.store.argument import entry
from service.store.inspection import walking
from service.store.script import DOUBT_BATCH, RESTORE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from service.store.server.connection import Store

#: the states that are looked at
DOUBTFUL: Final = (State.ACCEPTED, State.HELD, State.SUBMITTING, State.NEEDS_ATTENTION)
_SAID: Final = "Restored from a backup: it is looked for at Bandwidth before anything is sent."


async def doubtful(store: Store, account_id: str) -> AsyncIterator[list[str]]:
    """Yield the ids of orders that may be unsent, in pages; some twice."""
    indexes = (keys.index(account_id, state=each) for each in DOUBTFUL)
    # an index may lack what the due-set has
    for key in (keys.due(account_id, "submit"), *indexes):
        async for page in walking.members(store, key):
            yield page


async def doubt_batches(store: Store, account_id: str) -> None:
    """Let orders that batches still plan be looked for first, each when it is accepted; raises StoreUnavailable."""
    async for page in walking.members(store, keys.due_batch(account_id)):
        calls = [(keys.batch(account_id, each), ()) for each in page]
        await store.run_many_replicated(DOUBT_BATCH, account_id, calls)


async def mark(store: Store, account_id: str, ids: Sequence[str]) -> list[State]:
    """Make orders uncertain that were thought unsent, one script each; returns the states that they had.

    Marking them again changes nothing. Raises StoreUnavailable.
    """
    said = record.dumps(
        {
            "entry": entry(Source.OPERATOR, "restored", _SAID),
            "waiting": record.dumps(Waiting(f"restored: {_SAID}")),
            "attention": record.dumps(MAYBE_SENT),
            "not_taken": dict.fromkeys(sorted(NOT_TAKEN), True),
        }
    )
    calls = [(keys.order(account_id, each), (each, said)) for each in ids]
    return [State(each) for each in await store.run_many_replicated(RESTORE, account_id, calls) if each]
