"""Systems side by side: rounds interleaved, so that whatever else this machine does meets all of them alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from row import Figure


@dataclass(frozen=True, slots=True)
class System:
    """One system under load; `requests` makes so many, none of them sent before."""

    name: str
    port: int
    requests: Callable[[int], list[bytes]]
    status: str = "202"


def rates(stage, systems, *, warm=200):
    """Return each system's requests a second: the median of the rounds, by name."""
    scale, found, counts = stage.scale, {each.name: [] for each in systems}, {}
    for each in systems:
        requests = each.requests(min(warm, scale.most))
        rate = stage.load(each.port, requests, status=each.status).rate
        counts[each.name] = max(10, min(round(rate * scale.seconds), scale.most))
    for turn in range(scale.rounds):
        for each in rotated(systems, turn):
            requests = each.requests(counts[each.name])
            found[each.name].append(stage.load(each.port, requests, status=each.status).rate)
    return {name: statistics.median(those) for name, those in found.items()}


def rotated(systems, turn):
    """Let another one begin in each round."""
    turn %= len(systems)
    return [*systems[turn:], *systems[:turn]]


def ratio(goal, found, ours, other):
    """Return how much one system does for each that another does."""
    seen = f"{ours} {found[ours]:,.0f}/s, {other} {found[other]:,.0f}/s"
    return Figure(goal, found[ours] / found[other], seen)
