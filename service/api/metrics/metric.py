"""A metric: its name, what it means, its labels, and which of the vital signs it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from service.vitals.counted import Histogram

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

#: what every name begins with
PREFIX: Final = "order_tracker_"
V = TypeVar("V")
#: values of the labels, and what is so labelled
Sample: TypeAlias = tuple[tuple[str, ...], float | Histogram]


@dataclass(frozen=True, slots=True)
class Metric(Generic[V]):
    """One metric of vital signs V: a gauge, a counter or a histogram."""

    type: Literal["gauge", "counter", "histogram"]
    #: as it is scraped, without `order_tracker_`; a counter's ends in `_total`
    name: str
    labels: tuple[str, ...]
    #: unit and meaning, a sentence
    says: str
    read: Callable[[V], Iterable[Sample]]

    def family(self, some: Iterable[V]) -> Family:
        """Return what is scraped of it: all samples of these vital signs."""
        family: Family = _FAMILIES[self.type](PREFIX + self.name, self.says, labels=self.labels)
        for vitals in some:
            for labels, value in self.read(vitals):
                _add(family, labels, value)
        return family


_FAMILIES: Final[dict[str, Any]] = {
    "gauge": GaugeMetricFamily,
    "counter": CounterMetricFamily,
    "histogram": HistogramMetricFamily,
}


def _add(family: Any, labels: tuple[str, ...], value: float | Histogram) -> None:
    if isinstance(value, Histogram):
        buckets = [(f"{bound:g}", float(count)) for bound, count in value.at_most.items()]
        family.add_metric(labels, [*buckets, ("+Inf", float(value.count))], value.sum_seconds)
    else:
        family.add_metric(labels, float(value))
