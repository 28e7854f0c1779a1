"""A beat: a file that a process holds, and writes while it goes on, so that others on its machine see when it hangs.

Not in Redis: whether this process hangs must be known while Redis is away, by one who asks nobody else, and it must not
be another machine's process of the same kind that is seen. The file is locked for as long as its process lives, however
that ends; so a beat that is held and old is a process that hangs. It holds the machine's monotonic time: a clock that
is set must not let all processes look hung at once.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from service.processes import beating

if TYPE_CHECKING:
    from typing import Self

#: seconds between two times that are written
BEAT_SECONDS: Final = 1.0

log = structlog.get_logger()


def here() -> str:
    """Return the machine and this process as people look for them: `HOST (pid PID)`."""
    return f"{socket.gethostname()} (pid {os.getpid()})"


class Beat:
    """This process's beat in a role, such as `clock`; while it is entered, others see it.

    A process whose beat cannot be kept goes on all the same, and says so once.
    """

    def __init__(self, role: str) -> None:
        self._role = role
        self._path: Path | None = None
        self._file: int | None = None
        self._next = 0.0

    def __enter__(self) -> Self:
        try:
            self._begin(beating.folder())
        except OSError as error:
            do = "give this process a temporary directory that it may write to (TMPDIR): order-tracker health needs it"
            log.warning("beat.not_kept", role=self._role, error=error.strerror, do=do)
        return self

    def __exit__(self, *_: object) -> None:
        if self._path is not None and self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def go_on(self) -> None:
        """Say that the process goes on; cheap, and to be called as often as it does."""
        now = time.monotonic()
        if self._file is not None and now >= self._next:
            self._next = now + BEAT_SECONDS
            # a disk that is full, say, keeps nobody from its work
            with suppress(OSError):
                os.pwrite(self._file, beating.TIME.pack(now), 0)

    def _begin(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        _require_ours(folder)
        # held before it has its name: whoever finds one that nobody holds may remove it
        self._file, unnamed = tempfile.mkstemp(dir=folder)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        os.pwrite(self._file, beating.TIME.pack(time.monotonic()), 0)
        # a name of its own: whoever just removes what an earlier process of this pid has left must not remove this one
        self._path = folder / beating.name(self._role, os.getpid(), Path(unnamed).name)
        Path(unnamed).rename(self._path)


def _require_ours(folder: Path) -> None:
    """Refuse a directory that somebody else has put there, where everybody may."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(1, f"{folder} is another user's")
