"""Rows in CSV (RFC 4180): the first record names the columns; a quoted cell may hold commas, quotes and line feeds.

Every cell is text: what begins like a formula is no formula here.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING, Final

from service.bulk.columns import nested
from service.bulk.found import Fields
from service.bulk.lines import LONGEST, TOO_LONG
from service.errors import MalformedRequest, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.bulk.columns import Columns
    from service.bulk.lines import Line

#: what csv says of a record whose quotes are open at the end of what it was given
_OPEN: Final = "unexpected end of data"
_NO_HEADER: Final = "The body is no CSV: its first line must name the columns, in UTF-8. "


class CsvRows:
    """Finds rows in lines of CSV."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._paths: list[tuple[str, ...]] | None = None
        self._number = 1
        self._texts: deque[str] = deque()
        self._length = 0
        #: characters that must be here before an open record is read again, so that no line is read over and over
        self._enough = 0

    def feed(self, line: Line) -> Iterator[Fields | RowError]:
        """Yield the rows that the line completes; an error in the header is raised."""
        text, wrong = _decoded(line)
        if wrong:
            # whatever record was open ends here too
            yield from self._records(final=True)
            yield self._fault(wrong, 1)
            return
        self._texts.append(text)
        self._length += len(text)
        if self._length >= self._enough:
            yield from self._records(final=False)

    def end(self) -> Iterator[Fields | RowError]:
        """Yield the last rows."""
        yield from self._records(final=True)
        if self._paths is None:
            raise MalformedRequest(_NO_HEADER + "It is empty.")

    def _records(self, *, final: bool) -> Iterator[Fields | RowError]:
        while self._texts:
            reader = csv.reader(self._texts, strict=True)
            try:
                cells = next(reader)
            except csv.Error as error:
                if str(error) == _OPEN and not final and self._length <= LONGEST:
                    self._enough = 2 * self._length
                    return
                said = TOO_LONG if self._length > LONGEST else f"This row is no CSV: {error}."
                yield self._fault(said, self._take(max(1, reader.line_num)))
                continue
            yield from self._row(cells, self._take(reader.line_num))
        self._enough = 0

    def _take(self, count: int) -> int:
        """Take so many lines of a record off what is waiting; return how many."""
        for _ in range(count):
            self._length -= len(self._texts.popleft())
        return count

    def _row(self, cells: Sequence[str], lines: int) -> Iterator[Fields | RowError]:
        if not any(cells):
            self._number += lines  # a blank line, or a row of a sheet that says nothing
        elif self._paths is None:
            self._paths = self._columns.paths([each.strip() for each in cells])
            self._number += lines
        elif len(cells) != len(self._paths):
            yield self._fault(f"This row has {len(cells)} cells, the header names {len(self._paths)}.", lines)
        else:
            yield Fields(self._number, nested(self._paths, cells))
            self._number += lines

    def _fault(self, detail: str, lines: int) -> RowError:
        if self._paths is None:
            raise MalformedRequest(_NO_HEADER + detail)
        fault = RowError("", detail, line=self._number)
        self._number += lines
        return fault


def _decoded(line: Line) -> tuple[str, str | None]:
    """Return a line's text, or what is wrong with it."""
    if line.text is None:
        return "", TOO_LONG
    try:
        return line.text.decode("utf-8") + "\n", None
    except UnicodeDecodeError as error:
        return "", f"This row is not UTF-8: byte {error.start}."
