"""A visit of the clock at one account: it rings for all that is overdue there, as far as the queues have room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.bells import IDS_PER_BELL, Work
from service.lifecycle import STEPS, Step
from service.store import adopting, watching
from service.store.bulk import progress
from workers import upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.wiring import Desk

#: ids one account may have rung for in one round, so that no account crowds out the others
MOST_IDS: Final = 1_000


class Room:
    """How many bells more each queue may hold in a round; accounts are visited beside each other, and share it."""

    def __init__(self, left: Mapping[Work, int]) -> None:
        self._left = {**left}

    def __getitem__(self, work: Work) -> int:
        return self._left[work]

    def reserve(self, step: Step) -> int:
        """Take room for the ids of one account; return for how many."""
        most = min(max(self._left[step], 0) * IDS_PER_BELL, MOST_IDS)
        self._left[step] -= _bells(most)
        return most

    def give_back(self, step: Step, reserved: int, used: int) -> None:
        """Leave to others what was not needed."""
        self._left[step] += _bells(reserved) - _bells(used)


def _bells(ids: int) -> int:
    return -(-ids // IDS_PER_BELL)


async def visit(desk: Desk, account_id: str, room: Room, going: Callable[[], None]) -> int:
    """Ring once for everything; return for how many orders. `going` hears between any two questions to the store."""
    rung = 0
    for step in STEPS:
        going()
        rung += await _ring_orders(desk, account_id, step, room)
    if room["check"] > 0:
        going()
        await _ring_watch(desk, account_id)
        rung += await _ring_adopt(desk, account_id)
    if room["submit"] > 0:
        going()
        await _ring_batches(desk, account_id)
    going()
    await _ring_deliver(desk, account_id, room["deliver"])
    await upkeep.see_to(desk, account_id)
    return rung


async def _ring_orders(desk: Desk, account_id: str, step: Step, room: Room) -> int:
    ids: list[str] = []
    if most := room.reserve(step):
        try:
            ids = await desk.book.take(account_id, step, most, probe=True)
        finally:
            room.give_back(step, most, len(ids))
    if ids:
        desk.bells.ring(step, account_id, ids)
    return len(ids)


async def _ring_watch(desk: Desk, account_id: str) -> None:
    """Ring for a look at the account's subscriptions, once an interval whatever the number of clocks."""
    if await watching.take_turn(desk.store, account_id, desk.settings.watch_seconds):
        desk.bells.ring("watch", account_id, [account_id])


async def _ring_adopt(desk: Desk, account_id: str) -> int:
    """Ring for orders placed elsewhere, no more than one job fetches at once; they probe when no order of ours does."""
    members = await desk.book.unknown(account_id, adopting.AT_ONCE, probe=True)
    if members:
        desk.bells.ring("adopt", account_id, members)
    return len(members)


async def _ring_batches(desk: Desk, account_id: str) -> None:
    """Ring for batches with planned orders that are due; whoever works on one has pushed it on."""
    if await progress.are_due(desk.store, account_id):
        desk.bells.ring("batch", account_id, [account_id])


async def _ring_deliver(desk: Desk, account_id: str, room: int) -> None:
    """Ring for events and deliveries of the account that wait; let go of events that are old."""
    if await desk.events.courier.are_pending(account_id) and room > 0:
        desk.bells.ring("deliver", account_id, [account_id])
