"""Whether a server can keep what we promise: AOF, an fsync before each reply, and no eviction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redis.exceptions import ResponseError

from service.errors import Misconfigured, StoreUnavailable
from service.store.connection import unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.store.connection import Store

#: server -> the oldest version whose scripts we can rely on
_OLDEST: Final = {"redis": (7, 0), "valkey": (7, 2)}


async def check(store: Store, durability: str) -> None:
    """Raise Misconfigured when the server may lose what it acknowledged, unless the setting says `unsafe`."""
    with unavailable():
        info: Mapping[str, object] = await store.client.info()
    if durability == "unsafe":
        return
    if str(info.get("loading", "0")) != "0":
        # until it has read its file it says that it keeps none
        raise StoreUnavailable("The store is still reading its file: what it keeps is known once it has.")
    problems = [*_in_info(info), *_in_config(await _appendfsync(store))]
    if problems:
        how = "To run without this promise all the same, set TRACKER_DURABILITY=unsafe."
        raise Misconfigured("\n".join(["The Redis server may lose acknowledged orders:", *problems, how]))


async def _appendfsync(store: Store) -> str | None:
    """Return what CONFIG GET tells; None where a managed server forbids it."""
    with unavailable():
        try:
            found: dict[str, str] = await store.client.config_get("appendfsync")
        except ResponseError:
            return None
    return found.get("appendfsync")


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
