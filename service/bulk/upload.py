"""An upload: one body on its way to a plan. Parts go in as they come; what is wrong with the body is told at its end.

So that the sender, who reads no answer before it has sent everything, gets one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.bulk.breath import Breath
from service.bulk.columns import Columns
from service.bulk.csv_rows import CsvRows
from service.bulk.lines import Lines
from service.bulk.ndjson import NdjsonRows
from service.bulk.packing import Packing
from service.bulk.row import Reading, Row
from service.errors import BodyTooLarge, InvalidRows, MalformedRequest, Refused, RowError
from service.order import Membership
from service.store.bulk.entry import Entry
from service.store.bulk.plan import PlannedOrder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from service.bulk.found import Fields, Finder
    from service.kind import Kind
    from service.store.bulk.plan import Plan

#: rows and numbers of one body
MOST: Final = 100_000
#: errors that an answer tells
TOLD: Final = 1_000

Form: TypeAlias = Literal["ndjson", "csv"]
#: seals a body to the order that it will be
Seal: TypeAlias = "Callable[[bytes, str], str]"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants of a body: numbers that one order names at most, and nothing at all where a row is wrong."""

    kind: Kind
    form: Form
    order_size: int
    max_numbers: int
    rejects: bool

    @property
    def text(self) -> str:
        """The wish in words, which tells it apart from others."""
        return f"bulk {self.kind.name} {self.form} {self.order_size} {'reject' if self.rejects else 'continue'}"


@dataclass(slots=True)
class Counts:
    """What was read: rows, wrong ones, what the limit counts (numbers, 1 for a wrong row), numbers of right rows."""

    rows: int = 0
    wrong_rows: int = 0
    weight: int = 0
    numbers: int = 0
    first_errors: list[RowError] = field(default_factory=list)


async def digest(parts: AsyncIterator[bytes]) -> bytes:
    """Return what tells a body apart from others, without reading its rows."""
    found = sha256()
    async for part in parts:
        found.update(part)
    return found.digest()


class Upload:
    """Reads one body into a plan."""

    def __init__(self, wish: Wish, plan: Plan, batch_id: str, seal: Seal) -> None:
        self._wish = wish
        self._plan = plan
        self._batch_id = batch_id
        self._seal = seal
        self._lines = Lines()
        self._finder: Finder = CsvRows(Columns.of(wish.kind)) if wish.form == "csv" else NdjsonRows()
        self._reading = Reading(wish.kind, wish.max_numbers)
        self._packing = Packing(wish.order_size)
        self._refusal: Refused | None = None
        self._breath = Breath()
        self.counts = Counts()

    async def read(self, parts: AsyncIterator[bytes]) -> bytes:
        """Read a body and write its plan, but for the commit; return its digest.

        Raises InvalidRows when rows are wrong and the wish rejects them, or none is right; MalformedRequest and
        BodyTooLarge for what is wrong with all of it, StoreUnavailable, and what `parts` raises.
        """
        found = sha256()
        async for part in parts:
            found.update(part)
            await self._take(self._rows_in(part))
        await self._take(self._rest())
        self._require()
        for ordinal, packed in enumerate(self._packing.orders()):
            member = Membership(self._batch_id, ordinal)
            sealed = self._seal(packed.body, member.order_id)
            await self._plan.add_order(PlannedOrder(member.place, packed.lines, packed.numbers, sealed))
            await self._breath.take()
        return found.digest()

    def _rows_in(self, part: bytes) -> Iterator[Fields | RowError]:
        for line in self._lines.feed(part):
            yield from self._finder.feed(line)

    def _rest(self) -> Iterator[Fields | RowError]:
        for line in self._lines.end():
            yield from self._finder.feed(line)
        yield from self._finder.end()

    async def _take(self, rows: Iterator[Fields | RowError]) -> None:
        if self._refusal:
            return
        try:
            for each in rows:
                await self._row(each)
                await self._breath.take()
        except Refused as refusal:
            self._refusal = refusal

    async def _row(self, found: Fields | RowError) -> None:
        read = [found] if isinstance(found, RowError) else self._reading.read(found)
        self.counts.rows += 1
        if isinstance(read, Row):
            self.counts.numbers += len(read.numbers)
            self._weigh(len(read.numbers))
            self._packing.add(read)
        else:
            self._weigh(1)
            await self._wrong(read)

    def _weigh(self, amount: int) -> None:
        self.counts.weight += amount
        if self.counts.weight > MOST:
            raise BodyTooLarge(f"The body has more than {MOST:,} rows and numbers: split it.")

    async def _wrong(self, errors: Sequence[RowError]) -> None:
        counts = self.counts
        counts.wrong_rows += 1
        counts.first_errors += errors[: TOLD - len(counts.first_errors)]
        if not self._wish.rejects:
            for at, each in enumerate(errors):
                await self._plan.add_error(Entry(each, f"{at:04d}"))

    def _require(self) -> None:
        """Raise what was found to be wrong with the body as a whole."""
        counts = self.counts
        if self._refusal:
            raise self._refusal
        if not counts.rows:
            raise MalformedRequest("The body has no rows.")
        if counts.wrong_rows and (self._wish.rejects or counts.wrong_rows == counts.rows):
            said = f"{counts.wrong_rows:,} of {counts.rows:,} rows are wrong, and no order was made."
            raise InvalidRows(said, tuple(counts.first_errors))
