"""What is found in a line: a row's fields, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.bulk.lines import Line
    from service.errors import RowError


@dataclass(frozen=True, slots=True)
class Fields:
    """A row as it was sent: its fields by name, as a JSON object has them."""

    line: int
    values: Mapping[str, Any]


class Finder(Protocol):
    """Finds rows in lines; raises MalformedRequest or InvalidRows for what is wrong with the whole body."""

    def feed(self, line: Line) -> Iterator[Fields | RowError]:
        """Yield the rows that the line completes."""

    def end(self) -> Iterator[Fields | RowError]:
        """Yield what is left after the last line."""
