"""Packing: rows of equal settings share a group, groups share orders, no order is larger than its caller wants.

It goes by the first row of each: the same rows in the same sequence make the same orders.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

import orjson

from service.bulk.chains import Chains

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from service.bulk.row import Row

#: a group's settings, and its numbers, each with its line above it
_Group: TypeAlias = "tuple[bytes, list[int]]"
#: bits of ten digits
_BITS: Final = 34
_NUMBER: Final = (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Packed:
    """An order that rows make: its body as JSON, how many numbers it names, the lines of its rows (`2-40 42`)."""

    body: bytes
    numbers: int
    lines: str


class Packing:
    """Gathers rows; each order names `size` numbers at most."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._named = Chains()
        #: by the fields of the order and those of the group: the chain of its numbers
        self._chains: dict[bytes, dict[bytes, int]] = {}
        self._single: list[bytes] = []
        self._single_lines = array("Q")

    def add(self, row: Row) -> None:
        """Gather a row."""
        if row.group is None:
            self._single.append(row.order)
            self._single_lines.append(row.line)
            return
        groups = self._chains.setdefault(row.order, {})
        chain = groups.get(row.group)
        if chain is None:
            chain = groups[row.group] = self._named.new()
        for each in row.numbers:
            self._named.add(chain, row.line << _BITS | int(each))

    def orders(self) -> Iterator[Packed]:
        """Yield the orders; their numbers are all numbers of the rows, each once."""
        for order, line in zip(self._single, self._single_lines, strict=True):
            yield Packed(order, 1, str(line))
        for order, groups in self._chains.items():
            for some in self._filled(groups):
                lines = ranges(each >> _BITS for _, named in some for each in named)
                yield Packed(_body(order, some), sum(len(named) for _, named in some), lines)

    def _filled(self, groups: Mapping[bytes, int]) -> Iterator[list[_Group]]:
        """Yield the groups of one order after the other; a group that does not fit goes on in the next."""
        some: list[_Group] = []
        room = self._size
        for group, chain in groups.items():
            left = self._named.of(chain)
            while part := list(islice(left, room)):
                some.append((group, part))
                room -= len(part)
                if not room:
                    yield some
                    some, room = [], self._size
        if some:
            yield some


def ranges(lines: Iterable[int]) -> str:
    """Write lines as ranges: `2-40 42`."""
    found: list[list[int]] = []
    for each in sorted(set(lines)):
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return " ".join(f"{first}-{last}" if last > first else str(first) for first, last in found)


def lines_of(packed: str) -> Iterator[int]:
    """Yield the lines of ranges."""
    for each in packed.split():
        first, _, last = each.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _body(order: bytes, groups: Sequence[_Group]) -> bytes:
    # put together of JSON, not parsed and written again: there may be thousands of groups
    told = (_with(b"telephone_numbers", orjson.dumps(_numbers(named)), group) for group, named in groups)
    return _with(b"groups", b"[" + b",".join(told) + b"]", order)


def _numbers(named: Iterable[int]) -> list[str]:
    return [str(each & _NUMBER) for each in named]


def _with(name: bytes, value: bytes, others: bytes) -> bytes:
    """Return a JSON object with one more member."""
    return b'{"' + name + b'":' + value + (b"," if others != b"{}" else b"") + others[1:]
