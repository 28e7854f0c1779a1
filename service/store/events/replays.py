"""Replays: old events delivered again to one endpoint, in steps; how far one is stands on the endpoint's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from service.store import keys
from service.store.events.deliveries import EVENTS, KEEP_MS
from service.store.script import BEGIN_REPLAY, REPLAY_DELIVERY, REPLAY_EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.server.connection import Store

Begun: TypeAlias = Literal["begun", "gone", "off", "busy"]
Step: TypeAlias = Literal["more", "waits", "ended", "gone"]

#: what the fields of a replay begin with, on its endpoint
_FIELD: Final = "replay_"


@dataclass(frozen=True, slots=True)
class Replay:
    """How far a replay is. Times are ms since 1970; no types: all that the endpoint is told of."""

    since: int
    types: tuple[str, ...]
    #: whether events are kept for as long as since then
    whole: bool
    #: when the first of its events happened; None when there was none
    starts_at: int | None
    #: when the last event that was looked at happened
    reached_at: int | None
    #: deliveries
    made: int
    begun_at: int
    ended_at: int | None


def of(fields: Mapping[str, str]) -> Replay | None:
    """Read the last replay of an endpoint off its record."""
    told = {name.removeprefix(_FIELD): value for name, value in fields.items() if name.startswith(_FIELD)}
    if "since" not in told:
        return None

    def number(name: str) -> int | None:
        return int(told[name]) if name in told else None

    return Replay(
        since=int(told["since"]),
        types=tuple(told.get("types", "").split()),
        whole=told["whole"] == "1",
        starts_at=number("starts_at"),
        reached_at=number("reached_at"),
        made=int(told["made"]),
        begun_at=int(told["begun_at"]),
        ended_at=number("ended_at"),
    )


async def begin(
    store: Store, account_id: str, endpoint_id: str, since: int, types: Sequence[str], keep_ms: int
) -> Begun:
    """Begin a replay since a time (ms since 1970); events are kept for `keep_ms`."""
    key, packed = keys.endpoint(account_id, endpoint_id), " ".join(dict.fromkeys(types))
    done: Begun = await store.run_replicated(BEGIN_REPLAY, account_id, key, endpoint_id, since, packed, keep_ms)
    return done


async def under_way(store: Store, account_id: str) -> list[str]:
    """Return the endpoints that get old events again."""
    async with store.asked(account_id) as client:
        found: list[str] = await client.zrange(keys.replays(account_id), 0, -1)
    return found


async def go_on(store: Store, account_id: str, endpoint_id: str) -> tuple[int, Step]:
    """Make some deliveries of a replay; return how many, and how it stands."""
    key = keys.endpoint(account_id, endpoint_id)
    made, step = await store.run(REPLAY_EVENTS, account_id, key, endpoint_id, EVENTS, KEEP_MS)
    return made, step


async def one(
    store: Store, account_id: str, endpoint_id: str, delivery_id: str
) -> Literal["replayed", "waits", "off", "gone"]:
    """Make a delivery that has ended due again."""
    key = keys.delivery(account_id, delivery_id)
    done: Literal["replayed", "waits", "off", "gone"] = await store.run_replicated(
        REPLAY_DELIVERY, account_id, key, delivery_id, endpoint_id
    )
    return done
