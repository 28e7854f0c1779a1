"""Chains: many short lists of whole numbers in four arrays.

A hundred thousand lists would have the garbage collector look through all of them, again and again, while rows come in:
everybody else would wait for that.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final

_NONE: Final = -1


class Chains:
    """Lists that only grow; each has a number, from 0."""

    def __init__(self) -> None:
        self._values = array("Q")
        self._following = array("q")
        self._first = array("q")
        self._last = array("q")

    def new(self) -> int:
        """Begin a chain; return its number."""
        self._first.append(_NONE)
        self._last.append(_NONE)
        return len(self._first) - 1

    def add(self, chain: int, value: int) -> None:
        """Add a value, below 2**64, at the end of a chain."""
        place, before = len(self._values), self._last[chain]
        self._values.append(value)
        self._following.append(_NONE)
        self._last[chain] = place
        if before == _NONE:
            self._first[chain] = place
        else:
            self._following[before] = place

    def of(self, chain: int) -> Iterator[int]:
        """Yield the values of a chain, the oldest first."""
        place = self._first[chain]
        while place != _NONE:
            yield self._values[place]
            place = self._following[place]
