"""An entry of a batch's errors: a row that is wrong, or one whose order was refused.

It is kept as text that sorts: the line, what tells it apart from others of that line, and what is wrong as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

from service.errors import RowError
from service.store.record import dumps

#: digits of a line
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """What is wrong with a row. `mark` tells it apart from others of its line; `order_id` is that which was refused."""

    error: RowError
    mark: str
    order_id: str | None = None

    @property
    def place(self) -> str:
        """Where it stands among all entries of its batch."""
        return f"{self.error.line:0{_DIGITS}d} {self.mark}"

    def packed(self) -> str:
        """Return it as it is kept."""
        told = [self.error.pointer, self.error.detail, self.error.code, self.order_id]
        return f"{self.place} {dumps(told)}"


def unpack(text: str) -> Entry:
    """Read an entry."""
    line, mark, told = text.split(" ", 2)
    pointer, detail, code, order_id = orjson.loads(told)
    return Entry(RowError(pointer, detail, code, int(line)), mark, order_id)
