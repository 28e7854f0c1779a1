"""Callbacks of orders that nobody knows."""

from __future__ import annotations

from typing import Final

from service.client.call import Call, Iteration
from service.client.exchange import Flow, Request, Talk
from service.client.models.orphan import Orphan, ReplayedOrphan
from service.client.operations.core import Core
from service.client.reading import read

_ORPHANS: Final = 100


class Orphans(Core):
    """Calls about orphans."""

    @Iteration
    def iter_orphans(self) -> Flow[Orphan]:
        """Iterate over what callbacks told of orders that nobody here knows, the newest first."""
        return (yield from self._pages(self._target.account("orphans"), {"limit": _ORPHANS}, Orphan, "orphans"))

    @Call
    def replay_orphan(self, key: str) -> Talk[ReplayedOrphan]:
        """Hear an orphan's callbacks again, as if they came now; raises NotFound for an unknown key."""
        path = self._target.account("orphans", key, "replay")
        return read(ReplayedOrphan, (yield from self._send(Request("POST", path, repeatable=False))).json())
