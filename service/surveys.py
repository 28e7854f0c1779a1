"""Surveys: many orders that are due for a look handed out together, and what one list told of them.

A survey counts looks and sets next ones, and changes nothing of an order that can be seen: that is the book's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.kinds import shelf
from service.settlement import soon
from service.store import surveying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.governor import Effect
    from service.settings import Settings
    from service.store.server.connection import Store
    from service.store.surveying import Settled
    from service.survey import Group, Verdict


class Surveys:
    """Hands out groups of orders and takes what became of them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._factor = settings.look_factor
        self._lease_ms = round(settings.lease_seconds * 1000)
        self._probe_ms = round(settings.probe_seconds * 1000)

    async def gather(self, account_id: str, ids: Sequence[str] = ()) -> Group | None:
        """Return orders of one kind that are due for a check and that one list may answer for, for one taker.

        `ids` were handed out by `book.take` already. None: what is due is better looked at one by one.
        """
        soon_ms = {kind.name: round(soon(kind, self._factor) * 1000) for kind in shelf().values() if kind.survey}
        return await surveying.gather(self._store, account_id, ids, soon_ms, self._lease_ms)

    async def settle(self, group: Group, verdicts: Sequence[Verdict], effect: Effect) -> Settled:
        """Take what a list told of orders of a group, and what its answer means for the account."""
        account = effect.argument(self._probe_ms)
        return await surveying.settle(self._store, group, verdicts, account, self._lease_ms)
