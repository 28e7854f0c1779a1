"""Reads the vital signs of an account: two round trips, and two to count its orders, however many these are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from service.kinds import shelf
from service.store import counting, keys, ticking
from service.store.keys import Due
from service.store.subscribed import problems_of
from service.times import DAY_MS
from service.vitals import counted
from service.vitals.account import AccountVitals, Endpoints, Overdue, Pause, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.governor import Why
    from service.store.server.connection import Store

_DUE: Final[tuple[Due, ...]] = get_args(Due)
#: ms for which callbacks of an unknown order are kept (`orphans.lua`); their index may name them a little longer
_ORPHAN_MS: Final = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What is read whatever the time: raw, as redis-py returns it."""

    now: int
    pause: Sequence[str | None]
    clock_ms: int
    subscriptions: Sequence[str]
    told: Mapping[str, str]
    endpoint_ids: Sequence[str]
    undelivered: int
    oldest: Sequence[tuple[str, float]]
    cursor: str | None
    counters: Mapping[str, str]
    histograms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Timed:
    """What is counted up to a time, or since one."""

    overdue: Mapping[Due, Overdue]
    in_flight: int
    orphans: int
    endpoints: Endpoints


async def read(store: Store, account_id: str) -> AccountVitals:
    """Read how an account does; raises StoreUnavailable."""
    kinds = sorted(shelf())
    orders, (fixed, timed) = await asyncio.gather(counting.count(store, account_id, kinds), _signs(store, account_id))
    return AccountVitals(
        account_id=account_id,
        read_at=fixed.now,
        orders=orders,
        overdue=timed.overdue,
        pause=_pause(*fixed.pause),
        in_flight=timed.in_flight,
        orphans=timed.orphans,
        clock_age_seconds=ticking.age_seconds(fixed.clock_ms),
        subscriptions=_subscriptions(fixed.subscriptions, fixed.told),
        endpoints=timed.endpoints,
        counted=counted.read(fixed.counters, fixed.histograms),
    )


async def _signs(store: Store, account_id: str) -> tuple[_Fixed, _Timed]:
    fixed = await _fixed(store, account_id)
    return fixed, await _timed(store, account_id, fixed)


async def _fixed(store: Store, account_id: str) -> _Fixed:
    async with store.asked(account_id, "vitals") as client:
        pipeline = client.pipeline(transaction=False)
        pipeline.time()
        pipeline.hmget(keys.pause(account_id), "why", "until")
        pipeline.pttl(keys.clock(account_id))
        pipeline.hkeys(keys.subscriptions(account_id))
        pipeline.hgetall(keys.subscriptions_told(account_id))
        pipeline.zrange(keys.endpoints(account_id), 0, -1)
        pipeline.zcard(keys.undelivered(account_id))
        pipeline.zrange(keys.undelivered(account_id), 0, 0, withscores=True)
        pipeline.get(keys.events_cursor(account_id))
        pipeline.hgetall(keys.counters(account_id))
        pipeline.hgetall(keys.histograms(account_id))
        (seconds, microseconds), *found = await pipeline.execute()
    return _Fixed(seconds * 1000 + microseconds // 1000 + store.offset, *found)


async def _timed(store: Store, account_id: str, fixed: _Fixed) -> _Timed:
    now = fixed.now
    async with store.asked(account_id, "vitals") as client:
        pipeline = client.pipeline(transaction=False)
        for due in _DUE:
            pipeline.zcount(keys.due(account_id, due), "-inf", now)
            pipeline.zrange(keys.due(account_id, due), 0, 0, withscores=True)
        pipeline.zcount(keys.in_flight(account_id), f"({now}", "+inf")
        pipeline.zcount(keys.orphans(account_id), now - _ORPHAN_MS, "+inf")
        pipeline.xrange(keys.events(account_id), f"({fixed.cursor or now}", "+", count=1)
        for each in fixed.endpoint_ids:
            pipeline.hmget(keys.endpoint(account_id, each), "enabled", "failing_since")
        answers = await pipeline.execute()
    due, rest = answers[: 2 * len(_DUE)], answers[2 * len(_DUE) :]
    in_flight, orphans, behind, *health = rest
    overdue = zip(_DUE, due[::2], due[1::2], strict=True)
    return _Timed(
        overdue={each: Overdue(count, _seconds_since(first, now)) for each, count, first in overdue},
        in_flight=in_flight,
        orphans=orphans,
        endpoints=_endpoints(fixed, behind, health),
    )


def _pause(why: str | None, until: str | None) -> Pause | None:
    """Read a pause; its text begins with the word that tells why (`service.governor`)."""
    if not why:
        return None
    return Pause(cast("Why", why.partition(":")[0]), why, int(until) if until else None)


def _subscriptions(known: Sequence[str], told: Mapping[str, str]) -> tuple[Subscription, ...]:
    """Say of each subscription what is wrong with it, as it was told last."""
    problems = problems_of(told)
    return tuple(Subscription(each, problems.get(each, ())) for each in sorted({*known, *problems}))


def _endpoints(fixed: _Fixed, behind: Sequence[tuple[str, Any]], health: Sequence[Sequence[str | None]]) -> Endpoints:
    """Count the endpoints by their health; `behind` is the first event of which no deliveries were made yet."""
    now, on = fixed.now, [failing_since for enabled, failing_since in health if enabled == "1"]
    well = sum(failing_since is None for failing_since in on)
    since = int(behind[0][0].partition("-")[0]) if behind and fixed.cursor else now
    return Endpoints(
        on=well,
        failing=len(on) - well,
        off=sum(enabled == "0" for enabled, _ in health),
        waiting=fixed.undelivered,
        oldest_waiting_seconds=_seconds_since(fixed.oldest, now),
        behind_seconds=max(0, now - since) / 1000,
    )


def _seconds_since(first: Sequence[tuple[str, float]], now: int) -> float:
    """Return the seconds since the first of an index by time; 0 where it is to come, or there is none."""
    return max(0.0, now - first[0][1]) / 1000 if first else 0.0
