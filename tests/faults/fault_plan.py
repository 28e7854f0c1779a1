"""What is done to a run, and when: all of it follows from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

#: what is killed, as prefixes of names, and how often
_VICTIMS: Final = {
    ("api",): 4,
    ("worker-submit-1",): 4,
    ("worker-submit-2",): 4,
    ("worker-check-1",): 3,
    ("worker-check-2",): 3,
    ("worker-deliver-1",): 2,
    ("clock",): 3,
    ("server",): 4,
    ("worker-submit",): 1,
    ("worker-check",): 1,
    ("worker", "clock"): 1,
    ("api", "worker", "clock", "server"): 1,
}
#: the sandbox is only frozen: it keeps the ledger
_FROZEN: Final = (
    "api",
    "worker-submit-1",
    "worker-submit-2",
    "worker-check-1",
    "worker-check-2",
    "worker-deliver-1",
    "clock",
    "server",
    "sandbox",
)
_RESTARTED: Final = ("api", "worker-submit-1", "worker-check-1", "clock", "server")
#: parts of the strokes that freeze, or ask for an end, instead of killing
_FREEZES, _RESTARTS = 0.2, 0.05
#: seconds frozen: a moment, or longer than a lease
_SHORTLY, _PAST_A_LEASE = (0.2, 1.5), (3.3, 6.5)
#: highest rate, or longest delay in milliseconds, of each fault of the sandbox
_RATES: Final = {
    "drop_callbacks": 1.0,
    "duplicate_callbacks": 1.0,
    "reorder_callbacks": 1.0,
    "early_callbacks": 1.0,
    "accept_then_reset": 0.4,
    "reset_before_accept": 0.4,
    "cut_answers": 0.4,
    "outage": 0.5,
    "error_500": 0.3,
    "error_503": 0.3,
    "error_429": 0.05,
    "trickle_ms": 40,
    "latency_ms": 900,
}
_ACTIVE: Final = 0.35


@dataclass(frozen=True)
class Stroke:
    """Something done to some parts; `seconds` until they start again, or go on."""

    after: float
    what: str
    victims: tuple[str, ...]
    seconds: float


def strokes(seed: int, pace: float) -> Iterator[Stroke]:
    """Yield strokes without end, `pace` seconds apart on average."""
    dice = random.Random(f"strokes {seed}")
    while True:
        after = dice.uniform(0.3, 1.7) * pace
        stroke = dice.random()
        if stroke < _FREEZES:
            span = _SHORTLY if dice.random() < 0.6 else _PAST_A_LEASE
            yield Stroke(after, "freeze", (dice.choice(_FROZEN),), dice.uniform(*span))
        elif stroke < _FREEZES + _RESTARTS:
            yield Stroke(after, "restart", (dice.choice(_RESTARTED),), 0.0)
        else:
            victims = dice.choices([*_VICTIMS], [*_VICTIMS.values()])[0]
            yield Stroke(after, "kill", victims, dice.choice([0.0, dice.uniform(0, 1.0)]))


def faults(seed: int) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield settings of the sandbox's faults, and for how many seconds; some of them are all off."""
    dice = random.Random(f"faults {seed}")
    while True:
        chosen = (
            {} if dice.random() < 0.25 else {name: most for name, most in _RATES.items() if dice.random() < _ACTIVE}
        )
        yield dice.uniform(2, 8), {name: round(dice.uniform(0.1, 1) * most, 3) for name, most in chosen.items()}
