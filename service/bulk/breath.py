"""Breath: work that takes long shares its process's loop with everybody else.

It holds the loop for half a millisecond, then rests for one: a request of somebody else comes to the loop some ten
times, and most of these find it free.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

#: seconds for which the loop is held, and left to others
HELD_SECONDS: Final = 0.0005
REST_SECONDS: Final = 0.001


class Breath:
    """Knows when a task has held the loop for long enough."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def take(self) -> None:
        """Let all others go first, when it is time."""
        if time.perf_counter() - self._since > HELD_SECONDS:
            await asyncio.sleep(REST_SECONDS)
            self._since = time.perf_counter()
