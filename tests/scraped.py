"""A scrape, read as Prometheus would."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


class Scraped:
    """The samples of one scrape."""

    def __init__(self, text):
        self.families = {each.name: each for each in text_string_to_metric_families(text)}
        self._samples = {
            (each.name, frozenset(each.labels.items())): each.value
            for family in self.families.values()
            for each in family.samples
        }

    def value(self, name, **labels):
        """One sample; KeyError where there is none."""
        return self._samples[f"order_tracker_{name}", frozenset(labels.items())]

    def by(self, name, label, **labels):
        """What is not 0 of a metric, summed by one of its labels."""
        found = {}
        for (sample, given), value in self._samples.items():
            if sample == f"order_tracker_{name}" and labels.items() <= given and value:
                key = dict(given)[label]
                found[key] = found.get(key, 0) + value
        return found


async def scrape(api, **headers):
    answer = await api.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return Scraped(answer.text)
