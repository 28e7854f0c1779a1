"""The store: scripts and reads on one account's keys, on whichever server keeps them.

A reply means on disk, because the server runs AOF with `appendfsync always` (`durability.py` refuses others). Where a
replica may be promoted that is not enough: what is acknowledged to somebody also waits for replicas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.exceptions import NoScriptError

from service.errors import NotReplicated
from service.store import keys
from service.store.server.cluster import Cluster
from service.store.server.node import Alone, Node

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    import redis.asyncio

    from service.store.script import Script
    from service.store.server.convoy import Commands
    from service.store.server.node import Lane, Servers

#: seconds for one reply; the longest script takes 20 ms
REPLY_SECONDS: Final = 5.0
#: the same where somebody waits for our own answer; more than WAIT_MS
DOOR_SECONDS: Final = 1.25

#: a key and a script's arguments
Call: TypeAlias = "tuple[str, Sequence[str | int]]"


class Store:
    """Runs scripts and reads on one account's keys.

    `on` is a client of the only server, or a cluster. `replicas` must confirm what is acknowledged to somebody;
    `offset` (ms) moves the store's clock, for tests. Of an only server: after so many `seconds` of silence it is away;
    `following` is a client for reads that block.
    """

    def __init__(
        self,
        on: redis.asyncio.Redis | Cluster,
        offset: int = 0,
        replicas: int = 0,
        seconds: float = REPLY_SECONDS,
        following: redis.asyncio.Redis | None = None,
    ) -> None:
        self._servers: Servers = on if isinstance(on, Cluster) else Alone(Node(on, seconds, following))
        self.offset = offset
        self.replicas = replicas

    @property
    def client(self) -> Any:
        """The client of the only server, for tests that look into it; a cluster has none."""
        return self._servers.node.client if isinstance(self._servers, Alone) else None

    def asked(self, account_id: str, operation: str = "read") -> AbstractAsyncContextManager[Any]:
        """Enter this around every command: it yields the client of the server that keeps the account's keys.

        It bounds the wait, and raises StoreUnavailable. A pipeline holds commands on one account only.
        """
        return self._servers.asked(account_id, operation)

    def followed(self, account_id: str, operation: str) -> AbstractAsyncContextManager[Any]:
        """Enter this around a read that blocks, for `BLOCK_MS` at most; as `asked` otherwise."""
        return self._servers.followed(account_id, operation)

    async def primaries(self) -> Sequence[Node]:
        """Return all servers that take writes: more than one only in a cluster; raises StoreUnavailable."""
        return await self._servers.primaries()

    async def lanes(self, account_ids: Sequence[str]) -> Sequence[Lane]:
        """Return the accounts of each server: one that is away must hold up no other's; raises StoreUnavailable."""
        return await self._servers.lanes(account_ids)

    async def run(self, script: Script, account_id: str, key: str, *arguments: str | int) -> Any:
        """Run one script; its reply means on disk."""
        replies = await self.run_many(script, account_id, [(key, arguments)])
        return replies[0]

    async def run_many(self, script: Script, account_id: str, calls: Sequence[Call]) -> list[Any]:
        """Run one script once for each (key, arguments), in one round trip; each call is atomic by itself."""
        return await self._run(script, account_id, calls)

    async def run_replicated(self, script: Script, account_id: str, key: str, *arguments: str | int) -> Any:
        """Run one script; its reply means on disk, and with the replicas that are waited for.

        Raises NotReplicated when too few have confirmed: it is done all the same, and the same call confirms it later.
        """
        replies = await self.run_many_replicated(script, account_id, [(key, arguments)])
        return replies[0]

    async def run_many_replicated(self, script: Script, account_id: str, calls: Sequence[Call]) -> list[Any]:
        """Run one script many times as `run_many` does, with the promise of `run_replicated`."""
        if not self.replicas:
            return await self.run_many(script, account_id, calls)
        *replies, confirmed = await self._run(script, account_id, calls, self.replicas)
        if confirmed < self.replicas:
            raise NotReplicated(confirmed, self.replicas, replies)
        return replies

    async def do(self, account_id: str, operation: str, commands: Commands) -> list[Any]:
        """Do commands on one account's keys that only read; return their replies; raises StoreUnavailable.

        What a process asks for at the same time goes together: this is how to ask for what is asked for often.
        """
        return await self._servers.do(account_id, operation, commands)

    async def _run(self, script: Script, account_id: str, calls: Sequence[Call], replicas: int = 0) -> list[Any]:
        prefix = keys.prefix(account_id)
        own = [(1, key, prefix, self.offset, *arguments) for key, arguments in calls]
        commands = [("EVALSHA", script.sha, *each) for each in own]
        replies = await self._servers.do(account_id, script.name, commands, replicas)
        if any(isinstance(each, NoScriptError) for each in replies):
            # a server that was restarted forgets scripts; the same calls, with their ids, change nothing twice
            commands = [("EVAL", script.text, *each) for each in own]
            replies = await self._servers.do(account_id, script.name, commands, replicas)
        return replies

    async def close(self) -> None:
        """Give the connections back."""
        await self._servers.close()
