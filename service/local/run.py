"""A local run: everything on this machine, from the first start of its parts to the last end."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.errors import Misconfigured, Unavailable
from service.local import server
from service.local.connection_file import ConnectionFile
from service.local.directory import DataDirectory
from service.local.invitation import invitation
from service.local.parts import SANDBOX_PORT, Parts
from service.processes.signals import Signals
from service.processes.supervisor import Change, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: seconds the server may take to read its file
_SERVER_SECONDS: Final = 60.0
#: seconds between looks at a server that starts
_LOOK_SECONDS: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the command line asked for."""

    data_dir: Path
    port: int
    workers: int
    #: submit the first order of Bandwidth's guide
    sample: bool
    #: end with that order
    once: bool


class Stopped(Exception):
    """A signal asked to end before the run was ready."""


def run(choice: Choice) -> int:
    """Run until a signal, or with `once` until the first order has ended; return the exit code."""
    if choice.once and not choice.sample:
        raise Misconfigured("--once ends with the sample order: leave out --no-sample.")
    binary = server.binary()
    with DataDirectory(choice.data_dir) as directory, Signals() as signals:
        parts = Parts.chosen(directory, binary, choice.port)
        if parts.addresses.api_port != choice.port:
            _say(f"Port {choice.port} is taken: the API listens on {parts.addresses.api_port}.")
        if parts.addresses.sandbox_port != SANDBOX_PORT:
            _say(f"Port {SANDBOX_PORT} is taken: the sandbox listens on {parts.addresses.sandbox_port}.")
        here = LocalRun(parts, signals)
        try:
            return here.live(choice)
        except Stopped:
            return 1 if choice.once else 0
        finally:
            here.end()
            parts.close()


class LocalRun:
    """The parts at work."""

    def __init__(self, parts: Parts, signals: Signals) -> None:
        self._parts = parts
        self._signals = signals
        self._supervisor = Supervisor(self._note)
        self._file = ConnectionFile(parts.directory.connection_file, parts.addresses, parts.directory.credentials)
        self._ready = False

    def live(self, choice: Choice) -> int:
        """Start everything, show the first order, and stay."""
        self._start(choice.workers)
        passed = not choice.sample or self._task("sample") == 0
        if choice.once:
            return 0 if passed else 1
        _say(invitation(self._parts.addresses, self._parts.directory))
        while not self._signals.asked:
            self._turn()
        return 0

    def end(self) -> None:
        """End every part, the server last; what is under way at Bandwidth is waited for."""
        if self._ready:
            _say("Ending.")
        self._ready = False
        self._file.remove()
        self._supervisor.end(self._signals)

    def _start(self, workers: int) -> None:
        began = time.time()
        self._supervisor.start(self._parts.server())
        self._until(lambda: server.answers(self._parts.addresses.server_port), _LOOK_SECONDS, _SERVER_SECONDS)
        self._supervisor.start(*self._parts.others(workers))
        if self._task("prepare", str(workers), str(began)):
            raise Unavailable(f"The run did not become ready: see {self._parts.directory.log}.")
        self._ready = True
        self._file.write(self._supervisor.pids())
        _say(f"Ready on {self._parts.addresses.api} after {time.time() - began:.1f} s.")

    def _task(self, name: str, *arguments: str) -> int | None:
        """Run one of the programs that end by themselves, each bounded by its own patience."""
        self._supervisor.start(self._parts.task(name, *arguments))
        self._until(lambda: self._supervisor.exit_code(name) is not None)
        return self._supervisor.exit_code(name)

    def _until(self, met: Callable[[], bool], look: float = 1.0, patience: float = 120.0) -> None:
        deadline = time.monotonic() + patience
        while not met():
            if time.monotonic() > deadline:
                raise Unavailable(f"A part did not answer in time: see {self._parts.directory.log}.")
            self._turn(look)
            if self._signals.asked:
                raise Stopped

    def _turn(self, longest: float = 1.0) -> None:
        self._signals.wait(min(longest, self._supervisor.pause()))
        self._supervisor.tend()

    def _note(self, change: Change) -> None:
        _say(f"{change}; its log: {change.program.log}")
        if self._ready:
            self._file.write(self._supervisor.pids())


def _say(text: str) -> None:
    # a terminal that is gone is no reason to end
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
