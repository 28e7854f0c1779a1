"""Turns: exchanges that no claim of an order has paid for take theirs by the account's meter, and wait for them.

The claim of an order pays for its first exchange. Everything else is paid here: the rest of its conversation, and what
is asked without a claim (lists, orders placed elsewhere, subscriptions, number details). Those who wait for a turn come
before orders that are due: what is begun is ended, and a person's question is answered soon.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.bandwidth.guard import Unguarded, Withheld
from service.errors import StoreUnavailable
from service.store import metering

if TYPE_CHECKING:
    from service.exchange import Exchange
    from service.lifecycle import Step
    from service.settings import Settings
    from service.store.metering import Share
    from service.store.server.connection import Store

#: seconds for which the turn of an exchange is waited for while a person waits for its answer
PERSON_SECONDS: Final = 2.0


class Turns:
    """Gives turns to exchanges; one per process."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._pace = settings.pace
        self._longest = settings.exchange_seconds

    async def take(self, account_id: str, share: Share, longest: float | None = None, *, begun: bool = False) -> float:
        """Take a turn and return the seconds until it comes; `begun`: for a further exchange of a conversation.

        Raises Withheld when that would be longer than one exchange may take (or `longest` seconds), and
        StoreUnavailable.
        """
        longest = self._longest if longest is None else min(longest, self._longest)
        wait = await metering.turn(self._store, account_id, share, self._pace, round(longest * 1000), begun=begun)
        if wait is None:
            raise Withheld(f"the governor: this exchange's turn would not come within {longest:g} s (TRACKER_RATE)")
        return wait / 1000

    async def next_in(self, account_id: str, step: Step) -> float | None:
        """Return the seconds until an order that is due may be claimed; None when none waits for its turn."""
        (wait,) = await metering.waits(self._store, account_id, [(step, "")])
        return None if wait is None else wait / 1000

    def guard(self, account_id: str, share: Share = "other", longest: float | None = None) -> InTurn:
        """Return what lets exchanges without a claim pass, each in its turn."""
        return InTurn(self, account_id, share, longest)


class InTurn(Unguarded):
    """Lets each exchange of an account pass in its turn."""

    def __init__(self, turns: Turns, account_id: str, share: Share, longest: float | None) -> None:
        self._turns = turns
        self._account_id = account_id
        self._share = share
        self._longest = longest

    async def before(self, exchange: Exchange) -> None:  # noqa: ARG002  (each costs the same)
        """Wait for the turn; without the store nobody sends orders, so what a person asks need not wait."""
        try:
            wait = await self._turns.take(self._account_id, self._share, self._longest)
        except StoreUnavailable:
            return
        await asyncio.sleep(wait)
