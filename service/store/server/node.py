"""A server that takes writes: its clients, and the patience with it. Stores stand on one, or on those of a cluster."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from redis.exceptions import AskError, MovedError, NoScriptError, ReadOnlyError, RedisError

from service.errors import StoreUnavailable
from service.store.server.convoy import Convoy
from service.store.server.patience import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager

    import redis.asyncio

    from service.store.server.convoy import Commands

#: refusals that say what to do instead: nothing was done, and the server is there
ADVICE: Final = (NoScriptError, MovedError, AskError)
#: milliseconds that a read may block: it sees a server that hangs no sooner
BLOCK_MS: Final = 1_000


def taken(replies: list[Any], but: tuple[type[RedisError], ...] = ()) -> list[Any]:
    """Return replies; raise the first that is an error, but for some."""
    for each in replies:
        if isinstance(each, RedisError) and not isinstance(each, but):
            raise each
    return replies


#: accounts that live on one server, by its name
Lane: TypeAlias = "tuple[str, Sequence[str]]"


class Node:
    """One server. After so many `seconds` of silence it is away; `name` is HOST:PORT where there are several.

    Reads that block have a client of their own, `following`: each holds a connection for as long as it waits.
    """

    def __init__(
        self, client: redis.asyncio.Redis, seconds: float, following: redis.asyncio.Redis | None = None, name: str = ""
    ) -> None:
        #: typed Any: redis-py's own types cover commands by name only
        self.client: Any = client
        self.following: Any = following or client
        self.name = name
        self.patience = Patience(seconds, name)
        self._seconds = seconds
        #: by how many replicas confirm what is done
        self._convoys: dict[int, Convoy] = {}

    async def do(self, operation: str, commands: Commands, replicas: int = 0) -> list[Any]:
        """Do the commands of one call and return their replies; how many replicas confirm them, where any are to.

        They go with those of other calls, in one round trip. Raises StoreUnavailable, also for the first command that
        was refused, unless the refusal is `ADVICE`: that is a reply.
        """
        if replicas not in self._convoys:
            self._convoys[replicas] = Convoy(self.client, self.patience, replicas)
        try:
            with self.patience.presence.asked(operation):
                return taken(await self._convoys[replicas].take(commands), ADVICE)
        except StoreUnavailable as error:
            await self._leave_if_demoted(error)
            raise

    @asynccontextmanager
    async def asked(self, operation: str) -> AsyncIterator[Any]:
        """Yield the client: it bounds the wait, and raises StoreUnavailable."""
        try:
            async with self.patience.asked(operation):
                yield self.client
        except StoreUnavailable as error:
            await self._leave_if_demoted(error)
            raise

    @asynccontextmanager
    async def followed(self, operation: str) -> AsyncIterator[Any]:
        """Yield the client for reads that block for `BLOCK_MS` at most, as `asked` does the other one."""
        try:
            with self.patience.presence.asked(operation):
                # redis-py closes the connection of a call that is cancelled
                async with asyncio.timeout(BLOCK_MS / 1000 + self._seconds):
                    yield self.following
        except StoreUnavailable:
            # a server that was demoted may keep its connections: the next one finds out who is primary now
            await self.following.connection_pool.disconnect(inuse_connections=False)
            raise

    async def leave(self) -> None:
        """Give up the idle connections: whoever was demoted, or holds our slots no longer, may keep them for good."""
        await self.client.connection_pool.disconnect(inuse_connections=False)

    async def _leave_if_demoted(self, error: StoreUnavailable) -> None:
        if isinstance(error.__cause__, ReadOnlyError):
            await self.leave()

    async def close(self) -> None:
        """Give the connections back."""
        for each in self._convoys.values():
            await each.close()
        await self.following.aclose()
        await self.client.aclose()


class Servers(Protocol):
    """The servers of a store: which one keeps an account's keys, and all of them."""

    async def do(self, account_id: str, operation: str, commands: Commands, replicas: int = 0) -> list[Any]:
        """Do commands on an account's keys, as `Node.do` does; raises StoreUnavailable."""

    def asked(self, account_id: str, operation: str) -> AbstractAsyncContextManager[Any]:
        """Yield the client of the server that keeps an account's keys; raises StoreUnavailable."""

    def followed(self, account_id: str, operation: str) -> AbstractAsyncContextManager[Any]:
        """Yield its client for reads that block; raises StoreUnavailable."""

    async def primaries(self) -> Sequence[Node]:
        """Return all that take writes; raises StoreUnavailable."""

    async def lanes(self, account_ids: Sequence[str]) -> Sequence[Lane]:
        """Return the accounts of each server; raises StoreUnavailable."""

    async def close(self) -> None:
        """Give the connections back."""


class Alone:
    """The one server that keeps all accounts: by its own address, or the primary that sentinels name."""

    def __init__(self, node: Node) -> None:
        self.node = node

    async def do(self, account_id: str, operation: str, commands: Commands, replicas: int = 0) -> list[Any]:  # noqa: ARG002
        """Do commands there, whatever the account."""
        return await self.node.do(operation, commands, replicas)

    def asked(self, account_id: str, operation: str) -> AbstractAsyncContextManager[Any]:  # noqa: ARG002
        """Yield its client, whatever the account."""
        return self.node.asked(operation)

    def followed(self, account_id: str, operation: str) -> AbstractAsyncContextManager[Any]:  # noqa: ARG002
        """Yield its client for reads that block, whatever the account."""
        return self.node.followed(operation)

    async def primaries(self) -> Sequence[Node]:
        """Return it."""
        return (self.node,)

    async def lanes(self, account_ids: Sequence[str]) -> Sequence[Lane]:
        """Return them all, as of one server without a name."""
        return [(self.node.name, account_ids)]

    async def close(self) -> None:
        """Give the connections back."""
        await self.node.close()
