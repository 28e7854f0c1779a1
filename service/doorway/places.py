"""Where a page of a list ended, as the list's cursor holds it: read from an address, and written for the next page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from service.doorway import paging
from service.identifiers import is_id
from service.store import auditing, orphans

if TYPE_CHECKING:
    from starlette.requests import Request

#: of a time in ms: a score of the store has no more digits
_ORPHAN: Final = re.compile(r"(\d{1,15}) (.*)", re.ASCII | re.DOTALL)
#: how many of an order's numbers stand before a page
_NUMBERS: Final = re.compile(r"\d+", re.ASCII)
#: where an entry stands among the errors of a batch (`entry.Entry.place`)
_ROW: Final = re.compile("[0-9]{9} r?[0-9]{4,6}", re.ASCII)


def of_ids(request: Request) -> str | None:
    """Return the id of an order or a batch behind which a list goes on; all of these raise MalformedRequest."""
    after = paging.cursor(request)
    if after is not None and not is_id(after):
        raise paging.wrong_cursor()
    return after


def of_orphans(request: Request) -> orphans.Place | None:
    """Return the place among orphans."""
    held = found(request, _ORPHAN)
    return held and orphans.Place(int(held[1]), unquote(held[2]))


def orphan(place: orphans.Place | None) -> str | None:
    """Write a place among orphans; a reference may hold anything, a cursor is ASCII."""
    return f"{place.at} {quote(place.name)}" if place else None


def of_numbers(request: Request) -> int:
    """Return at which of an order's numbers a page begins."""
    held = found(request, _NUMBERS)
    return int(held[0]) if held else 0


def of_rows(request: Request) -> str | None:
    """Return the place among what is wrong with the rows of a batch."""
    held = found(request, _ROW)
    return held and held[0]


def of_deeds(request: Request) -> str | None:
    """Return the place in the audit."""
    held = found(request, auditing.PLACE)
    return held and held[0]


def found(request: Request, shape: re.Pattern[str]) -> re.Match[str] | None:
    """Return what the cursor holds, in this shape; None without a cursor."""
    after = paging.cursor(request)
    if after is None:
        return None
    held = shape.fullmatch(after)
    if held is None:
        raise paging.wrong_cursor()
    return held
