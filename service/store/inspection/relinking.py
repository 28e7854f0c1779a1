"""Relinking: lines that were found broken are linked anew, one script for each subject.

Who may stand in them is gathered by one walk of the open orders; the script looks at each of them again.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from service.lifecycle import STEP_OF
from service.store import keys
from service.store.inspection import walking
from service.store.script import RELINK, UNLINE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from service.store.inspection.finding import BrokenLines, Finding
    from service.store.server.connection import Store

#: lines gathered before they are mended
MOST: Final = 5_000
_NOT_NOW: Final = (
    "a person must decide: cancel some of the held orders where more than 100 are linked, or restore one that has lost "
    "its state; then repair again"
)

#: a family, and one of its subjects
_Line = tuple[str, str]


class Relinking:
    """Gathers findings about lines of one account, and mends them together."""

    def __init__(self, store: Store, account_id: str) -> None:
        self._store = store
        self._account_id = account_id
        self._findings: list[Finding] = []
        self._candidates: dict[_Line, list[str]] = {}

    @property
    def is_full(self) -> bool:
        """Whether it is time to mend."""
        return len(self._candidates) >= MOST

    def add(self, finding: Finding) -> None:
        """Gather a finding."""
        self._findings.append(finding)
        if finding.lines:
            names = finding.key.removeprefix(keys.order(self._account_id, "")).split(":")
            # whoever says something strange of a line need not be one of those that may stand in it
            holder = names[:1] if finding.key.startswith(keys.order(self._account_id, "")) else []
            for line in _lines(finding.lines):
                self._candidates.setdefault(line, []).extend(holder)

    async def run(self) -> list[Finding]:
        """Mend what was gathered, and return the findings with what became of them."""
        if self._findings:
            await self._gather()
        done = {line: await self._relink(line, ids) for line, ids in self._candidates.items()}
        told = [await self._settle(each, done) for each in self._findings]
        self._findings, self._candidates = [], {}
        return told

    async def _settle(self, finding: Finding, done: Mapping[_Line, bool]) -> Finding:
        if finding.lines is None or not all(done[line] for line in _lines(finding.lines)):
            return finding.left(_NOT_NOW)
        if strange := finding.lines.strange_order:
            key = keys.order(self._account_id, strange)
            await self._store.run(UNLINE, self._account_id, key, strange, finding.lines.family)
        return finding.mended()

    async def _relink(self, line: _Line, order_ids: Sequence[str]) -> bool:
        family, subject = line
        key = keys.line(self._account_id, family)
        ids = " ".join(order_ids)
        return bool(await self._store.run(RELINK, self._account_id, key, family, subject, ids) >= 0)

    async def _gather(self) -> None:
        """Find the open orders that stand in the lines to mend."""
        async for page in self._open_orders():
            async with self._store.asked(self._account_id) as client:
                pipeline = client.pipeline(transaction=False)
                for each in page:
                    pipeline.hmget(keys.order(self._account_id, each), "family", "subjects", "numbers")
                found = await pipeline.execute()
            stands = defaultdict(set)
            for order_id, (family, subjects, numbers) in zip(page, found, strict=True):
                for subject in (subjects or numbers or "").split():
                    stands[family, subject].add(order_id)
            for line in stands.keys() & self._candidates.keys():
                self._candidates[line] += sorted(stands[line])

    async def _open_orders(self) -> AsyncIterator[list[str]]:
        for state in STEP_OF:
            async for page in walking.members(self._store, keys.index(self._account_id, state=state)):
                yield page


def _lines(broken: BrokenLines) -> list[_Line]:
    return [(broken.family, subject) for subject in broken.subjects]
