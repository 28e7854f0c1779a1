"""Ports of a run: chosen once, and kept until it ends, so that a child that is started again is found."""

from __future__ import annotations

import secrets
import socket
import sys
from typing import Final

from service.errors import Misconfigured

HOST: Final = "127.0.0.1"
#: ports tried one after the other
_TRIES: Final = 200
#: below the ports that the kernel hands out: a client that knocks at its own port there would meet itself
_QUIET: Final = range(20_000, 32_000)


def listen(preferred: int) -> socket.socket:
    """Listen on a port, or on the next free one; callers wait in line while the child behind it is away."""
    for port in range(preferred, min(preferred + _TRIES, 65_536)):
        made = _bound(port)
        if made:
            made.listen(1024)
            return made
    raise Misconfigured(f"No port from {preferred} on is free: give another by --port.")


def inherited(descriptor: int | None) -> socket.socket | None:
    """Return the socket that whoever started us listens on, if there is one."""
    return socket.socket(fileno=descriptor) if descriptor is not None else None


class Reserved:
    """A port for a program that binds it by itself."""

    def __init__(self) -> None:
        for _ in range(_TRIES):
            self.port = secrets.choice(_QUIET)
            self._socket = _bound(self.port)
            if self._socket:
                break
        else:
            raise Misconfigured(f"No port between {_QUIET.start} and {_QUIET.stop} is free on this machine.")
        # Linux lets the program listen beside our bound socket, which keeps all others away; elsewhere it would be in
        # the program's own way
        if sys.platform != "linux":
            self.close()

    def close(self) -> None:
        """Give the port back."""
        if self._socket:
            self._socket.close()


def _bound(port: int) -> socket.socket | None:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        return None
    return made
