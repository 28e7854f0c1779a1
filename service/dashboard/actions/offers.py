"""What an order's own page offers to do with it, why not the rest, and what whoever looks has just done."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.dashboard.actions.acts import ACTS, Act
from service.dashboard.entrance import enter
from service.lifecycle import TERMINAL, Source
from service.prospects import Prospect, prospect
from service.scopes import Scope
from service.store.followers import followers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from service.order import Order

#: milliseconds for which a deed is told above all else
_FRESH_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Offer:
    """An act, and what it will do with the order, or why it is not possible."""

    act: Act
    prospect: Prospect


@dataclass(frozen=True, slots=True)
class Offers:
    """What there is to do with an order; and the act that was done just now, by whom, and when (ms)."""

    possible: tuple[Offer, ...] = ()
    impossible: tuple[Offer, ...] = ()
    done: Act | None = None
    by: str = ""
    at: int = 0


async def offers(request: Request, order: Order, timeline: Sequence[Mapping[str, Any]]) -> Offers:
    """Return what to offer: nothing of an order that has ended, nor to whoever may only read."""
    desk, client, _ = enter(request)
    if Scope.WRITE not in client.scopes:
        return Offers()
    act, at = _done(timeline, client.id)
    if order.state in TERMINAL:
        return Offers(done=act, by=client.id, at=at)
    behind = (await followers(desk.store, [order]))[order.id]
    every = [Offer(each, prospect(each.action, order, behind)) for each in ACTS]
    return Offers(
        tuple(each for each in every if each.prospect.possible),
        tuple(each for each in every if not each.prospect.possible),
        act,
        client.id,
        at,
    )


def _done(timeline: Sequence[Mapping[str, Any]], client_id: str) -> tuple[Act | None, int]:
    """Return the act of a client that the timeline tells of last, and when, if that was just now.

    The timeline proves it: an address that claims it would be believed by whoever was sent it.
    """
    decided = (each for each in reversed(timeline) if each["source"] == Source.OPERATOR and each.get("by") == client_id)
    entry = next(decided, None)
    if entry is None or time.time() * 1000 - entry["at"] > _FRESH_MS:
        return None, 0
    return next((each for each in ACTS if each.event == entry["event"]), None), entry["at"]
