"""The backlog of one file: the entries that are read and not committed yet, and those that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.spool import entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.report import CallbackNews
    from service.sealing import Sealer
    from service.spool.file import SpoolFile

log = structlog.get_logger()


class Backlog:
    """What one file that we hold still has to give; an entry is settled once it was committed."""

    def __init__(self, file: SpoolFile, sealer: Sealer) -> None:
        self.file = file
        #: line number -> what was read there
        self.unsettled: dict[int, CallbackNews] = {}
        self._sealer = sealer
        self._lines = 0
        self._unreadable = 0

    @property
    def is_done(self) -> bool:
        """Tell whether every entry was read and settled."""
        return self.file.is_read and not self.unsettled

    def read(self, most: int) -> Mapping[int, CallbackNews]:
        """Read entries that were not read before; they are unsettled from now on."""
        found: dict[int, CallbackNews] = {}
        while len(found) < most and (line := self.file.next_line()) is not None:
            self._lines += 1
            try:
                found[self._lines] = entry.read(self._sealer, line)
            except ValueError:
                self._unreadable += 1
        self.unsettled |= found
        return found

    def settle(self, numbers: Iterable[int]) -> None:
        """Forget entries that were committed."""
        for each in numbers:
            del self.unsettled[each]

    def finish(self) -> None:
        """Remove the file, or keep it aside when some of it could not be read, and say so."""
        name = self.file.path.name
        if self.file.torn:
            log.warning("spool.torn", file=name, bytes=self.file.torn)
        if not self._unreadable:
            self.file.remove()
            return
        aside = self.file.set_aside()
        do = "start a process with the TRACKER_SECRET_KEY of that time, and give the file its name back"
        log.error("spool.unreadable", file=name, entries=self._unreadable, kept=str(aside), do=do)
