"""The data directory of a local run: what is kept there, and the lock that lets one run at a time use it."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Final, Self

from service.errors import Misconfigured
from service.local.credentials import Credentials

if TYPE_CHECKING:
    from pathlib import Path

#: seconds to wait for the children of a run that was killed
_PATIENCE: Final = 1.0


class DataDirectory:
    """A directory that is ours until `close`.

    Children inherit the lock's descriptor: it is free again only when all of a killed run are gone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.log = self.path / "log"
        self.spool = self.path / "spool"
        self.connection_file = self.path / "connection.json"
        try:
            for each in (self.path, self.log, self.spool, self.path / "server", self.path / "sandbox"):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Misconfigured(f"{path} cannot be used: {error.strerror}. Give another --data-dir.") from error
        self._take()
        self.credentials = Credentials.kept(self.path / "secrets.json")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.lock)

    def _take(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(self.lock)
                    raise Misconfigured(f"Another run uses {self.path}: end it, or give another --data-dir.") from None
                time.sleep(0.02)
