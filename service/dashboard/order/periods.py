"""Periods: how long an order was in each state, as its timeline and its record tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.lifecycle import TERMINAL, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.dashboard.order.steps import Step
    from service.order import Order


@dataclass(frozen=True, slots=True)
class Period:
    """A state, and from when to when (ms) the order was in it; an end lasts no time."""

    state: State
    begins: int
    ends: int


def periods(order: Order, steps: Sequence[Step], now: int) -> list[Period]:
    """Return the states that an order went through, in turn; an open one is in its last until `now`."""
    entered = _entered(order, steps)
    ends = [at for at, _ in entered[1:]] + [now if order.state not in TERMINAL else entered[-1][0]]
    return [Period(state, begins, max(begins, until)) for (begins, state), until in zip(entered, ends, strict=True)]


def _entered(order: Order, steps: Sequence[Step]) -> list[tuple[int, State]]:
    told = [(step.at, State(step.state)) for step in steps if step.state]
    # claims leave no entry; the first one is in the record, the present one in the state
    if order.first_sent_at is not None:
        told.append((order.first_sent_at, State.SUBMITTING))
    told.sort(key=lambda each: each[0])
    if not told or told[-1][1] != order.state:
        told.append((max(order.updated_at, told[-1][0] if told else 0), order.state))
    return [each for at, each in enumerate(told) if at == 0 or told[at - 1][1] != each[1]]
