"""Whether a server can keep what we promise: AOF, an fsync before each reply, no eviction, and replicas to wait for.

A process looks at its start, and at every new connection: another server may have taken the first one's place.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import structlog
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import ResponseError

from service.errors import Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.store.server.connection import Store
    from service.store.server.node import Node

#: server -> the oldest version whose scripts we can rely on
_OLDEST: Final = {"redis": (7, 0), "valkey": (7, 2)}

log = structlog.get_logger()


class MayLose(NotConnected):
    """The server may lose what it acknowledged: no connection to it is used."""


async def check(store: Store, durability: str) -> None:
    """Raise Misconfigured when a server may lose what it acknowledged, unless the setting says `unsafe`.

    Raises StoreUnavailable while it is away, still reads its file, or is a replica; of a cluster, while all are: one
    that is away holds up its own accounts only, and is looked at by each new connection.
    """
    away, nodes = [], await store.primaries()
    for each in nodes:
        try:
            info = await _check(each, durability, store.replicas)
        except StoreUnavailable as error:
            if isinstance(error.__cause__, MayLose):
                raise Misconfigured(str(error.__cause__)) from None
            away.append(error)
        else:
            if durability != "unsafe":
                _say_replicas(store.replicas, info, each.name)
    if len(away) == len(nodes):
        raise away[0]


async def _check(node: Node, durability: str, replicas: int) -> Mapping[str, object]:
    async with node.asked("check") as client:
        info: Mapping[str, object] = await client.info()
        _require_its_form(info, node.name)
        if durability != "unsafe":
            _require_ready(info)
            _require_none(await _problems(client, info, replicas), node.name)
    return info


async def problems(store: Store, seconds: float | None = None) -> list[str]:
    """Return what may make a server lose what it acknowledges, a sentence each that says what to do.

    Raises StoreUnavailable as `check` does; after so many `seconds` a server counts as away.
    """
    looks = (_look(each, store.replicas, seconds) for each in await store.primaries())
    found = await asyncio.gather(*looks, return_exceptions=True)
    told = [each for each in found if not isinstance(each, BaseException)]
    if not told and isinstance(found[0], BaseException):
        raise found[0]
    return [*dict.fromkeys(one.removeprefix("- ") for each in told for one in each)]


async def _look(node: Node, replicas: int, seconds: float | None) -> list[str]:
    async with asyncio.timeout(seconds), node.asked("check") as client:
        info: Mapping[str, object] = await client.info()
        _require_ready(info)
        return await _problems(client, info, replicas)


async def _problems(client: Any, info: Mapping[str, object], replicas: int) -> list[str]:
    return [*_in_info(info), *_in_config(await _appendfsync(client)), *await _in_waiting(client, replicas)]


async def greet(connection: Any) -> None:
    """Make a new connection of the async client ready; raises what the client raises, or MayLose, on a wrong server."""
    await connection.on_connect()
    asked = connection.pack_commands([("INFO",), ("CONFIG", "GET", "appendfsync")])
    await connection.send_packed_command(asked)
    told: str = await connection.read_response()
    try:
        config: dict[str, str] = await connection.read_response()
    except ResponseError:
        config = {}
    info = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    _require_ready(info)
    _require_none([*_in_info(info), *_in_config(config.get("appendfsync"))])


def _require_its_form(info: Mapping[str, object], name: str) -> None:
    if str(info.get("cluster_enabled", "0")) != "0" and not name:
        raise Misconfigured("The Redis server is one of a cluster: give TRACKER_REDIS_URL as redis+cluster://HOST:PORT")


def _require_ready(info: Mapping[str, object]) -> None:
    if str(info.get("loading", "0")) != "0":
        # until it has read its file it says that it keeps none
        raise NotConnected("The store is still reading its file: what it keeps is known once it has.")
    if info.get("role", "master") != "master":
        raise NotConnected("The store's server is a replica: it takes no writes until it is made a primary.")


def _require_none(problems: Sequence[str], name: str = "") -> None:
    if problems:
        which = f"The Redis server {name}".rstrip()
        how = "To run without this promise all the same, set TRACKER_DURABILITY=unsafe."
        raise MayLose("\n".join([f"{which} may lose acknowledged orders:", *problems, how]))


async def _appendfsync(client: Any) -> str | None:
    """Return what CONFIG GET tells; None where a managed server forbids it."""
    try:
        found: dict[str, str] = await client.config_get("appendfsync")
    except ResponseError:
        return None
    return found.get("appendfsync")


def _say_replicas(needed: int, info: Mapping[str, object], name: str) -> None:
    """Warn when too few replicas are connected; one may be away for a moment, so nothing is refused."""
    connected = int(str(info.get("connected_slaves", 0)))
    if connected < needed:
        do = "start replicas: until enough have confirmed it, nothing is acknowledged and nothing is sent"
        which = {"server": name} if name else {}
        log.warning("store.too_few_replicas", connected=connected, needed=needed, do=do, **which)


async def _in_waiting(client: Any, replicas: int) -> Sequence[str]:
    if not replicas:
        return ()
    try:
        await client.execute_command("WAIT", 0, 1)
    except ResponseError:
        return ("- it refuses WAIT, which TRACKER_REPLICAS_TO_WAIT needs: allow it (ACL SETUSER ... +wait)",)
    return ()


def _in_info(info: Mapping[str, object]) -> Iterator[str]:
    server = "valkey" if "valkey_version" in info else "redis"
    version = str(info.get(f"{server}_version", "0.0"))
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST[server]:
        yield f"- {server} {version} is too old: take Redis >= 7.0 or Valkey >= 7.2"
    if str(info.get("aof_enabled")) != "1":
        yield "- it keeps no append-only file: CONFIG SET appendonly yes"
    if str(info.get("maxmemory_policy", "noeviction")) != "noeviction":
        yield "- it may evict keys: CONFIG SET maxmemory-policy noeviction"


def _in_config(appendfsync: str | None) -> Iterator[str]:
    if appendfsync not in (None, "always"):
        yield f"- appendfsync is {appendfsync}: CONFIG SET appendfsync always"
