"""A row as its kind reads it: an order of one row, whose fields and whose group's fields stand side by side.

It is validated by the kind's own model, so that a row is told what an order is told, with pointers into the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.errors import InvalidOrder, NotFound, RowError
from service.kinds import shelf
from service.order_request.reading import read_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.bulk.found import Fields
    from service.kind import Kind

_GROUPS: Final = "groups"
_NUMBERS: Final = "telephone_numbers"
_NUMBER: Final = "telephone_number"
_GROUP: Final = f"/{_GROUPS}/0"
#: errors of one row that are told
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is right: what its order and its group must be, as sorted JSON, and its numbers.

    Rows of equal `order` may share an order, and of equal `group` a group. A kind without groups has none: `group` is
    None, and each row is an order.
    """

    line: int
    order: bytes
    group: bytes | None
    numbers: tuple[str, ...]


def kinds() -> tuple[str, ...]:
    """Return the names of the kinds of which there may be many orders in one body: those of numbers."""
    return tuple(sorted(each.name for each in shelf().values() if {_GROUPS, _NUMBER} & set(each.model.model_fields)))


def require(name: str) -> Kind:
    """Return a kind of which there may be many orders in one body; raises NotFound for any other."""
    if name not in kinds():
        raise NotFound(f"There are orders in bulk of these kinds: {', '.join(kinds())}.")
    return shelf()[name]


class Reading:
    """Reads the rows of one body."""

    def __init__(self, kind: Kind, max_numbers: int) -> None:
        self._kind = kind
        self._max_numbers = max_numbers
        self._is_grouped = _GROUPS in kind.model.model_fields
        self._of_order = frozenset(kind.model.model_fields) - {_GROUPS}
        #: the line in which each number was named first
        self._lines: dict[str, int] = {}

    def read(self, found: Fields) -> Row | list[RowError]:
        """Return the row, or what is wrong with it: at least one error."""
        if self._is_grouped and _NUMBER in found.values and _NUMBERS in found.values:
            return [RowError(f"/{_NUMBER}", f"Give {_NUMBER} or {_NUMBERS}, not both.", line=found.line)]
        body = self._body(found.values)
        try:
            request = read_order(self._kind.model, body, max_numbers=self._max_numbers)
        except InvalidOrder as error:
            return [
                RowError(self._pointer(each.pointer, found.values), each.detail, each.code, found.line)
                for each in error.errors[:MOST]
            ]
        numbers = request.telephone_numbers()
        if twice := self._named_before(numbers, found):
            return twice
        self._lines.update(dict.fromkeys(numbers, found.line))
        return self._row(found.line, request.model_dump(mode="json", exclude_none=True), numbers)

    def _body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the order of one row."""
        if not self._is_grouped:
            return dict(values)
        group = {name: value for name, value in values.items() if name not in self._of_order and name != _NUMBER}
        if _NUMBER in values:
            group[_NUMBERS] = [values[_NUMBER]]
        return {name: value for name, value in values.items() if name in self._of_order} | {_GROUPS: [group]}

    def _pointer(self, pointer: str, values: Mapping[str, Any]) -> str:
        """Turn a pointer into the order of one row into one into the row."""
        if not self._is_grouped:
            return pointer
        within = pointer.removeprefix(_GROUP) if pointer.startswith(_GROUP) else pointer.removeprefix(f"/{_GROUPS}")
        single = _NUMBER in values and within.startswith(f"/{_NUMBERS}")
        return f"/{_NUMBER}" if single else within

    def _named_before(self, numbers: tuple[str, ...], found: Fields) -> list[RowError]:
        wrong: list[RowError] = []
        for at, number in enumerate(numbers):
            if number in self._lines and len(wrong) < MOST:
                said = f"This number is in line {self._lines[number]} already: name it once."
                place = f"/{_NUMBERS}/{at}" if _NUMBERS in found.values else f"/{_NUMBER}"
                wrong.append(RowError(place, said, "5072", found.line))
        return wrong

    def _row(self, line: int, fields: dict[str, Any], numbers: tuple[str, ...]) -> Row:
        if not self._is_grouped:
            return Row(line, _packed(fields), None, numbers)
        (group,) = fields.pop(_GROUPS)
        del group[_NUMBERS]
        return Row(line, _packed(fields), _packed(group), numbers)


def _packed(fields: Mapping[str, Any]) -> bytes:
    # a copy: what orjson returns keeps 4 KiB, however short it is, and these are kept until all rows are read
    return bytes(memoryview(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)))
