"""A tracker of one's own: `order-tracker local` in a directory, started and ended by its process id."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from service.client.testing.sandbox import Sandbox
from service.client.tracker import AsyncOrderTracker, OrderTracker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

#: seconds to start and to end, and between looks at a tracker that starts
_START: Final = 90.0
_END: Final = 30.0
_LOOK: Final = 0.05
#: runs a command of the tracker, which on Linux ends when whoever started it is gone
_RUN: Final = """
import ctypes, runpy, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
sys.argv[0] = "order-tracker"
runpy.run_module("service.cli", run_name="__main__")
"""
#: a test waits for nobody who watches
_QUICK: Final = {"TRACKER_LOOK_FACTOR": "0.1", "TRACKER_CLOCK_SECONDS": "0.1", "SANDBOX_PACE": "0.2", "NO_COLOR": "1"}
#: digits of a number behind 2018, where the sandbox has no magic numbers
_DIGITS: Final = 6


class NotStarted(Exception):
    """The tracker did not start; the message says why."""


@dataclass(frozen=True, slots=True)
class LocalTracker:
    """A tracker on this machine, and the Bandwidth that it talks to."""

    url: str
    token: str = field(repr=False)
    account_id: str
    client: OrderTracker = field(repr=False)
    sandbox: Sandbox = field(repr=False)
    #: holds its log, and what it keeps
    directory: Path
    _process: subprocess.Popen[bytes] = field(repr=False)
    _numbers: Iterator[int] = field(repr=False)

    def async_client(self) -> AsyncOrderTracker:
        """Return a client for asyncio, to be opened with `async with` in the test's own loop."""
        return AsyncOrderTracker(self.url, self.token, self.account_id)

    def number(self) -> str:
        """Return a telephone number that no other test has, so that no order waits for another's."""
        return f"2018{next(self._numbers) % 10**_DIGITS:0{_DIGITS}d}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.client.close()
        self.sandbox.close()
        _end(self._process)


def start(directory: Path) -> LocalTracker:
    """Start a tracker that keeps everything in a directory; raises NotStarted."""
    output, ours = directory / "output.txt", ("TRACKER_", "SANDBOX_", "REDIS_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603  (our own interpreter)
            [sys.executable, "-c", _RUN, "local", "--no-sample", "--data-dir", str(directory)],
            cwd=directory,
            env={**inherited, **_QUICK},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        found = _await(process, directory, output)
    except BaseException:
        _end(process)
        raise
    return LocalTracker(
        url=found["url"],
        token=found["token"],
        account_id=found["account_id"],
        client=OrderTracker(found["url"], found["token"], found["account_id"]),
        sandbox=Sandbox(found["sandbox_url"]),
        directory=directory,
        _process=process,
        _numbers=itertools.count(random.randrange(10**_DIGITS)),  # noqa: S311  (protects nothing)
    )


def _await(process: subprocess.Popen[bytes], directory: Path, output: Path) -> dict[str, Any]:
    """Return how to reach the tracker once it is ready."""
    connection, deadline = directory / "connection.json", time.monotonic() + _START
    while not connection.exists():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            why = "ended" if ended else f"was not ready after {_START:.0f} s"
            raise NotStarted(f"The local order tracker {why}:\n{output.read_text(errors='replace')}")
        time.sleep(_LOOK)
    found: dict[str, Any] = json.loads(connection.read_text())
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
