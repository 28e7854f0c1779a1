"""The directory of the spool: whether it can be used, its files, and how much waits in it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.errors import Misconfigured

#: of files that are written or drained
SUFFIX: Final = ".spool"
#: of files with entries that our key does not open; without it they are drained again
ASIDE: Final = ".unreadable"
#: bytes that are read at once
PIECE: Final = 65_536


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in all files of a directory, whoever holds them, and how many files were put aside."""

    entries: int
    bytes: int
    aside: int


def check(directory: str) -> None:
    """Raise Misconfigured when no file can be written there; '' means that there is no spool."""
    if not directory:
        return
    try:
        Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Misconfigured(
            f"TRACKER_SPOOL_DIR: {directory} cannot be written to ({error.strerror}): "
            "give a directory that this process may create or write to, on a disk that outlives it."
        ) from error


def files(directory: Path) -> list[Path]:
    """Return the files with entries, oldest names first."""
    return sorted(directory.glob(f"*{SUFFIX}"))


def waiting(directory: Path) -> Waiting:
    """Count what waits; entries of a file that is being drained count until it is removed."""
    entries = size = 0
    for path in files(directory):
        # whoever drained it has just removed it
        with suppress(FileNotFoundError), path.open("rb") as file:
            while piece := file.read(PIECE):
                entries += piece.count(b"\n")
                size += len(piece)
    return Waiting(entries, size, len(list(directory.glob(f"*{ASIDE}"))))


def sync(directory: Path) -> None:
    """Put the names in a directory on disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
