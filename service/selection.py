"""A selection: the orders that a filter finds, and one action on each of them.

First it is looked at: which orders the action fits, and why not the others. What the person has seen there, ids with
versions, is then acted on: each order by a decision of its own, which a change since then refuses.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.audit import Audit
from service.deciding import AUDITED, decide
from service.errors import NotFound, NotPossibleNow, Refused, StoreUnavailable
from service.prospects import Action, prospect
from service.store import searching
from service.store.auditing import Deed
from service.store.followers import followers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from service.lifecycle import State
    from service.order import Order
    from service.prospects import Prospect
    from service.store.wanted import Wanted
    from service.wiring import Desk

#: orders of a selection
MOST: Final = 500
#: orders that are read at once while a selection is looked at
_PAGE: Final = 100
#: searches that one look makes, of some thousand orders each: with a filter that hardly any order meets it stays short
_SEARCHES: Final = 20
#: orders that are decided at once: other calls of this process go in between
_AT_ONCE: Final = 8
_CHANGED: Final = "It has changed since it was looked at (version {}, now {}): look at it again, then decide."
_UNHEARD: Final = "The store gave no answer: the order tells whether it was heard."
_UNTRIED: Final = "Not tried: the store has stopped answering."


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the person saw it."""

    account_id: str
    order_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Sight:
    """An order among those that were found, and what the action will do with it, or why it does not fit."""

    seen: Seen
    #: the client's own reference
    name: str | None
    kind: str
    state: State
    #: numbers
    total: int
    #: ms
    created_at: int
    #: why it needs a person, in a word
    attention: str | None
    told: Prospect


@dataclass(frozen=True, slots=True)
class Selection:
    """The orders that a filter has found, newest first; `more`: there may be others beyond these."""

    action: Action
    sights: tuple[Sight, ...]
    more: bool

    @property
    def fitting(self) -> list[Sight]:
        """The orders that the action fits."""
        return [each for each in self.sights if each.told.possible]

    @property
    def unfit(self) -> list[Sight]:
        """The others."""
        return [each for each in self.sights if not each.told.possible]

    @property
    def effects(self) -> list[tuple[str, int]]:
        """What the action will do, and to how many orders, the most frequent effect first."""
        return Counter(each.told.says for each in self.fitting).most_common()

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why the action does not fit, and how many orders, the most frequent reason first."""
        return Counter(each.told.says for each in self.unfit).most_common()


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one order: its state and the client's reference of it now, or why it was not acted on."""

    seen: Seen
    state: State | None = None
    name: str | None = None
    why: str | None = None


async def look(desk: Desk, account_ids: Sequence[str], wanted: Wanted, action: Action) -> Selection:
    """Find the newest orders that have certain properties, at most MOST, and tell which of them the action fits.

    Raises StoreUnavailable.
    """
    return (await looks(desk, account_ids, wanted, [action]))[action]


async def looks(
    desk: Desk, account_ids: Sequence[str], wanted: Wanted, actions: Collection[Action]
) -> dict[Action, Selection]:
    """Look once for several actions, as `look` does for one."""
    sights: dict[Action, list[Sight]] = {action: [] for action in actions}
    found, after = 0, None
    for _ in range(_SEARCHES):
        page = await searching.search(desk.store, account_ids, wanted, min(_PAGE, MOST - found), after)
        behind = await followers(desk.store, page.orders) if Action.STEP_ASIDE in actions else {}
        for action, those in sights.items():
            those += [_sight(order, prospect(action, order, behind.get(order.id))) for order in page.orders]
        found, after = found + len(page.orders), page.after
        if after is None or found >= MOST:
            break
    return {action: Selection(action, tuple(those), more=after is not None) for action, those in sights.items()}


def _sight(order: Order, told: Prospect) -> Sight:
    return Sight(
        seen=Seen(order.account_id, order.id, order.version),
        name=order.customer_order_id,
        kind=order.kind,
        state=order.state,
        total=order.total,
        created_at=order.created_at,
        attention=order.attention.why if order.attention else None,
        told=told,
    )


async def act(
    desk: Desk, account_ids: Iterable[str], action: Action, chosen: Sequence[Seen], client_id: str
) -> list[Acted]:
    """Act on each of at most MOST orders that is still as it was seen; nobody's refusal stops the others.

    Orders of other accounts than these are unknown here. Once the store does not answer, no further one is tried.
    Raises ValueError for too many orders, and for an action that is for one at a time.
    """
    if len(chosen) > MOST:
        raise ValueError(f"At most {MOST} orders are acted on at once, not {len(chosen)}.")
    if action not in AUDITED:
        raise ValueError(f"{action} is for one order at a time.")
    acting = _Acting(desk, frozenset(account_ids), action, client_id)
    return await asyncio.gather(*(acting.on(each) for each in dict.fromkeys(chosen)))


class _Acting:
    """One action on many orders."""

    def __init__(self, desk: Desk, account_ids: frozenset[str], action: Action, client_id: str) -> None:
        self._desk = desk
        self._account_ids = account_ids
        self._action = action
        self._client_id = client_id
        self._audit = Audit(desk.store, desk.settings)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._is_away = False

    async def on(self, seen: Seen) -> Acted:
        """Act on one order, when it is its turn."""
        async with self._slots:
            if self._is_away:
                return Acted(seen, why=_UNTRIED)
            try:
                now = await decide(self._desk, await self._as_seen(seen), self._action, self._client_id)
            except Refused as refusal:
                return Acted(seen, why=refusal.detail)
            except StoreUnavailable:
                self._is_away = True
                return Acted(seen, why=_UNHEARD)
            deed = Deed(self._client_id, AUDITED[self._action], now.id, "one of a selection")
            await self._audit.note(now.account_id, deed)
            return Acted(seen, now.state, now.customer_order_id)

    async def _as_seen(self, seen: Seen) -> Order:
        known = seen.account_id in self._account_ids
        order = await self._desk.book.get(seen.account_id, seen.order_id) if known else None
        if order is None:
            raise NotFound("There is no such order, or it was purged.")
        if order.version != seen.version:
            raise NotPossibleNow(_CHANGED.format(seen.version, order.version))
        return order
