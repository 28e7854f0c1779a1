"""Histograms for people: how long most took, as an estimate, and bars to draw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from service.dashboard.showing import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.vitals.counted import Histogram

#: buckets that are drawn at least: a single bar says nothing
_FEWEST: Final = 6


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many took longer than `above` seconds and `at_most` seconds at most (None: any longer)."""

    above: float
    at_most: float | None
    count: int

    @property
    def edge(self) -> str:
        """Write its upper end: `2.5 s`."""
        return "longer" if self.at_most is None else written(self.at_most)

    @property
    def said(self) -> str:
        """Write what is in it: `over 1 s, up to 2.5 s`."""
        if self.at_most is None:
            return f"over {written(self.above)}"
        return f"over {written(self.above)}, up to {self.edge}" if self.above else f"up to {self.edge}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bucket as it is drawn: its place from the left, and how high it is, 0 to 1."""

    bucket: Bucket
    place: int
    height: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A histogram for people; the quantiles are estimates, in seconds, and as good as the buckets are narrow."""

    count: int
    half: float
    most: float
    bars: tuple[Bar, ...]
    highest: int


def measured(histogram: Histogram) -> Measured | None:
    """Return a histogram for people; None where nothing was observed."""
    if not histogram.count:
        return None
    some = _used(_buckets(histogram))
    highest = max(each.count for each in some)
    bars = tuple(Bar(each, place, each.count / highest) for place, each in enumerate(some))
    return Measured(histogram.count, quantile(histogram, 0.5), quantile(histogram, 0.95), bars, highest)


def quantile(histogram: Histogram, share: float) -> float:
    """Estimate how many seconds that share took at most, as if each bucket's were spread evenly over it.

    What took longer than all bounds counts as the last bound.
    """
    rank = share * histogram.count
    below = 0
    for each in _buckets(histogram):
        if each.at_most is None:
            return each.above
        if each.count and below + each.count >= rank:
            return each.above + (each.at_most - each.above) * (rank - below) / each.count
        below += each.count
    return 0.0


def written(seconds: float) -> str:
    """Write a bound or an estimate: `100 ms`, `2.5 s`, `15 min`."""
    return duration(seconds * 1000).replace(".0 ", " ")


def _buckets(histogram: Histogram) -> list[Bucket]:
    bounds = [0.0, *histogram.at_most]
    counts = [0, *histogram.at_most.values(), histogram.count]
    ends = [*histogram.at_most, None]
    each = zip(bounds, ends, pairwise(counts), strict=True)
    return [Bucket(above, at_most, upto - below) for above, at_most, (below, upto) in each]


def _used(buckets: Sequence[Bucket]) -> Sequence[Bucket]:
    """Leave out what is empty on both sides, but for the next bucket of each."""
    filled = [place for place, each in enumerate(buckets) if each.count]
    first, last = max(0, filled[0] - 1), min(len(buckets), filled[-1] + 2)
    last = min(len(buckets), max(last, first + _FEWEST))
    return buckets[min(first, max(0, last - _FEWEST)) : last]
