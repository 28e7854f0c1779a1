"""Reading a body: an order request comes of it, or every reason why none does, in the order of the body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from typing import Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from service import telephone_numbers
from service.errors import FieldError, InvalidOrder
from service.order_request.model import OrderRequest
from service.order_request.rules import Path, Wrong
from service.order_request.size import too_large

_R = TypeVar("_R", bound=OrderRequest)

#: how many wrong fields one answer lists
LISTED: Final = 1000
#: telephone numbers in one order (5095); Bandwidth's own documents say 1,000 and 5,000
MAX_NUMBERS: Final = 5000
#: the field of a group that holds numbers
_NUMBERS: Final = "telephone_numbers"

#: unknown names that are compared with the known ones: a comparison takes a fraction of a millisecond
_HINTED: Final = 50
#: characters of an unknown name that are compared with the known ones
_LONGEST_NAME: Final = 60

#: what pydantic finds, said as an instruction; it must never quote the value, which may be a secret
_SENTENCES: Final = {
    "missing": "Required: give it.",
    "string_type": "Give a string.",
    "string_unicode": "Give a string of valid Unicode.",
    "list_type": "Give a list.",
    "tuple_type": "Give a list.",
    "mapping_type": "Give an object of strings.",
    "model_type": "Give an object.",
    "model_attributes_type": "Give an object.",
    "too_long": "Give fewer entries.",
}


def read_order(model: type[_R], body: object, *, max_numbers: int = MAX_NUMBERS) -> _R:
    """Return the request that a parsed JSON body holds; raise InvalidOrder with every wrong field at once."""
    if _entries(body) > 2 * max_numbers:
        # telling every single fault of a body far too large would take longer than it is worth
        raise InvalidOrder(
            errors=(
                FieldError("/groups", f"One order takes at most {max_numbers} telephone numbers: split it.", "5095"),
            )
        )
    if found := too_large(body, 2 * max_numbers):
        raise InvalidOrder(errors=(FieldError(pointer(found.path), found.sentence),))
    request, wrongs = _read(model, body)
    if request and _are_in_order(request.telephone_numbers(), max_numbers):
        return request
    numbers = tuple(request.numbers() if request else _readable_numbers(body))
    wrongs.extend(_about_numbers(numbers, max_numbers))
    names: dict[int, dict[object, int]] = {}
    wrongs.sort(key=lambda each: _place(body, each.path, names))
    errors = tuple(FieldError(pointer(each.path), each.sentence, each.code) for each in wrongs[:LISTED])
    raise InvalidOrder(errors=errors)


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as an RFC 6901 JSON pointer."""
    steps = (str(step).encode("utf-8", "replace").decode() for step in path)
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _read(model: type[_R], body: object) -> tuple[_R | None, list[Wrong]]:
    try:
        return model.model_validate(body), []
    except ValidationError as failure:
        errors = failure.errors(include_url=False, include_input=False)
        return None, [_wrong(model, error, hint=at < _HINTED) for at, error in enumerate(errors)]


def _wrong(model: type[OrderRequest], error: ErrorDetails, *, hint: bool) -> Wrong:
    context = error.get("ctx", {})
    # pydantic marks a wrong key of a mapping by one more step
    path = error["loc"][:-1] if error["loc"][2:] == ("[key]",) else error["loc"]
    sentence = context.get("sentence") or _SENTENCES.get(error["type"], error["msg"])
    if error["type"] == "extra_forbidden":
        sentence = _unknown(str(path[-1]), _field_names(model)) if hint else "Unknown field: leave it out."
    return Wrong(path, context.get("code"), str(sentence))


def _unknown(name: str, known: Sequence[str]) -> str:
    snake = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name[:_LONGEST_NAME]).lower()
    close = get_close_matches(snake, known, 1)
    return f"Unknown field: did you mean `{close[0]}`?" if close else f"Unknown field; known are {', '.join(known)}."


@cache
def _field_names(model: type[OrderRequest]) -> tuple[str, ...]:
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return tuple(dict.fromkeys(name for part in parts for name in part.get("properties", ())))


def _are_in_order(numbers: Sequence[str], most: int) -> bool:
    """Tell whether `_about_numbers` would find nothing."""
    return len(set(numbers)) == len(numbers) <= most


def _about_numbers(numbers: Sequence[tuple[str, str]], most: int) -> Iterator[Wrong]:
    seen: set[str] = set()
    for place, number in numbers:
        if number in seen:
            yield Wrong(_path(place), "5072", "This number is already in the order: name it once.")
        seen.add(number)
    if len(numbers) > most:
        sentence = f"One order takes at most {most} telephone numbers, this one has {len(numbers)}: split it."
        yield Wrong(("groups",), "5095", sentence)


def _path(place: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in place.split("/")[1:])


def _readable_numbers(body: object) -> Iterator[tuple[str, str]]:
    """Yield the numbers that can be read in a body that cannot, so that duplicates are told with the rest."""
    groups = body.get("groups") if isinstance(body, Mapping) else None
    for at, group in enumerate(groups if isinstance(groups, list) else ()):
        numbers = group.get(_NUMBERS) if isinstance(group, Mapping) else None
        for position, number in enumerate(numbers if isinstance(numbers, list) else ()):
            if isinstance(number, str):
                with suppress(ValueError):
                    yield f"/groups/{at}/{_NUMBERS}/{position}", telephone_numbers.parse(number)


def _entries(body: object) -> int:
    """Count groups and their numbers, before any of them is looked at."""
    groups = body.get("groups") if isinstance(body, Mapping) else None
    if not isinstance(groups, list):
        return 0
    numbers = (each.get(_NUMBERS) for each in groups if isinstance(each, Mapping))
    return max(len(groups), sum(len(each) for each in numbers if isinstance(each, list)))


def _place(body: object, path: Path, names: dict[int, dict[object, int]]) -> tuple[int, ...]:
    """Return where in the body a path leads, as something to sort by; what is missing comes last in its part.

    `names` remembers the places of names in objects, by the objects' own identity: one may have thousands.
    """
    places: list[int] = []
    for step in path:
        if isinstance(body, Mapping):
            if id(body) not in names:
                names[id(body)] = {name: at for at, name in enumerate(body)}
            places.append(names[id(body)].get(step, len(body)))
            body = body.get(step)
        else:
            places.append(step if isinstance(step, int) else 0)
            body = body[step] if isinstance(body, list) and isinstance(step, int) and step < len(body) else None
    return tuple(places)
