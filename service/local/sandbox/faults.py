"""Faults that can be switched on: they act on order POSTs and PUTs and on callbacks; an outage acts on everything."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import Any

#: Longest delay that may be asked for, milliseconds.
_LONGEST_MS = 60_000


class FaultSettingsError(Exception):
    """The settings cannot be used; the message says which and why."""


@dataclass(frozen=True)
class FaultSettings:
    """Rates from 0 to 1 and delays in milliseconds; 0 is off."""

    #: A callback is never sent.
    drop_callbacks: float = 0.0
    #: A callback is sent twice.
    duplicate_callbacks: float = 0.0
    #: A callback waits until the order's next one has gone out.
    reorder_callbacks: float = 0.0
    #: The first callback is sent and answered before the 201 is written.
    early_callbacks: float = 0.0
    #: The order is taken and the connection reset without an answer.
    accept_then_reset: float = 0.0
    #: The connection is reset and nothing was taken.
    reset_before_accept: float = 0.0
    #: What was decided stands, and its answer breaks off at any byte.
    cut_answers: float = 0.0
    #: Any request at all, GETs and tokens too, is answered with 503; nothing was taken.
    outage: float = 0.0
    #: Answered with 500; nothing was taken.
    error_500: float = 0.0
    #: Answered with 503; nothing was taken.
    error_503: float = 0.0
    #: Answered with 429, an empty body and X-RateLimit-Reset; nothing was taken.
    error_429: float = 0.0
    #: Pause between pieces of an answer of 32 bytes each.
    trickle_ms: float = 0.0
    #: Pause before a request is looked at.
    latency_ms: float = 0.0


def read_settings(document: Any) -> FaultSettings:
    """Read a PUT's JSON; what is not named is off."""
    if not isinstance(document, dict):
        raise FaultSettingsError("send a JSON object of fault names and rates")
    known = {field.name for field in fields(FaultSettings)}
    for name, value in document.items():
        if name not in known:
            raise FaultSettingsError(f"{name!r} is no fault; the faults are {', '.join(sorted(known))}")
        _check(name, value)
    return FaultSettings(**document)


def _check(name: str, value: Any) -> None:
    limit, unit = (_LONGEST_MS, "milliseconds") if name.endswith("_ms") else (1, "as a rate")
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not 0 <= value <= limit:
        raise FaultSettingsError(f"{name!r} must be a number from 0 to {limit} ({unit}), not {value!r}")


class Faults:
    """Throws the dice, from one seed, and counts how often each fault has acted since the start."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, protects nothing
        self._acted: Counter[str] = Counter()
        self.settings = FaultSettings()

    def acts(self, name: str) -> bool:
        """Whether the named fault acts this time; counted if so."""
        rate = getattr(self.settings, name)
        if not rate or self._dice.random() >= rate:
            return False
        self._acted[name] += 1
        return True

    def place(self, length: int) -> int:
        """Return at which byte something of this length breaks off."""
        return self._dice.randrange(length)

    def delay(self, name: str) -> float:
        """Return the named delay in seconds; counted unless it is off."""
        seconds: float = getattr(self.settings, name) / 1000
        self._acted[name] += bool(seconds)
        return seconds

    def described(self) -> dict[str, Any]:
        """Return the settings and the counts, for `GET /_sandbox/faults`."""
        settings = asdict(self.settings)
        return {"settings": settings, "acted": {name: self._acted[name] for name in settings}}
