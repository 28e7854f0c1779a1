"""The slots of a round: how many conversations may be under way, who waits for one, and the tasks that lead them.

An order is claimed a little ahead of its slot, so that no slot stands empty while one is claimed. It waits in line, and
begins a moment after the one before: what begins together is answered together, for ever, and while the process reads
all of these answers none of their slots is at work.

A task may give its slot back before it ends: what is left of an order once Bandwidth has answered is its report, which
holds up no other order. Tasks that only report are bounded too, by as many again: a slow store must not pile them up.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

#: orders that are claimed in one round trip, and that wait for a slot while none is free
AT_ONCE: Final = 8
#: seconds for which orders that are due are handed out at once, and how many at most: longer, others could begin them
SOON_SECONDS: Final = 0.1
MOST_SOON: Final = 64
#: seconds between the beginnings of two orders, unless all slots would be held by fewer: less than one costs
APART_SECONDS: Final = 0.000_8


class Slots:
    """So many slots; made and used on one event loop. Once they are `stopping` nobody begins: the line is sent away."""

    def __init__(self, most: int, stopping: Callable[[], bool] = lambda: False) -> None:
        self._most = most
        self._stopping = stopping
        self._ahead = min(most, AT_ONCE)
        self._taken: set[Slot] = set()
        self._line: deque[Slot] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        #: seconds for which slots are held, as they were of late
        self._held = 0.0
        #: on the loop's clock, when the next in line may begin; and what calls it then
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pace(self) -> float:
        """Seconds between two beginnings at which all slots would be held and none waited for."""
        return self._held / self._most

    @property
    def room(self) -> int:
        """How many are worth claiming or gathering: for free slots, and some ahead, once few are left in line."""
        free, waiting = self._most - len(self._taken), len(self._line)
        if self._stopping() or (not free and waiting > self._ahead // 2):
            return 0
        return max(0, min(free + self._ahead - waiting, 2 * self._most + self._ahead - len(self._tasks)))

    @property
    def soon(self) -> int:
        """How many will begin within `SOON_SECONDS` at that pace: they may be handed out in one round trip."""
        return min(MOST_SOON, max(AT_ONCE, int(SOON_SECONDS / self.pace))) if self.pace else AT_ONCE

    @property
    def is_busy(self) -> bool:
        """Whether a task is under way."""
        return bool(self._tasks)

    def take(self) -> Slot:
        """Get in line for a slot, for a task that is about to be started."""
        slot = Slot(self._give_back)
        self._line.append(slot)
        self._call()
        return slot

    def start(self, work: Coroutine[Any, Any, None], slot: Slot | None = None) -> None:
        """Start a task in a slot; the slot is free again when it ends, if it was not before."""
        slot = slot or self.take()
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: slot.give_back())

    async def change(self, seconds: float) -> None:
        """Wait until a slot is free again, so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    def dismiss(self) -> None:
        """Send away whoever waits in line: their orders go back as they came."""
        while self._line:
            self._line.popleft().dismiss()

    async def end(self) -> None:
        """Wait for all tasks."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _call(self) -> None:
        """Let those in line begin, as far as slots are free; a moment apart."""
        loop = asyncio.get_running_loop()
        if self._stopping():
            self.dismiss()
        while self._line and len(self._taken) < self._most and not self._timer:
            now = loop.time()
            if now < self._next:
                self._timer = loop.call_at(self._next, self._called)
                return
            self._next = max(self._next, now - APART_SECONDS) + min(self.pace, APART_SECONDS)
            slot = self._line.popleft()
            self._taken.add(slot)
            slot.begin()

    def _called(self) -> None:
        self._timer = None
        self._call()

    def _give_back(self, slot: Slot) -> None:
        if slot in self._taken:
            self._taken.remove(slot)
            self._held += (time.monotonic() - slot.taken_at - self._held) / 8
        else:
            with suppress(ValueError):
                self._line.remove(slot)
        self._call()
        self._news.set()


class Slot:
    """The right to talk with Bandwidth about one order, or about many at once; or a place in line for it."""

    def __init__(self, give_back: Callable[[Slot], None]) -> None:
        self.taken_at = 0.0
        self.is_dismissed = False
        self._over = asyncio.Event()
        self._give_back = give_back

    async def comes(self, seconds: float) -> bool:
        """Wait for it, so long at most; True: it is here, or `is_dismissed` tells that it never will be."""
        if not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._over.wait()
        return self._over.is_set()

    def begin(self) -> None:
        """Let its task begin."""
        self.taken_at = time.monotonic()
        self._over.set()

    def dismiss(self) -> None:
        """Send its task away."""
        self.is_dismissed = True
        self._over.set()

    def give_back(self) -> None:
        """Let another one begin; a second time does no harm."""
        self._give_back(self)
