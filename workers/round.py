"""A round: what one RQ job does. It works on the orders it was rung for, and on whatever else is due.

Every free slot takes what is due, in the job's own account first, then in all others in turn; a few orders are claimed
ahead of their slots. So a slow answer holds up nobody, and RQ's cost per job is shared by many.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import structlog

from service.errors import StoreUnavailable
from service.store.surveying import MOST
from workers.slots import AT_ONCE, Slots
from workers.survey import Surveyor

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from service.lifecycle import Step
    from service.survey import Group
    from workers.errand import Errands
    from workers.slots import Slot

#: seconds between looks at what is due while exchanges are under way
LOOK_SECONDS: Final = 0.02
#: seconds for which other accounts are left alone once the server of one did not answer
AWAY_SECONDS: Final = 1.0
#: seconds after which a round takes nothing more once another job waits
LONG_SECONDS: Final = 30.0

log = structlog.get_logger()


class Round:
    """One job's time on the process's loop."""

    def __init__(self, errands: Errands, step: Step, account_id: str, stopping: Callable[[], bool]) -> None:
        self.desk = errands.desk
        self._errands = errands
        self._surveyor = Surveyor.of(errands)
        self._book = errands.desk.book
        self._step = step
        self._own = account_id
        self._others = deque(each for each in self.desk.settings.accounts if each != account_id)
        self._slots = Slots(self.desk.settings.exchanges, stopping)
        self._stopping = stopping
        #: when to look at other accounts again, once a server of theirs did not answer
        self._others_from = 0.0
        self._began = self._looked_around = time.monotonic()

    async def run(self, ids: Sequence[str], beside: Coroutine[Any, Any, None] | None = None) -> None:
        """Work until its exchanges are done and nothing is due; `beside` is other work, which holds up no order."""
        rung = deque(ids)
        if beside:
            self._slots.start(_told(beside))
        try:
            while True:
                if stopping := self._stopping():
                    self._slots.dismiss()
                took = 0 if stopping else await self._fill(rung)
                if took >= AT_ONCE and self._slots.room:
                    continue
                if self._slots.is_busy:
                    await self._slots.change(LOOK_SECONDS)
                elif not took and not await self._turn_comes():
                    return
        except StoreUnavailable as error:
            log.warning("round.interrupted", step=self._step, account=self._own, error=error.detail)
        finally:
            # handed out to us, and not claimed: nobody need wait until a lease has passed. While the store is away a
            # round of submits claims of it before it ends, so that comes to an end; one of checks would go on and on
            if self._stopping() or self._step == "submit":
                self._ring_anew(self._own, rung)
            await self._slots.end()

    async def _fill(self, rung: deque[str]) -> int:
        """Claim orders for every free slot and a few ahead; return how many orders were looked at."""
        took = await self._survey(self._own, rung) if rung else 0
        took += await self._claim(rung)
        for account_id in self._in_turn() if await self._may_take() else ():
            try:
                took += await (self._look(rung) if account_id == self._own else self._look_at_other(account_id))
            except StoreUnavailable:
                if account_id == self._own:
                    raise
                # its server alone is away (`store.away`), or it moves to another one; others may be on the same
                self._others_from = time.monotonic() + AWAY_SECONDS
                break
            if not self._slots.room:
                break
        return took

    async def _claim(self, rung: deque[str]) -> int:
        """Claim of what was handed out, as far as there is room."""
        took = 0
        while rung and (room := self._slots.room):
            some = [rung.popleft() for _ in range(min(room, len(rung), AT_ONCE))]
            took += await self._start(self._own, some)
        return took

    async def _look(self, rung: deque[str]) -> int:
        """Have handed out what is due in our own account and will begin soon, and claim of it."""
        took = await self._survey(self._own)
        if self._slots.room and not rung:
            rung.extend(await self._book.take(self._own, self._step, self._slots.soon))
        return took + await self._claim(rung)

    async def _look_at_other(self, account_id: str) -> int:
        """Claim what is due in another account, as far as there is room."""
        took = await self._survey(account_id)
        if room := self._slots.room:
            due = await self._book.take(account_id, self._step, min(room, AT_ONCE))
            took += await self._start(account_id, due) if due else 0
        return took

    def _in_turn(self) -> list[str]:
        """Return our own account, then the next of the others now and then; all of them once nothing is under way."""
        if self._slots.is_busy and time.monotonic() - self._looked_around < LOOK_SECONDS:
            return [self._own]
        self._looked_around = now = time.monotonic()
        if now < self._others_from:
            return [self._own]
        self._others.rotate(-1)
        return [self._own, *([*self._others][:1] if self._slots.is_busy else self._others)]

    async def _survey(self, account_id: str, rung: deque[str] | None = None) -> int:
        """Give a slot to each group of orders that one list may answer for; those that were rung for go along."""
        took = 0
        while self._step == "check" and self._slots.room:
            group = await self._surveyor.surveys.gather(account_id, [*islice(rung or (), MOST)])
            if group is None:
                break
            took += len(group.orders)
            if rung:
                gone = {each.id for each in group.orders}
                left = [each for each in rung if each not in gone]
                rung.clear()
                rung.extend(left)
            slot = self._slots.take()
            self._slots.start(self._ask_list(group, slot), slot)
        return took

    async def _ask_list(self, group: Group, slot: Slot) -> None:
        """Ask once the slot has come; where it does not in time, ring anew for what is due."""
        if await slot.comes(self.desk.settings.lease_seconds / 4) and not slot.is_dismissed:
            await self._surveyor.run(group)
        else:
            self._ring_anew(group.account_id, [each.id for each in group.orders if not each.early])

    def _ring_anew(self, account_id: str, ids: Sequence[str]) -> None:
        if ids:
            self.desk.bells.ring(self._step, account_id, ids)

    async def _start(self, account_id: str, ids: Sequence[str]) -> int:
        for claim in await self._book.claim(account_id, ids, self._step):
            slot = self._slots.take()
            self._slots.start(self._errands.run(claim, slot=slot), slot)
        return len(ids)

    async def _turn_comes(self) -> bool:
        """Wait where the meter alone keeps an order from going; False: the clock rings again before it goes."""
        wait = None if self._stopping() else await self.desk.turns.next_in(self._own, self._step)
        if wait is None or wait > self.desk.settings.clock_seconds or not await self._may_take():
            return False
        await asyncio.sleep(max(wait, LOOK_SECONDS))
        return True

    async def _may_take(self) -> bool:
        if time.monotonic() - self._began < LONG_SECONDS:
            return True
        return await self.desk.bells.waiting(self._step) == 0


async def _told(work: Coroutine[Any, Any, None]) -> None:
    """Do work beside the orders; whatever goes wrong in it is told, and is theirs to repeat who rang for it."""
    try:
        await work
    except Exception:
        log.exception("round.work_failed")
