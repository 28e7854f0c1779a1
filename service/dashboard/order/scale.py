"""A scale of time on which a wait of days leaves room for what took milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: a wait longer than so many usual ones, and than so many ms, is drawn shorter than it was
_LONG: Final = 8
_BRIEF: Final = 1_000.0
#: two moments stand apart by this part of the longest wait as it is drawn, at least
_SHORT: Final = 1 / 40


@dataclass(frozen=True, slots=True)
class Shortened:
    """A wait that is drawn shorter than it was: where it stands (0 to 100), and how long it took (ms)."""

    x: float
    width: float
    took: int


class Scale:
    """Places moments (ms) from 0 to 100, in their order."""

    def __init__(self, moments: Iterable[int]) -> None:
        self._moments = sorted(set(moments))
        self._gaps = [later - before for before, later in pairwise(self._moments)]
        self._longest = max(_BRIEF, _LONG * median(self._gaps)) if self._gaps else _BRIEF
        shown = [min(each, self._longest) for each in self._gaps]
        drawn = [max(each, max(shown) * _SHORT) for each in shown]
        whole = sum(drawn) or 1.0
        self._places = list(accumulate((100 * each / whole for each in drawn), initial=0.0))

    def place(self, moment: int) -> float:
        """Return where a moment stands; it is one of those that the scale was made of."""
        return self._places[bisect_left(self._moments, moment)]

    def shortened(self) -> list[Shortened]:
        """Return the waits that are drawn shorter than they were."""
        return [
            Shortened(x, end - x, took)
            for (x, end), took in zip(pairwise(self._places), self._gaps, strict=True)
            if took > self._longest
        ]
