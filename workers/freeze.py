"""The timer that ends a worker process which was frozen past a lease, before it can write a late POST.

A check of the lease cannot stop a process that is frozen between the check and the write. So the kernel's
interval timer (SIGALRM with its default action, the end of the process) is set to the earliest lease end of
the exchanges that change something at Bandwidth and are not yet written in full. Frozen before or while
writing, the process dies when it wakes; frozen while it waits for the answer, it wakes and delivers its id.
"""

from __future__ import annotations

import signal
import time

#: setitimer(0) would disarm the timer: an end that is past rings at once
_AT_ONCE = 0.000_001


class FreezeTimer:
    """One process's timer; made in the main thread."""

    def __init__(self) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._ends: dict[object, float] = {}

    def cover(self, exchange: object, lease_ends: float) -> None:
        """Cover an exchange until `lease_ends` (local monotonic time)."""
        self._ends[exchange] = lease_ends
        self._arm()

    def release(self, exchange: object) -> None:
        """Uncover an exchange: its request is out in full, or never will be."""
        if self._ends.pop(exchange, None) is not None:
            self._arm()

    def _arm(self) -> None:
        if self._ends:
            left = min(self._ends.values()) - time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, max(left, _AT_ONCE))
        else:
            signal.setitimer(signal.ITIMER_REAL, 0)
