"""The files that this process holds: its own, to which it writes, and those of dead processes that it drains.

Everything here blocks, and runs in one thread: so a file is never finished while a line is put at its end.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import structlog

from service.spool import directory
from service.spool.backlog import Backlog
from service.spool.file import SpoolFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.sealing import Sealer

log = structlog.get_logger()


class Holding:
    """Files by their paths; those that were tried in vain go to the end."""

    def __init__(self, folder: Path, most_bytes: int, sealer: Sealer) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._sealer = sealer
        self._own: Backlog | None = None
        self._held: dict[Path, Backlog] = {}
        self._told: set[Path] = set()

    @property
    def has_own(self) -> bool:
        """Tell whether callbacks of this process wait."""
        return self._own is not None

    def append(self, lines: Sequence[bytes]) -> int:
        """Put lines on disk in our own file; return how many of them had room. Raises OSError: none is there."""
        own = self._own = self._writable()
        room = self._most_bytes - own.file.size
        fitting = sum(1 for end in accumulate(map(len, lines)) if end <= room)
        try:
            own.file.append(b"".join(lines[:fitting]))
        except OSError:
            self._own = None
            if not own.file.size:
                del self._held[own.file.path]
                own.file.remove()
            raise
        if fitting < len(lines):
            do = "bring the store back, or give TRACKER_SPOOL_BYTES more room"
            log.error("spool.full", file=own.file.path.name, bytes=own.file.size, refused=len(lines) - fitting, do=do)
        return fitting

    def backlogs(self) -> list[Backlog]:
        """Take every file that nobody holds; return all that we hold."""
        for path in directory.files(self._folder):
            if path not in self._held and (file := self._claimed(path)):
                self._held[path] = Backlog(file, self._sealer)
        return list(self._held.values())

    def finish(self, backlog: Backlog) -> bool:
        """Let go of a file of which everything is settled; False: there is more in it."""
        path = backlog.file.path
        self._held[path] = self._held.pop(path)
        if not backlog.is_done:
            return False
        if self._own is backlog:
            self._own = None
        backlog.finish()
        del self._held[path]
        return True

    def close(self) -> None:
        """Give all files back, for others to drain."""
        for each in self._held.values():
            each.file.close()
        self._held.clear()
        self._own = None

    def _writable(self) -> Backlog:
        if self._own and not self._own.file.is_gone:
            return self._own
        own = Backlog(SpoolFile.create(self._folder), self._sealer)
        self._held[own.file.path] = own
        return own

    def _claimed(self, path: Path) -> SpoolFile | None:
        try:
            return SpoolFile.claim(path)
        except OSError as error:
            if path not in self._told:
                self._told.add(path)
                do = "let this process read and write it"
                log.error("spool.unreadable", file=path.name, error=error.strerror, do=do)
            return None
