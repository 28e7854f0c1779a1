"""Allowances: how many requests a caller may make of one process. A bucket that holds two seconds' worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

#: seconds' worth of requests that may come at once after a rest
BURST_SECONDS: Final = 2
#: of a request: what is rounded off
_ALMOST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Left:
    """What is left after a request: `quota` of them in any `window` (s), whole again in `reset` (s).

    `wait`: this one was too many; seconds until the next may be made, else 0.
    """

    quota: int
    window: int
    remaining: int
    reset: int
    wait: float = 0.0


class Allowance:
    """The requests of one caller, at a rate a second."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._quota = max(1, math.floor(rate * BURST_SECONDS))
        #: requests made that the rate has not made good for yet, and when that was so
        self._used = 0.0
        self._at = 0.0

    def take(self, now: float) -> Left:
        """Take a request at a time (monotonic seconds), if there is one left."""
        used = max(0.0, self._used - (now - self._at) * self.rate)
        over = used + 1 - self._quota
        is_taken = over <= _ALMOST
        self._used, self._at = used + is_taken, now
        return Left(
            quota=self._quota,
            window=math.ceil(self._quota / self.rate),
            remaining=math.floor(max(0.0, self._quota - self._used) + _ALMOST),
            reset=math.ceil(self._used / self.rate),
            wait=0.0 if is_taken else over / self.rate,
        )
