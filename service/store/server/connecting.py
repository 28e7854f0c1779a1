"""Connections to Redis or Valkey: one place that knows retries and time-outs, and who is behind a URL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import redis
import redis.asyncio
from redis.asyncio.connection import parse_url as parse_url_async
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from service import redis_address
from service.redis_address import Members, Sentinels
from service.store.server import sentinels
from service.store.server.cluster import Cluster
from service.store.server.connection import REPLY_SECONDS
from service.store.server.node import Node
from service.store.server.patience import AT_ONCE
from service.store.server.redirected import Client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from service.store.server.slots import Address

#: seconds to connect
CONNECT_SECONDS: Final = 1.0
#: connections to one server of a cluster for calls that others have sent there, bounded by the turns at those
GUESTS: Final = 3 * AT_ONCE
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
    options, pool = _options(), _pool(greet, most)
    match redis_address.read(url):
        case Sentinels() as behind:
            return sentinels.connect(behind, options, pool)
        case Members():
            raise ValueError("a client has one server: a cluster has several (`connect_cluster`)")
    return redis.asyncio.Redis.from_pool(redis.asyncio.ConnectionPool.from_url(url, **options, **pool))


def connect_cluster(
    members: Members, greet: Greeting | None, following: int, seconds: float = REPLY_SECONDS
) -> Cluster:
    """Return the servers of a cluster, each with clients as `connect` makes them; `following` reads block at once."""

    def pool(address: Address, kwargs: Mapping[str, Any]) -> redis.asyncio.ConnectionPool:
        of = parse_url_async(members.server_url)
        return redis.asyncio.ConnectionPool(**{**_options(), **of, **kwargs, "host": address[0], "port": address[1]})

    def client(cluster: Cluster, address: Address, most: int) -> Client:
        made = Client(connection_pool=pool(address, _pool(greet, most)))
        made.auto_close_connection_pool = True
        made.among = cluster
        return made

    def node(cluster: Cluster, address: Address) -> Node:
        clients = client(cluster, address, GUESTS + AT_ONCE), client(cluster, address, following)
        return Node(clients[0], seconds, clients[1], name=f"{address[0]}:{address[1]}")

    def ask(address: Address) -> redis.asyncio.Redis:
        return redis.asyncio.Redis.from_pool(pool(address, _pool(None, 1)))

    return Cluster(members.addresses, node, ask)


def connect_blocking(url: str, seconds: float = REPLY_SECONDS) -> redis.Redis:
    """Return a blocking client of raw bytes, as RQ wants it; a reply takes so many `seconds` at most."""
    options = {"retry": _retry(asynchronous=False), **NO_RETRY, "socket_timeout": seconds}
    match redis_address.read(url):
        case Sentinels() as behind:
            return sentinels.connect_blocking(behind, options)
        case Members():
            raise ValueError(redis_address.NO_QUEUE)
    return redis.Redis.from_url(url, **options)


def _options() -> dict[str, Any]:
    # `Patience` bounds every call; redis-py's own time-out of a write loses a cancellation on Python 3.11
    bounds = {"socket_timeout": None, "socket_connect_timeout": REPLY_SECONDS}
    return {"retry": _retry(asynchronous=True), **NO_RETRY, **bounds}


def _pool(greet: Greeting | None, most: int) -> dict[str, Any]:
    return {"max_connections": most, "decode_responses": True, "redis_connect_func": greet}


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
