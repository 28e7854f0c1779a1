"""A plan: what a batch will be, written in parts that nobody sees, then committed by one script.

A plan that is not committed within the hour is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import orjson

from service.errors import StoreUnavailable
from service.store import keys, record
from service.store.script import COMMIT_BATCH, PLAN_BATCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.store.bulk.entry import Entry
    from service.store.server.connection import Store

#: milliseconds that a plan lives without being committed
PLAN_MS: Final = 3_600_000
#: what one script writes at most: orders or entries, and characters of them (one order may be longer)
PIECES: Final = 250
CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order that will be: the lines of its rows, packed (`2-40 42`), how many numbers it names, its body sealed."""

    place: str
    lines: str
    numbers: int
    sealed: str

    def packed(self) -> str:
        """Return it as it is kept, under its place."""
        return record.dumps([self.lines, self.numbers, self.sealed])


def unpack(place: str, text: str) -> PlannedOrder:
    """Read a planned order."""
    return PlannedOrder(place, *orjson.loads(text))


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch whose plan is written."""

    id: str
    kind: str
    client_id: str
    idempotency_key: str
    fingerprint: str
    rows: int
    wrong_rows: int
    numbers: int
    #: where the request stands in a trace that submits it
    traceparent: str = ""

    @property
    def fields(self) -> Mapping[str, str]:
        """What its record holds from the start, beside what the script knows."""
        return {
            "kind": self.kind,
            "client": self.client_id,
            "rows": str(self.rows),
            "wrong_rows": str(self.wrong_rows),
            "numbers": str(self.numbers),
            "traceparent": self.traceparent,
        }


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a commit, and which batch has its Idempotency-Key now."""

    verdict: Literal["committed", "replayed", "reused"]
    batch_id: str


class Plan:
    """Writes one plan, in pieces of some size; what is added is kept until a piece is full."""

    def __init__(self, store: Store, account_id: str, batch_id: str) -> None:
        self._store = store
        self._account_id = account_id
        self._key = keys.batch(account_id, batch_id)
        self._batch_id = batch_id
        self._pieces: dict[str, list[str]] = {"orders": [], "errors": []}
        self._characters = 0
        self.orders = 0
        self.errors = 0

    async def add_order(self, order: PlannedOrder) -> None:
        """Plan one order more; raises StoreUnavailable."""
        self.orders += 1
        await self._add("orders", order.place, order.packed())

    async def add_error(self, entry: Entry) -> None:
        """Note one wrong row more; raises StoreUnavailable."""
        self.errors += 1
        await self._add("errors", entry.packed())

    async def commit(self, batch: NewBatch) -> Committed:
        """Write what is left, and make a batch of it all; raises StoreUnavailable, also when some of it has gone."""
        for what in self._pieces:
            await self._flush(what)
        argument = {
            "id": batch.id,
            "idempotency": record.idempotency(batch.client_id, batch.idempotency_key),
            "fingerprint": batch.fingerprint,
            "fields": batch.fields,
            "planned": self.orders,
            "errors": self.errors,
        }
        verdict, *rest = await self._store.run_replicated(
            COMMIT_BATCH, self._account_id, self._key, record.dumps(argument)
        )
        if verdict == "incomplete":
            raise StoreUnavailable("A part of the batch's plan has gone before all of it was written: send it again.")
        return Committed("committed" if verdict == "repeated" else verdict, rest[0] if rest else batch.id)

    async def _add(self, what: str, *texts: str) -> None:
        self._pieces[what] += texts
        self._characters += sum(map(len, texts))
        if len(self._pieces[what]) >= PIECES or self._characters >= CHARACTERS:
            await self._flush(what)

    async def _flush(self, what: str) -> None:
        texts, self._pieces[what] = self._pieces[what], []
        self._characters = 0
        if texts:
            await self._store.run(PLAN_BATCH, self._account_id, self._key, self._batch_id, what, PLAN_MS, *texts)
