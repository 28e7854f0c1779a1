"""Clients of a primary behind sentinels: every new connection asks them where it is, so a failover needs no restart.

Only this module and `connection.py` know that there are sentinels.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

import redis
import redis.asyncio
from redis.asyncio.connection import parse_url as parse_url_async
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.asyncio.sentinel import SentinelConnectionPool as AsyncSentinelPool
from redis.connection import parse_url
from redis.sentinel import Sentinel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.redis_address import Sentinels

#: seconds for one sentinel's answer, and to connect to it: a dead one is passed over
ASK_SECONDS: Final = 0.5


class _AsyncSentinels(AsyncSentinel):
    """The sentinels, first the one that answered last."""

    async def discover_master(self, service_name: str) -> Any:
        """Ask them one after the other for the primary's host and port.

        redis-py moves the one that answers to the front of the list it is reading: of two questions at once, the
        second would throw another sentinel out of it. So each question reads a list of its own.
        """
        asked = copy.copy(self)
        asked.sentinels = [*self.sentinels]
        found = await super(_AsyncSentinels, asked).discover_master(service_name)
        self.sentinels = asked.sentinels
        return found


class _Sentinels(Sentinel):
    """The same for threads: RQ listens for commands in one of its own."""

    def discover_master(self, service_name: str) -> Any:
        """Ask them one after the other for the primary's host and port."""
        asked = copy.copy(self)
        asked.sentinels = [*self.sentinels]
        found = super(_Sentinels, asked).discover_master(service_name)  # type: ignore[no-untyped-call]
        self.sentinels = asked.sentinels
        return found


class _Pool(AsyncSentinelPool):
    """Connections to whoever is primary now."""

    async def aclose(self) -> None:
        """Close the connections to the sentinels too."""
        await super().aclose()
        await self.sentinel_manager.aclose()


def connect(behind: Sentinels, options: Mapping[str, Any], pool: Mapping[str, Any]) -> redis.asyncio.Redis:
    """Return an async client; `options` are those of any connection, `pool` those of the pool and its connections."""
    own = _own(behind, options, parse_url_async)
    sentinels: Any = _AsyncSentinels(behind.addresses, sentinel_kwargs=own)  # type: ignore[no-untyped-call]
    client: redis.asyncio.Redis = sentinels.master_for(
        behind.primary,
        connection_pool_class=_Pool,
        **_of_server(behind, parse_url_async),
        **options,
        **pool,
    )
    return client


def connect_blocking(behind: Sentinels, options: Mapping[str, Any]) -> redis.Redis:
    """Return a blocking client of raw bytes."""
    own = _own(behind, options, parse_url)
    sentinels: Any = _Sentinels(behind.addresses, sentinel_kwargs=own)  # type: ignore[no-untyped-call]
    client: redis.Redis = sentinels.master_for(behind.primary, **_of_server(behind, parse_url), **options)
    return client


def _of_server(behind: Sentinels, parse: Any) -> dict[str, Any]:
    """Return the primary's credentials, database and TLS, as redis-py reads them from a URL."""
    read = {name: value for name, value in parse(behind.server_url).items() if name not in ("host", "connection_class")}
    return read | ({"ssl": True} if behind.is_tls else {})


def _own(behind: Sentinels, options: Mapping[str, Any], parse: Any) -> dict[str, Any]:
    """Return how the sentinels themselves are asked: the same TLS, other credentials, no patience."""
    tls = {name: value for name, value in _of_server(behind, parse).items() if name.startswith("ssl")}
    quick = {"socket_timeout": ASK_SECONDS, "socket_connect_timeout": ASK_SECONDS}
    return {**options, **quick, **tls, **behind.credentials}
