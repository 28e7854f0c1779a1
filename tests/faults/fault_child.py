"""One part of a run as a process of ours: killed, frozen and started again by its own pid, and by nothing else."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.processes.program import Program, how_it_ended, spawn

if TYPE_CHECKING:
    import subprocess

#: seconds before a part that ended by itself is started again: the first time, and at most
BACK_OFF: Final = (0.1, 2.0)
#: seconds after which its next end counts as the first
HEALTHY_SECONDS: Final = 5.0


@dataclass
class Child:
    """A part: its process, or when it is started again."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    again_at: float | None = None
    is_frozen: bool = False
    #: how it ended when nobody of us had ended it
    ends: list[str] = field(default_factory=list)
    _began: float = 0.0
    _deaths: int = 0

    def start(self):
        self.process = spawn(self.program)
        self.again_at, self.is_frozen, self._began = None, False, time.monotonic()

    def kill(self, again_in: float):
        """kill -9 now; started again after so many seconds."""
        self._signal(signal.SIGKILL)
        if self.process:
            self.process.wait()
        self.process, self.is_frozen, self.again_at = None, False, time.monotonic() + again_in

    def ask_to_end(self):
        """SIGTERM, as whoever installs a new version does; it is started again once it has ended."""
        self.go_on()
        self._signal(signal.SIGTERM)

    def freeze(self):
        self._signal(signal.SIGSTOP)
        self.is_frozen = True

    def go_on(self):
        if self.is_frozen:
            self._signal(signal.SIGCONT)
        self.is_frozen = False

    def tend(self):
        """Take note of an end that nobody ordered; start again what is due."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            self.ends.append(how_it_ended(self.process.returncode))
            self._deaths = 0 if now - self._began > HEALTHY_SECONDS else self._deaths + 1
            self.process, self.is_frozen = None, False
            self.again_at = now + min(BACK_OFF[1], BACK_OFF[0] * 2 ** min(self._deaths, 10))
        elif self.process is None and self.again_at is not None and self.again_at <= now:
            self.start()

    def end(self):
        """End it for good, as hard as everything here ends."""
        self.kill(0)
        self.again_at = None

    def _signal(self, number):
        # Popen sends nothing to a pid that it has waited for
        if self.process:
            self.process.send_signal(number)
