"""Ends of orders: which of them a callback had announced, and how many failed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from service.lifecycle import State

if TYPE_CHECKING:
    from service.vitals.counted import Counted, SettledBy

_FAILED: Final = (State.FAILED, State.REJECTED)


def announced(counted: Counted) -> int:
    """Count the ends that a callback had announced before a check proved them."""
    return by_way(counted)["callback"]


def missed(counted: Counted) -> int:
    """Count the ends that a check found first, of kinds of which Bandwidth tells by callback."""
    return sum(counted.callbacks_missed.values())


def missed_share(counted: Counted) -> float | None:
    """Return which share of the ends that callbacks tell of was not announced; None before the first end."""
    every = announced(counted) + missed(counted)
    return missed(counted) / every if every else None


def heard(counted: Counted) -> int:
    """Count the callbacks that were heard, whatever became of them; not those that proved to be nobody's."""
    return sum(count for outcome, count in counted.callbacks.items() if outcome != "unauthenticated")


def by_way(counted: Counted) -> Counter[SettledBy]:
    """Count the ends by what settled them."""
    ways: Counter[SettledBy] = Counter()
    for each, count in counted.ended.items():
        ways[each.settled_by] += count
    return ways


def by_state(counted: Counted) -> Counter[State]:
    """Count the ends by state."""
    states: Counter[State] = Counter()
    for each, count in counted.ended.items():
        states[each.state] += count
    return states


def failed(counted: Counted, kind: str) -> tuple[int, int]:
    """Return how many orders of a kind failed or were refused, and how many ended."""
    of_kind = {each: count for each, count in counted.ended.items() if each.kind == kind}
    return sum(count for each, count in of_kind.items() if each.state in _FAILED), sum(of_kind.values())
