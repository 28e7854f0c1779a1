"""The connection to Redis or Valkey: one place that knows retries, time-outs and what counts as unavailable.

A reply means on disk, because the server runs AOF with `appendfsync always` (`durability.py` refuses others). Where a
replica may be promoted that is not enough: what is acknowledged to somebody also waits for replicas.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from service import redis_address
from service.errors import NotReplicated
from service.store import keys
from service.store.server import sentinels
from service.store.server.blocking import Blocking
from service.store.server.patience import AT_ONCE, Patience

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from service.store.script import Script

#: seconds for one reply; the longest script takes 20 ms
REPLY_SECONDS: Final = 5.0
#: the same where somebody waits for our own answer; more than WAIT_MS
DOOR_SECONDS: Final = 1.25
#: seconds to connect
CONNECT_SECONDS: Final = 1.0
#: milliseconds for the replicas to confirm a write; a replica that is well takes one or two
WAIT_MS: Final = 1_000

#: a key and a script's arguments
Call: TypeAlias = "tuple[str, Sequence[str | int]]"
#: makes a new connection ready, or refuses it
Greeting: TypeAlias = "Callable[[Any], Awaitable[None]]"

#: redis-py would repeat a command up to ten times when its reply is lost; ours carry operation ids instead
NO_RETRY: Final[dict[str, Any]] = {
    "socket_timeout": REPLY_SECONDS,
    "socket_connect_timeout": CONNECT_SECONDS,
    "maint_notifications_config": MaintNotificationsConfig(enabled=False),
}


def connect(url: str, greet: Greeting | None = None, most: int = AT_ONCE) -> redis.asyncio.Redis:
    """Return an async client of at most so many connections, each made when it is first needed, and greeted first."""
    # `Patience` bounds every call; redis-py's own time-out of a write loses a cancellation on Python 3.11
    bounds = {"socket_timeout": None, "socket_connect_timeout": REPLY_SECONDS}
    options = {"retry": _retry(asynchronous=True), **NO_RETRY, **bounds}
    pool = {"max_connections": most, "decode_responses": True, "redis_connect_func": greet}
    if behind := redis_address.read(url):
        return sentinels.connect(behind, options, pool)
    return redis.asyncio.Redis.from_pool(redis.asyncio.ConnectionPool.from_url(url, **options, **pool))


def connect_blocking(url: str) -> redis.Redis:
    """Return a blocking client of raw bytes, as RQ wants it."""
    options = {"retry": _retry(asynchronous=False), **NO_RETRY}
    if behind := redis_address.read(url):
        return sentinels.connect_blocking(behind, options)
    return redis.Redis.from_url(url, **options)


@contextmanager
def leaving_demoted(client: redis.Redis) -> Iterator[None]:
    """Give up the connections of a blocking client whose server has become a replica.

    It may keep them open for good, while its name, or a balancer, leads new ones to the primary.
    """
    try:
        yield
    except ReadOnlyError:
        client.connection_pool.disconnect(inuse_connections=False)
        raise


def _retry(*, asynchronous: bool) -> Any:
    if asynchronous:
        from redis.asyncio.retry import Retry as AsyncRetry  # noqa: PLC0415  (one name, two classes)

        return AsyncRetry(NoBackoff(), 0)
    return Retry(NoBackoff(), 0)


class Store:
    """Runs scripts and reads on one account's keys.

    `replicas` must confirm what is acknowledged to somebody; after so many `seconds` of silence the store is away;
    `following` is a client for reads that block; `offset` (ms) moves the store's clock, for tests.
    """

    def __init__(
        self,
        client: redis.asyncio.Redis,
        offset: int = 0,
        replicas: int = 0,
        seconds: float = REPLY_SECONDS,
        following: redis.asyncio.Redis | None = None,
    ) -> None:
        #: typed Any: redis-py's own types cover commands by name only
        self.client: Any = client
        self.offset = offset
        self.replicas = replicas
        self._patience = Patience(seconds)
        #: for reads that block
        self.blocking = Blocking(following or client, self._patience.presence, seconds)

    def asked(self, operation: str = "read") -> AbstractAsyncContextManager[None]:
        """Enter this around every use of `client`: it bounds the wait, and raises StoreUnavailable."""
        return self._patience.asked(operation)

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
        # WAIT asks for the writes of its own connection: on another one it would confirm nothing
        *replies, confirmed = await self._run(script, account_id, calls, ("WAIT", self.replicas, WAIT_MS))
        if confirmed < self.replicas:
            raise NotReplicated(confirmed, self.replicas, replies)
        return replies

    async def _run(
        self, script: Script, account_id: str, calls: Sequence[Call], *after: tuple[str | int, ...]
    ) -> list[Any]:
        async with self.asked(script.name):
            try:
                return await self._send("EVALSHA", script.sha, account_id, calls, after)
            except NoScriptError:
                # a server that was restarted forgets scripts; the same calls, with their ids, change nothing twice
                return await self._send("EVAL", script.text, account_id, calls, after)
            except ReadOnlyError:
                # as `leaving_demoted` does for a blocking client
                await self.client.connection_pool.disconnect(inuse_connections=False)
                raise

    async def _send(
        self, command: str, what: str, account_id: str, calls: Sequence[Call], after: Sequence[tuple[str | int, ...]]
    ) -> list[Any]:
        """Send the calls and what comes after them on one connection, in one round trip."""
        head = (command, what, 1)
        prefix = keys.prefix(account_id)
        commands = [*((*head, key, prefix, self.offset, *arguments) for key, arguments in calls), *after]
        if len(commands) == 1:
            return [await self.client.execute_command(*commands[0])]
        pipeline = self.client.pipeline(transaction=False)
        for each in commands:
            pipeline.execute_command(*each)
        replies: list[Any] = await pipeline.execute(raise_on_error=False)
        # redis-py's own raising would quote the command, and so the order, in the error
        for each in replies:
            if isinstance(each, RedisError):
                raise each
        return replies

    async def close(self) -> None:
        """Give the connections back."""
        await self.blocking.close()
        await self.client.aclose()
