"""The supervisor of child processes: starts them, starts again the one that dies, ends them all in order.

One plain loop in one thread: `signals.Signals.wait` sleeps until a child ends, a signal comes or a restart is due, and
`Supervisor.tend` does what there is to do.
"""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.processes.program import Program, how_it_ended, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.processes.signals import Signals

#: seconds before a child that died is started again: the first time, and at most
BACK_OFF: Final = (0.1, 5.0)
#: seconds after which a child counts as healthy, and its next death as the first
HEALTHY_SECONDS: Final = 10.0
#: seconds a child has between SIGTERM and SIGKILL
GRACE_SECONDS: Final = 10.0
#: longest sleep of a loop, in seconds
_LONGEST_WAIT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A lasting child has ended (`exit_code`), or was started again (`pid`)."""

    program: Program
    pid: int | None = None
    exit_code: int | None = None

    def __str__(self) -> str:
        if self.exit_code is None:
            return f"{self.program.name} was started again (pid {self.pid})"
        return f"{self.program.name} {how_it_ended(self.exit_code)}"


class _Child:
    """One program's process, or the time at which it is started again."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: subprocess.Popen[bytes] | None = None
        self.exit_code: int | None = None
        self.again_at: float | None = None
        self._began = 0.0
        self._deaths = 0

    def start(self) -> int:
        """Start the process and return its pid."""
        self.process = spawn(self.program)
        self.exit_code, self.again_at, self._began = None, None, time.monotonic()
        return self.process.pid

    def has_ended(self) -> bool:
        """Tell, once, that the process has ended; a lasting program is due again after its back-off."""
        if self.process is None or self.process.poll() is None:
            return False
        self.exit_code, self.process = self.process.returncode, None
        if self.program.lasts:
            now, (first, longest) = time.monotonic(), BACK_OFF
            self._deaths = 0 if now - self._began >= HEALTHY_SECONDS else self._deaths + 1
            self.again_at = now + min(longest, first * 2 ** max(0, self._deaths - 1))
        return True


class Supervisor:
    """Owns the children; `told` hears of every end and restart of a lasting one. Use it in the main thread."""

    def __init__(self, told: Callable[[Change], None]) -> None:
        self._told = told
        self._children: dict[str, _Child] = {}

    def start(self, *programs: Program) -> None:
        """Start programs and keep them."""
        for program in programs:
            child = self._children[program.name] = _Child(program)
            child.start()

    def pids(self) -> dict[str, list[int]]:
        """Return the pids that run now, by role, in the order of their start."""
        found: dict[str, list[int]] = defaultdict(list)
        for child in self._children.values():
            if child.process:
                found[child.program.role].append(child.process.pid)
        return dict(found)

    def exit_code(self, name: str) -> int | None:
        """Return how a program ended; None while it runs."""
        return self._children[name].exit_code

    def tend(self) -> None:
        """Take note of children that have ended, and start again those whose time has come."""
        for child in list(self._children.values()):
            if child.has_ended() and child.program.lasts:
                self._told(Change(child.program, exit_code=child.exit_code))
            elif child.again_at is not None and child.again_at <= time.monotonic():
                self._told(Change(child.program, pid=child.start()))

    def pause(self) -> float:
        """Return the seconds until a restart is due, at most one."""
        due = [child.again_at for child in self._children.values() if child.again_at is not None]
        return max(0.0, min([_LONGEST_WAIT, *(at - time.monotonic() for at in due)]))

    def watch(self, signals: Signals) -> None:
        """Tend the children until a signal asks to end."""
        while not signals.asked:
            signals.wait(self.pause())
            self.tend()

    def end(self, signals: Signals | None = None, grace: float = GRACE_SECONDS) -> None:
        """End all, the highest stage first: SIGTERM, and SIGKILL after `grace` seconds or when asked once more."""
        asked = signals.asked if signals else 0
        for stage in sorted({child.program.stage for child in self._children.values()}, reverse=True):
            some = [each for each in self._children.values() if each.program.stage == stage]
            _end(some, time.monotonic() + grace, lambda: signals is not None and signals.asked > asked)


def _end(children: Iterable[_Child], deadline: float, hurried: Callable[[], bool]) -> None:
    alive = [child.process for child in children if child.process]
    for process in alive:
        process.terminate()
    for process in alive:
        while process.poll() is None and time.monotonic() < deadline and not hurried():
            _wait(process, 0.1)
        process.kill()
        process.wait()
    for child in children:
        child.has_ended()
        child.again_at = None


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
