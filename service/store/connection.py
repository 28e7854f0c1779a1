"""The connection to Redis or Valkey: one place that knows retries, time-outs and what counts as unavailable.

A reply means on disk, because the server runs AOF with `appendfsync always` (`durability.py` refuses others).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from service.errors import StoreUnavailable
from service.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.store.script import Script

#: seconds for one reply; the longest script takes 20 ms
REPLY_SECONDS: Final = 5.0
#: seconds to connect
CONNECT_SECONDS: Final = 1.0
#: connections of one process
CONNECTIONS: Final = 64

#: redis-py would repeat a command up to ten times when its reply is lost; ours carry operation ids instead
NO_RETRY: Final[dict[str, Any]] = {
    "socket_timeout": REPLY_SECONDS,
    "socket_connect_timeout": CONNECT_SECONDS,
    "maint_notifications_config": MaintNotificationsConfig(enabled=False),
}


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn whatever the client raises into StoreUnavailable."""
    try:
        yield
    except (RedisError, OSError, TimeoutError, RuntimeError) as error:
        # uvloop raises RuntimeError for a write to a connection that the server has just closed
        raise StoreUnavailable(f"The store did not answer as it must: {type(error).__name__}: {error}") from error


def connect(url: str) -> redis.asyncio.Redis:
    """Return an async client; it connects when it is first used."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=REPLY_SECONDS,
        decode_responses=True,
        retry=_retry(asynchronous=True),
        **NO_RETRY,
    )
    return redis.asyncio.Redis.from_pool(pool)


def connect_blocking(url: str) -> redis.Redis:
    """Return a blocking client of raw bytes, as RQ wants it."""
    return redis.Redis.from_url(url, retry=_retry(asynchronous=False), **NO_RETRY)


def _retry(*, asynchronous: bool) -> Any:
    if asynchronous:
        from redis.asyncio.retry import Retry as AsyncRetry  # noqa: PLC0415  (one name, two classes)

        return AsyncRetry(NoBackoff(), 0)
    return Retry(NoBackoff(), 0)


class Store:
    """Runs scripts and reads on one account's keys; `offset` (ms) moves its clock, for tests."""

    def __init__(self, client: redis.asyncio.Redis, offset: int = 0) -> None:
        #: typed Any: redis-py's own types cover commands by name only
        self.client: Any = client
        self.offset = offset

    async def run(self, script: Script, account_id: str, key: str, *arguments: str | int) -> Any:
        """Run one script; its reply means on disk."""
        replies = await self.run_many(script, account_id, [(key, arguments)])
        return replies[0]

    async def run_many(
        self, script: Script, account_id: str, calls: Sequence[tuple[str, Sequence[str | int]]]
    ) -> list[Any]:
        """Run one script once for each (key, arguments), in one round trip; each call is atomic by itself."""
        with unavailable():
            try:
                return await self._send("EVALSHA", script.sha, account_id, calls)
            except NoScriptError:
                # a server that was restarted forgets scripts; the same calls, with their ids, change nothing twice
                return await self._send("EVAL", script.text, account_id, calls)

    async def _send(
        self, command: str, what: str, account_id: str, calls: Sequence[tuple[str, Sequence[str | int]]]
    ) -> list[Any]:
        prefix = keys.prefix(account_id)
        if len(calls) == 1:
            key, arguments = calls[0]
            return [await self.client.execute_command(command, what, 1, key, prefix, self.offset, *arguments)]
        pipeline = self.client.pipeline(transaction=False)
        for key, arguments in calls:
            pipeline.execute_command(command, what, 1, key, prefix, self.offset, *arguments)
        replies: list[Any] = await pipeline.execute()
        return replies

    async def close(self) -> None:
        """Give the connections back."""
        await self.client.aclose()
