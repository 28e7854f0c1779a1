"""What Prometheus knows of the order tracker: the metrics that `/metrics` shows, with their labels."""

from __future__ import annotations

import re

from service.api.metrics import happened, installation, standing
from service.api.metrics.metric import PREFIX

#: of a scrape, whatever it shows
_SCRAPED = {"job", "instance"}
_SELECTOR = re.compile(rf"(?<![\w:])({PREFIX}\w+)(?![\w:])(?:{{([^}}]*)}})?")


def _series(metric):
    """Yield the names under which a metric is stored; a histogram's are three."""
    if metric.type != "histogram":
        yield PREFIX + metric.name, {*metric.labels, *_SCRAPED}
        return
    yield f"{PREFIX}{metric.name}_bucket", {*metric.labels, *_SCRAPED, "le"}
    for part in ("sum", "count"):
        yield f"{PREFIX}{metric.name}_{part}", {*metric.labels, *_SCRAPED}


#: by name: the labels that it has
LABELS = {
    name: labels
    for metric in (*installation.METRICS, *standing.METRICS, *happened.METRICS)
    for name, labels in _series(metric)
}


def names(expression):
    """Return the product's metrics that an expression reads."""
    return {name for name, _ in _SELECTOR.findall(expression)}


def strange(expression):
    """Yield what an expression reads that nobody tells: names, and labels of names."""
    for name, matchers in _SELECTOR.findall(expression):
        if name not in LABELS:
            yield name
            continue
        for label in set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", matchers)) - LABELS[name]:
            yield f"{name}{{{label}}}"
