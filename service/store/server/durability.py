"""Whether a server can keep what we promise: AOF, an fsync before each reply, no eviction, and replicas to wait for.

A process looks at its start, and at every new connection: another server may have taken the first one's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import ResponseError

from service.errors import Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.store.server.connection import Store

#: server -> the oldest version whose scripts we can rely on
_OLDEST: Final = {"redis": (7, 0), "valkey": (7, 2)}

log = structlog.get_logger()


class MayLose(NotConnected):
    """The server may lose what it acknowledged: no connection to it is used."""


async def check(store: Store, durability: str) -> None:
    """Raise Misconfigured when the server may lose what it acknowledged, unless the setting says `unsafe`.

    Raises StoreUnavailable while it is away, still reads its file, or is a replica.
    """
    try:
        async with store.asked("check"):
            info: Mapping[str, object] = await store.client.info()
            if durability == "unsafe":
                return
            _require_ready(info)
            _require_none(await _problems(store, info))
    except StoreUnavailable as error:
        if isinstance(error.__cause__, MayLose):
            raise Misconfigured(str(error.__cause__)) from None
        raise
    _say_replicas(store, info)


async def problems(store: Store) -> list[str]:
    """Return what may make the server lose what it acknowledges, a sentence each that says what to do.

    Raises StoreUnavailable as `check` does.
    """
    async with store.asked("check"):
        info: Mapping[str, object] = await store.client.info()
        _require_ready(info)
        return [each.removeprefix("- ") for each in await _problems(store, info)]


async def _problems(store: Store, info: Mapping[str, object]) -> list[str]:
    return [*_in_info(info), *_in_config(await _appendfsync(store)), *await _in_waiting(store)]


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


def _require_ready(info: Mapping[str, object]) -> None:
    if str(info.get("loading", "0")) != "0":
        # until it has read its file it says that it keeps none
        raise NotConnected("The store is still reading its file: what it keeps is known once it has.")
    if info.get("role", "master") != "master":
        raise NotConnected("The store's server is a replica: it takes no writes until it is made a primary.")


def _require_none(problems: Sequence[str]) -> None:
    if problems:
        how = "To run without this promise all the same, set TRACKER_DURABILITY=unsafe."
        raise MayLose("\n".join(["The Redis server may lose acknowledged orders:", *problems, how]))


async def _appendfsync(store: Store) -> str | None:
    """Return what CONFIG GET tells; None where a managed server forbids it."""
    try:
        found: dict[str, str] = await store.client.config_get("appendfsync")
    except ResponseError:
        return None
    return found.get("appendfsync")


def _say_replicas(store: Store, info: Mapping[str, object]) -> None:
    """Warn when too few replicas are connected; one may be away for a moment, so nothing is refused."""
    connected = int(str(info.get("connected_slaves", 0)))
    if connected < store.replicas:
        do = "start replicas: until enough have confirmed it, nothing is acknowledged and nothing is sent"
        log.warning("store.too_few_replicas", connected=connected, needed=store.replicas, do=do)


async def _in_waiting(store: Store) -> Sequence[str]:
    if not store.replicas:
        return ()
    try:
        await store.client.execute_command("WAIT", 0, 1)
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
