"""Clients of one primary of a cluster: they follow a refusal to where the slot is now, for nothing was done here.

While a slot moves key by key, commands on a key that is not here are asked where it moves to, each by itself. A script
is not: it may need keys of both sides (`record.lua` lets none begin on either).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import redis.asyncio
from redis.asyncio.client import Pipeline
from redis.exceptions import AskError, MovedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.store.server.cluster import Cluster

_SCRIPTS: Final = ("EVAL", "EVALSHA")


class Client(redis.asyncio.Redis):
    """A client whose commands and pipelines follow."""

    among: Cluster

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Do a command here, or where its slot is now."""
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except MovedError as error:
            there = self.among.moved(error)
        except AskError as error:
            if args[0] in _SCRIPTS:
                raise
            (answer,) = await _asked(self.among.moving(error), [(args, options)])
            if isinstance(answer, Exception):
                raise answer from error
            return answer
        return await redis.asyncio.Redis.execute_command(there, *args, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> _Pipeline:
        """Return a pipeline of one slot, which follows too."""
        made = _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        made.among = self.among
        return made


class _Pipeline(Pipeline):
    among: Cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        asked = [*self.command_stack]
        try:
            found: list[Any] = await super().execute(raise_on_error=False)
            moved = next((each for each in found if isinstance(each, MovedError)), None)
            if moved is None:
                await self._follow(asked, found)
                if raise_on_error:
                    self.raise_first_error(asked, found)
                return found
        except MovedError as error:
            moved = error
        # what was done before the slot moved went with it: reads, and scripts, whose operation ids change nothing twice
        there = self.among.moved(moved)
        again = Pipeline(there.connection_pool, self.response_callbacks, self.is_transaction, None)
        again.command_stack = asked
        return await again.execute(raise_on_error)

    async def _follow(self, asked: Sequence[Any], found: list[Any]) -> None:
        """Put the answers in for keys that have moved already."""
        refused = [
            at for at, each in enumerate(found) if isinstance(each, AskError) and asked[at][0][0] not in _SCRIPTS
        ]
        if refused:
            answers = await _asked(self.among.moving(found[refused[0]]), [asked[at] for at in refused])
            for at, each in zip(refused, answers, strict=True):
                found[at] = each


async def _asked(there: Any, commands: Sequence[Any]) -> list[Any]:
    """Ask a server that does not keep the slot yet: each command behind an ASKING of its own; returns errors too."""
    again = Pipeline(there.connection_pool, there.response_callbacks, transaction=False, shard_hint=None)
    for args, options in commands:
        again.execute_command("ASKING")
        again.execute_command(*args, **options)
    answers: list[Any] = await again.execute(raise_on_error=False)
    return answers[1::2]
