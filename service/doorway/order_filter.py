"""What a list of orders is asked for, in the query: any combination of an order's properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from service import telephone_numbers, times
from service.doorway import paging
from service.identifiers import bandwidth_id, is_id
from service.kinds import shelf
from service.lifecycle import STEP_OF, TERMINAL, State
from service.store.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request

#: words that stand for several states
_GROUPS: Final = {"open": frozenset(STEP_OF), "ended": TERMINAL}
#: all words for states
STATES: Final = (*State, *_GROUPS)
ORIGINS: Final = ("api", "external")
#: characters of a text that may be somebody's reference, id or code; it is not blank and has no control characters
LONGEST: Final = 100
TEXT: Final = "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$"


def read(request: Request) -> Wanted:
    """Return what the query asks for; raises MalformedRequest for the first parameter that makes no sense."""
    return Wanted(
        kinds=frozenset(chosen(request, "kind", shelf())),
        states=states(request),
        telephone_number=_telephone_number(request),
        reference=_text(request, "customer_order_id"),
        bandwidth_order_id=bandwidth_id(_text(request, "bandwidth_order_id") or "") or None,
        origin=next(iter(chosen(request, "origin", ORIGINS)), None),
        error_code=_text(request, "error_code"),
        batch_id=_id(request, "batch_id"),
        created_from=_time(request, "created_from"),
        created_to=_time(request, "created_to"),
    )


def chosen(request: Request, name: str, words: Collection[str]) -> list[str]:
    """Return what a parameter names; raises MalformedRequest for anything but these words."""
    given = request.query_params.getlist(name)
    if not set(given).issubset(words):
        several = "; for several, give the parameter several times" if any("," in each for each in given) else ""
        raise paging.wrong(name, f"give one of {', '.join(sorted(map(str, words)))}{several}")
    return given


def states(request: Request) -> frozenset[State]:
    """Return the states that are asked for, by their own names or those of groups."""
    given = chosen(request, "state", STATES)
    return frozenset[State]().union(*(_GROUPS.get(each) or {State(each)} for each in given))


def _telephone_number(request: Request) -> str | None:
    text = request.query_params.get("telephone_number")
    try:
        return None if text is None else telephone_numbers.parse(text)
    except ValueError as error:
        raise paging.wrong("telephone_number", f"it {error}") from None


def _time(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    try:
        return None if text is None else times.parse(text)
    except ValueError as error:
        raise paging.wrong(name, f"it {error}; write a + as %2B") from None


def _id(request: Request, name: str) -> str | None:
    text = request.query_params.get(name)
    if text is not None and not is_id(text.lower()):
        raise paging.wrong(name, "take it from the `id` of a batch")
    return text and text.lower()


def _text(request: Request, name: str) -> str | None:
    text = request.query_params.get(name)
    if text is not None and not (len(text) <= LONGEST and re.fullmatch(TEXT, text)):
        raise paging.wrong(name, f"give 1 to {LONGEST} characters, none of them a control character")
    return text.strip() if text else None
