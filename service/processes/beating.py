"""Which processes of this machine beat: what `beat.Beat` writes, as others see it."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import struct
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: of files of beats
_SUFFIX: Final = ".beat"
#: what a beat holds: when its process last went on, in seconds of the machine's monotonic clock
TIME: Final = struct.Struct("=d")


@dataclass(frozen=True, slots=True)
class Seen:
    """A process of this machine that has a beat, and how long ago it last went on."""

    role: str
    pid: int
    seconds_ago: float


def seen(roles: str) -> list[Seen]:
    """Return the processes that live on this machine, of this user, in roles of a pattern such as `worker-*`."""
    found = []
    for path in sorted(folder().glob(name(roles, "*", "*"))):
        told = re.fullmatch(rf"([a-z-]+)\..*\.(\d+)\.\w+{_SUFFIX}", path.name)
        if told and (age := _age(path)) is not None:
            found.append(Seen(told[1], int(told[2]), age))
    return found


def folder() -> Path:
    """Return where this user's processes of this machine have theirs: in the system's temporary directory (TMPDIR)."""
    return Path(tempfile.gettempdir()) / f"order-tracker-{os.getuid()}"


def name(role: str, pid: int | str, unique: str) -> str:
    """Return what the file of a process is called; the directory may be shared with other machines."""
    return f"{role}.{socket.gethostname().replace('/', '_')}.{pid}.{unique}{_SUFFIX}"


def _age(path: Path) -> float | None:
    """Return the seconds since a process last went on; None for one that is gone, whose file is removed."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            (then,) = TIME.unpack(file.read(TIME.size))
            return max(0.0, time.monotonic() - float(then))
        path.unlink(missing_ok=True)
    return None
