"""Pages: `limit` and an opaque `cursor`, and the address of the next page; and what else a query may name."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections import Counter
from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from service.errors import FieldError, MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

DEFAULT_LIMIT: Final = 50
#: how often a query may name one parameter: there are fewer words for each, and the longest lists of ids are as long
MOST_TIMES: Final = 100
#: bytes of a list's mark in its cursors
_MARK: Final = 9
#: characters of a place in a list: few, but for an orphan called by a long reference
_LONGEST: Final = 2_000
#: characters of an unknown parameter's name that are shown
_SHOWN: Final = 40


def only(request: Request, taken: Mapping[str, bool]) -> None:
    """Refuse query parameters that are not among these, or stand too often: a filter must never be overlooked.

    `taken`: by its name, whether a parameter may be given more than once.
    """
    given = Counter(name for name, _ in request.query_params.multi_items())
    for name, times in given.items():
        if name not in taken:
            raise wrong(name[:_SHOWN], _hint(name[:_SHOWN], list(taken)))
        if times > 1 and not taken[name]:
            raise wrong(name, "give it once")
        if times > MOST_TIMES:
            raise wrong(name, f"give it at most {MOST_TIMES} times")


def _hint(name: str, known: Sequence[str]) -> str:
    if close := get_close_matches(name.lower(), known, 1):
        return f"it is unknown, {close[0]} may be meant"
    return f"leave it out; known are {', '.join(known)}" if known else "leave it out; this address takes none"


def limit(request: Request, most: int) -> int:
    """Return the asked page size; raises MalformedRequest outside 1 to `most`."""
    text = request.query_params.get("limit", str(min(DEFAULT_LIMIT, most)))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):  # noqa: PLR2004
        raise wrong("limit", f"give a number from 1 to {most}")
    return int(text)


def cursor(request: Request) -> str | None:
    """Return what the cursor of an earlier page holds; raises MalformedRequest for one made up or of another list."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        held = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        mark, after = held[:_MARK], held[_MARK:].decode("ascii")
    except (binascii.Error, UnicodeError):
        raise wrong_cursor() from None
    # the mark is no secret: a cursor that is made up may carry a right one
    if len(after) > _LONGEST or not hmac.compare_digest(mark, _mark(request, after)):
        raise wrong_cursor()
    return after


def wrong_cursor() -> MalformedRequest:
    """Return the error for a cursor that no page gave out."""
    return wrong("cursor", "take it from the `next` of an earlier page of this list")


def next_url(request: Request, after: str | None) -> str | None:
    """Return the path and query of the page behind `after`, which is ASCII; None without it."""
    if after is None:
        return None
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    token = base64.urlsafe_b64encode(_mark(request, after) + after.encode()).decode()
    return f"{quote(request.scope['path'])}?{urlencode([*query, ('cursor', token)])}"


def _mark(request: Request, after: str) -> bytes:
    """Tell a position in this list from one in another: an account's, an order's, or one with other filters."""
    filters = sorted(item for item in request.query_params.multi_items() if item[0] not in {"cursor", "limit"})
    return sha256(repr((request.scope["path"], filters, after)).encode()).digest()[:_MARK]


def wrong(name: str, detail: str) -> MalformedRequest:
    """Return the error for a query parameter."""
    return MalformedRequest(f"The query parameter {name} is wrong: {detail}.", (FieldError(f"?{name}", detail),))
