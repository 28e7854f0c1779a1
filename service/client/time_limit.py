"""Time limits as a program gives them: seconds, or None for no limit."""

from __future__ import annotations

import math


def time_limit(name: str, given: float | None) -> float:
    """Return the seconds, infinitely many for None; raises ValueError for what is no number of seconds."""
    if given is None:
        return math.inf
    # a NaN is not at least 0 either
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 0:
        raise ValueError(f"{name} is a number of seconds, 0 or more, or None for no limit; not {given!r}.")
    return given
