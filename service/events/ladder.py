"""When an event is attempted again: eleven attempts in 75 hours; and how an endpoint that fails is spared."""

from __future__ import annotations

import secrets
from typing import Final

_MINUTE: Final = 60.0
_HOUR: Final = 3_600.0
_DAY: Final = 86_400.0

#: seconds from an attempt that failed to the next one; after the attempt that follows the last of them none is made
WAITS: Final = (
    5.0,
    _MINUTE,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    _DAY,
)
#: what a wait is stretched by at least and at most, so that what failed together does not come back together
_JITTER: Final = (0.9, 1.1)
#: longest that a receiver may ask us to wait
_LONGEST_ASKED: Final = _DAY
#: seconds for which nothing is sent to an endpoint after a failure: at first, and at most. After them one event is
PAUSES: Final = (1.0, _MINUTE)
#: seconds without a success after which a failing endpoint is switched off
OFF: Final = 5 * _DAY


def wait(made: int, asked: float | None, factor: float) -> float | None:
    """Return the seconds from a failure to the next attempt; None after the last.

    `made`: attempts so far, that one included; `asked`: what its answer asked for (Retry-After), in seconds; `factor`
    stretches the ladder, not what was asked for.
    """
    if made > len(WAITS):
        return None
    own = WAITS[made - 1] * factor * secrets.SystemRandom().uniform(*_JITTER)
    return max(own, allowed(asked))


def allowed(asked: float | None) -> float:
    """Return the seconds that a receiver may have us wait of those that it asked for."""
    return min(asked or 0.0, _LONGEST_ASKED)
