"""Taking a body: read into a plan and committed as a batch, or known by its Idempotency-Key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.bulk.upload import Upload, digest
from service.errors import IdempotencyReused
from service.identifiers import new_id
from service.store.bulk import reading
from service.store.bulk.plan import NewBatch, Plan
from service.tracing import trace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from service.bulk.upload import Counts, Seal, Wish
    from service.store.bulk.plan import Committed
    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a body, by which key; `fingerprint` makes of its digest what the key is held to."""

    account_id: str
    client_id: str
    key: str
    fingerprint: Callable[[bytes], str]


async def take(store: Store, sender: Sender, wish: Wish, parts: AsyncIterator[bytes], seal: Seal) -> Committed:
    """Make a batch of a body, or find the one that the same body made before.

    Raises what `Upload.read` does, and IdempotencyReused.
    """
    batch_id = new_id()
    plan, counts = Plan(store, sender.account_id, batch_id), None
    if await reading.named(store, sender.account_id, sender.client_id, sender.key):
        # whatever has this key, the body makes nothing: it need only be compared
        found = await digest(parts)
    else:
        upload = Upload(wish, plan, batch_id, seal)
        found, counts = await upload.read(parts), upload.counts
    committed = await plan.commit(_new_batch(batch_id, sender, wish, sender.fingerprint(found), counts))
    if committed.verdict == "reused":
        raise IdempotencyReused
    return committed


def _new_batch(batch_id: str, sender: Sender, wish: Wish, fingerprint: str, counts: Counts | None) -> NewBatch:
    return NewBatch(
        id=batch_id,
        kind=wish.kind.name,
        client_id=sender.client_id,
        idempotency_key=sender.key,
        fingerprint=fingerprint,
        rows=counts.rows if counts else 0,
        wrong_rows=counts.wrong_rows if counts else 0,
        numbers=counts.numbers if counts else 0,
        traceparent=str(trace.current() or ""),
    )
