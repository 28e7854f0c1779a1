"""A file of the spool, ours while we hold its lock; the kernel gives that back however we die."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Self

from service.spool import directory


class SpoolFile:
    """Lines are written at its end and read from its beginning."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        #: bytes that are on disk for certain
        self.size = os.fstat(descriptor).st_size
        self._descriptor = descriptor
        self._at = 0
        self._lines: deque[bytes] = deque()
        self._rest = b""

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Create a file that nobody else will take; raises OSError."""
        while True:
            # process ids repeat, and in containers all are alike
            path = folder / f"{os.getpid()}-{secrets.token_hex(8)}{directory.SUFFIX}"
            # somebody who drains may have locked it first, found it empty and removed it
            if file := cls._locked(path, os.O_CREAT | os.O_EXCL):
                return file._known()  # noqa: SLF001  (a class method of its own)

    @classmethod
    def claim(cls, path: Path) -> Self | None:
        """Take a file that no live process holds; raises OSError."""
        return cls._locked(path, 0)

    @classmethod
    def _locked(cls, path: Path, flags: int) -> Self | None:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o600)
        except FileNotFoundError:
            if flags:
                raise
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_nlink:
                return cls(path, descriptor)
        except BlockingIOError:
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    def _known(self) -> Self:
        """Put our name on disk."""
        try:
            directory.sync(self.path.parent)
        except OSError:
            self.remove()
            raise
        return self

    @property
    def is_gone(self) -> bool:
        """Tell whether somebody has removed it under our hands."""
        return os.fstat(self._descriptor).st_nlink == 0

    @property
    def is_read(self) -> bool:
        """Tell whether every line was returned."""
        return not self._lines and self._at >= os.fstat(self._descriptor).st_size

    @property
    def torn(self) -> int:
        """Return how many bytes stand behind the last end of line, once it is read."""
        return len(self._rest)

    def append(self, data: bytes) -> None:
        """Put lines on disk, all or none; raises OSError, after which the file is not to be written again."""
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
            # after a failed fsync a second one may succeed although the bytes are lost
            os.fsync(self._descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(data)

    def next_line(self) -> bytes | None:
        """Return the next line without its end; None: there is no other."""
        while not self._lines and (piece := os.pread(self._descriptor, directory.PIECE, self._at)):
            self._at += len(piece)
            *whole, self._rest = (self._rest + piece).split(b"\n")
            self._lines.extend(whole)
        return self._lines.popleft() if self._lines else None

    def remove(self) -> None:
        """Remove it and give it back: a removal that a crash undoes only repeats harmlessly."""
        self.path.unlink(missing_ok=True)
        self.close()

    def set_aside(self) -> Path:
        """Keep it under a name that nobody drains, and give it back; returns its new path."""
        aside = self.path.with_suffix(directory.ASIDE)
        # somebody may have removed it under our hands
        with suppress(FileNotFoundError):
            self.path.rename(aside)
            directory.sync(self.path.parent)
        self.close()
        return aside

    def close(self) -> None:
        """Give it back, for another process to drain."""
        os.close(self._descriptor)
