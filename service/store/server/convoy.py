"""Calls that travel together: what a process asks a server at about the same time goes there in one round trip.

A round trip costs a process more than what most calls ask for, and the server fsyncs once for all that it has read. A
call that comes while nothing is under way leaves at once; while some are, others gather.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.asyncio.client import Pipeline

from service.store.server.patience import MOST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.store.server.patience import Patience

#: one after the other on one connection, with nobody else's between them
Commands: TypeAlias = "Sequence[tuple[str | int, ...]]"

#: round trips under way at once: what the next ones bring gathers meanwhile
LANES: Final = 4
#: calls, their commands, and characters of their arguments, that one round trip takes, so that nobody waits for much
#: that is not his own; a call that is longer goes alone
MOST_CALLS: Final = 64
MOST_COMMANDS: Final = 3 * MOST_CALLS
MOST_CHARACTERS: Final = 65_536
#: milliseconds for the replicas to confirm a write; a replica that is well takes one or two
WAIT_MS: Final = 1_000


@dataclass(slots=True, eq=False)
class _Call:
    commands: Commands
    characters: int
    replies: asyncio.Future[list[Any]]
    #: by the monotonic clock
    since: float


class Convoy:
    """The calls of one process to one server.

    With `replicas`, each round trip ends when so many have confirmed it, or have not in `WAIT_MS`.
    """

    def __init__(self, client: Any, patience: Patience, replicas: int = 0) -> None:
        self._client = client
        self._patience = patience
        self._after: Commands = [("WAIT", replicas, WAIT_MS)] if replicas else []
        self._waiting: deque[_Call] = deque()
        self._under_way: dict[asyncio.Task[None], list[_Call]] = {}
        self._is_leaving = self._is_closed = False

    async def take(self, commands: Commands) -> list[Any]:
        """Do the commands of one call; return their replies, an error where a command was refused.

        With `replicas`, how many have confirmed them is a reply more. Raises what redis-py raises for a server that is
        away, TimeoutError, ConnectionError once this is closed, and UnicodeEncodeError for what cannot be written. A
        call that is cancelled may have been done, if it had left.
        """
        if self._is_closed:
            raise _given_back()
        loop = asyncio.get_running_loop()
        call = _Call(commands, _characters(commands), loop.create_future(), time.monotonic())
        self._waiting.append(call)
        if not self._is_leaving and len(self._under_way) < LANES:
            self._is_leaving = True
            # those that others ask for in this turn of the loop come along
            loop.call_soon(self._leave)
        return await call.replies

    async def close(self) -> None:
        """Give up what is under way, and what waits; nothing leaves from now on."""
        self._is_closed = True
        self._give_up_waiting(_given_back())
        for each in self._under_way:
            each.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _leave(self) -> None:
        self._is_leaving = False
        while self._waiting and len(self._under_way) < LANES:
            if calls := self._load():
                task = asyncio.get_running_loop().create_task(self._go(calls))
                self._under_way[task] = calls
                task.add_done_callback(self._came_back)

    def _load(self) -> list[_Call]:
        """Take the next calls that fit, those aside whose callers have gone, or have waited for too long."""
        calls: list[_Call] = []
        left, room, oldest = MOST_CHARACTERS, MOST_COMMANDS, time.monotonic() - MOST_SECONDS
        while self._waiting and len(calls) < MOST_CALLS:
            call = self._waiting[0]
            if calls and (call.characters > left or len(call.commands) > room):
                break
            self._waiting.popleft()
            if call.since < oldest:
                _fail([call], TimeoutError(f"no turn for {MOST_SECONDS:g} s"))
            elif not call.replies.done():
                calls.append(call)
                left -= call.characters
                room -= len(call.commands)
        return calls

    async def _go(self, calls: list[_Call]) -> None:
        try:
            async with self._patience.borne():
                # some callers may have gone while a turn was waited for
                calls = [each for each in calls if not each.replies.done()]
                replies = await self._exchange([each for call in calls for each in call.commands]) if calls else []
        except TimeoutError as error:
            _fail(calls, error)
            if self._patience.is_silent:
                # whoever waits to leave would bear the same silence
                self._give_up_waiting(error)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is the callers' to know)
            _fail(calls, error)
        else:
            self._deliver(calls, replies)

    async def _exchange(self, commands: Commands) -> list[Any]:
        # not the client's own way to make one: that of a cluster's follows where a slot went, and takes all along
        pipeline = Pipeline(self._client.connection_pool, self._client.response_callbacks, False, None)
        for each in (*commands, *self._after):
            pipeline.execute_command(*each)
        # redis-py's own raising would quote the command, and so the order, in the error
        return await pipeline.execute(raise_on_error=False)

    def _deliver(self, calls: list[_Call], replies: list[Any]) -> None:
        confirmed = replies[len(replies) - len(self._after) :]
        at = 0
        for call in calls:
            own = replies[at : at + len(call.commands)]
            at += len(call.commands)
            if not call.replies.done():
                call.replies.set_result([*own, *confirmed])

    def _came_back(self, task: asyncio.Task[None]) -> None:
        # of a task that was cancelled before it began, nothing else tells
        _fail(self._under_way.pop(task), _given_back())
        self._leave()

    def _give_up_waiting(self, error: Exception) -> None:
        _fail(self._waiting, error)
        self._waiting.clear()


def _given_back() -> ConnectionError:
    return ConnectionError("the connections were given back")


def _characters(commands: Commands) -> int:
    """Count them; raises UnicodeEncodeError for a text that cannot be written: others must not travel with it."""
    texts = [part for each in commands for part in each if isinstance(part, str)]
    for each in texts:
        if not each.isascii():
            each.encode()
    return sum(map(len, texts))


def _fail(calls: Iterable[_Call], error: Exception) -> None:
    for each in calls:
        if not each.replies.done():
            each.replies.set_exception(error)
