"""The PUTs of options of single telephone numbers that were taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.local.sandbox.xml import Element, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.local.sandbox.journal import Journal


@dataclass(frozen=True)
class NumberPut:
    """One PUT that was taken, and when it is due to show; some never do."""

    account_id: str
    telephone_number: str
    body: bytes
    taken_at: datetime
    due_at: datetime
    shows: bool

    def root(self) -> Element:
        """Return what was sent."""
        return parse(self.body)


class NumberPuts:
    """Holds them by account and number, oldest first."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._puts: dict[tuple[str, str], list[NumberPut]] = defaultdict(list)
        rows = journal.read(
            "SELECT account_id, telephone_number, body, taken_at, due_at, shows FROM number_puts ORDER BY rowid"
        )
        for account_id, number, body, taken_at, due_at, shows in rows:
            times = datetime.fromisoformat(taken_at), datetime.fromisoformat(due_at)
            self._puts[account_id, number].append(NumberPut(account_id, number, body, *times, bool(shows)))

    def add(self, put: NumberPut) -> None:
        """Keep one more."""
        self._puts[put.account_id, put.telephone_number].append(put)
        self._journal.write(
            "INSERT INTO number_puts VALUES (?, ?, ?, ?, ?, ?)",
            put.account_id,
            put.telephone_number,
            put.body,
            put.taken_at.isoformat(),
            put.due_at.isoformat(),
            put.shows,
        )

    def of(self, account_id: str, telephone_number: str) -> list[NumberPut]:
        """Return the PUTs for a number."""
        return self._puts.get((account_id, telephone_number), [])

    def numbers(self, account_id: str) -> Iterator[str]:
        """Yield the numbers of an account."""
        return (number for account, number in self._puts if account == account_id)
