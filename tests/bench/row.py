"""What a row of the bench declares, and what measuring it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a value keeps or misses."""

    words: str
    bound: float
    at_least: bool = False

    def is_met(self, value):
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One value against one goal; `seen` is what it was made of, for people."""

    goal: Goal
    value: float
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: its measure runs on a stage that holds nothing of the rows before."""

    name: str
    measure: Callable[[object], Iterable[Figure]]


def at_least(bound, words):
    return Goal(f">= {words}", bound, at_least=True)


def at_most(bound, words):
    return Goal(f"<= {words}", bound)
