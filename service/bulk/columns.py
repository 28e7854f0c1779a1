"""The columns that CSV may have for a kind: its fields by name, those inside others behind a dot.

`listing_name.last_name` is the field `last_name` of the field `listing_name`. What is a list has no column, but for the
number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from service.errors import FieldError, InvalidRows
from service.kind import Kind

NUMBER: Final = "telephone_number"
#: columns of one file; no kind has half as many
MOST: Final = 100
#: characters of a wrong name that are compared and told
_SHOWN: Final = 60
_GROUPS: Final = "groups"
_NUMBERS: Final = "telephone_numbers"


@dataclass(frozen=True, slots=True)
class Columns:
    """What may stand in a header: names, and beginnings of names that the caller chooses, such as `metadata.`."""

    names: tuple[str, ...]
    open: tuple[str, ...]

    @classmethod
    def of(cls, kind: Kind) -> Columns:
        """Return the columns of a kind that is about numbers."""
        schema = kind.model.model_json_schema()
        found = list(_leaves(schema, schema, ""))
        names = [each for each in found if not each.endswith(".")]
        return cls(tuple(dict.fromkeys((NUMBER, *names))), tuple(each for each in found if each.endswith(".")))

    def paths(self, header: Sequence[str]) -> list[tuple[str, ...]]:
        """Return where the value of each column goes; raises InvalidRows with every column that cannot be there."""
        if len(header) > MOST:
            raise InvalidRows(f"The header names {len(header)} columns; at most {MOST} are read.")
        wrong = tuple(FieldError(name[:_SHOWN], said) for name, said in self._wrong(header))
        if wrong:
            raise InvalidRows("The header names columns that are none of this kind's, or lacks one.", wrong)
        return [self._path(name) for name in header]

    def _wrong(self, header: Sequence[str]) -> Iterator[tuple[str, str]]:
        if NUMBER not in header:
            yield NUMBER, f"Give the column {NUMBER}."
        for at, name in enumerate(header):
            if name in header[:at]:
                yield name, "This column appears twice: keep one."
            elif name not in self.names and not self._is_open(name):
                yield name, self._hint(name)

    def _path(self, name: str) -> tuple[str, ...]:
        # behind the first dot stands what the caller calls it, dots and all
        return tuple(name.split(".", 1) if self._is_open(name) else name.split("."))

    def _is_open(self, name: str) -> bool:
        return any(name.startswith(each) and len(name) > len(each) for each in self.open)

    def _hint(self, name: str) -> str:
        close = get_close_matches(name[:_SHOWN].lower(), self.names, 1)
        if close:
            return f"Unknown column: did you mean `{close[0]}`?"
        return f"Unknown column; known are {', '.join(self.names)}. What is a list goes in application/x-ndjson only."


def nested(paths: Sequence[Sequence[str]], cells: Sequence[str]) -> dict[str, Any]:
    """Return cells as the fields that they are; an empty cell is left out."""
    fields: dict[str, Any] = {}
    for path, cell in zip(paths, cells, strict=True):
        if cell:
            place = fields
            for each in path[:-1]:
                place = place.setdefault(each, {})
            place[path[-1]] = cell
    return fields


def _leaves(schema: Mapping[str, Any], part: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the names of a part's fields that hold one value each, and of those that hold names of the caller's."""
    for field, described in part.get("properties", {}).items():
        inner = f"{name}{field}"
        if field == _GROUPS:
            yield from _leaves(schema, _resolved(schema, described["items"]), "")
        elif field != _NUMBERS:
            yield from _leaves_of(schema, described, inner)


def _leaves_of(schema: Mapping[str, Any], described: Mapping[str, Any], name: str) -> Iterator[str]:
    options = [_resolved(schema, each) for each in described.get("anyOf", [described])]
    holder = next((each for each in options if each.get("type") == "object"), None)
    if holder is None:
        yield from () if any(each.get("type") == "array" for each in options) else (name,)
    elif "properties" in holder:
        yield from _leaves(schema, holder, f"{name}.")
    else:
        yield f"{name}."


def _resolved(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = described.get("$ref", "").rpartition("/")[2]
    return schema["$defs"][reference] if reference else described
