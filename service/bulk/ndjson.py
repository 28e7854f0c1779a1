"""Rows in NDJSON: a JSON object in each line; blank lines are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.bulk.found import Fields
from service.bulk.lines import TOO_LONG
from service.errors import MalformedRequest, RowError
from service.strict_json import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.bulk.lines import Line


class NdjsonRows:
    """Finds rows in lines of NDJSON."""

    def feed(self, line: Line) -> Iterator[Fields | RowError]:
        """Yield the row of a line."""
        if not line.is_blank:
            yield _row(line)

    def end(self) -> Iterator[Fields | RowError]:
        """Yield nothing: no row spans lines."""
        yield from ()


def _row(line: Line) -> Fields | RowError:
    if line.text is None:
        return RowError("", TOO_LONG, line=line.number)
    try:
        value = parse(line.text, "This row", line.number)
    except MalformedRequest as error:
        return RowError("", error.detail, line=line.number)
    if isinstance(value, dict):
        return Fields(line.number, value)
    return RowError("", "Give a JSON object.", line=line.number)
