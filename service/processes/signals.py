"""What the operating system tells a process that looks after others: end, and that a child has ended."""

from __future__ import annotations

import select
import signal
import socket
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from types import FrameType

_ASKING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """While entered: sleeps until something happens, and knows whether we were asked to end, and how often."""

    def __init__(self) -> None:
        self.asked = 0

    def __enter__(self) -> Self:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._outer_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        handlers: dict[signal.Signals, Any] = dict.fromkeys(_ASKING, self._ask)
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # nohup
            del handlers[signal.SIGHUP]
        # a signal that is ignored by default wakes nobody
        handlers[signal.SIGCHLD] = self._wake
        self._outer = {each: signal.signal(each, handler) for each, handler in handlers.items()}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._outer.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(self._outer_fd)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, a child's end included, but no longer than that."""
        if select.select([self._reader], [], [], seconds)[0]:
            self._reader.recv(4096)

    def _ask(self, _signum: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def _wake(self, _signum: int, _frame: FrameType | None) -> None:
        """Do nothing: the byte on the socket has done it."""
