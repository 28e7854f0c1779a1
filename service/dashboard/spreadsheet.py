"""Files for spreadsheets (RFC 4180, UTF-8), sent while they are read."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from service.dashboard import frame

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from starlette.responses import Response

#: what spreadsheets take for the beginning of a formula
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def answer(name: str, parts: AsyncIterator[Iterable[Sequence[str]]]) -> Response:
    """Return the file of this name, of rows that come part by part; what goes wrong with the first part is raised."""
    first = await anext(parts)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(_written(first, parts), headers=frame.HEADERS | headers, media_type="text/csv")


async def _written(first: Iterable[Sequence[str]], rest: AsyncIterator[Iterable[Sequence[str]]]) -> AsyncIterator[str]:
    yield _lines(first)
    async for each in rest:
        yield _lines(each)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
