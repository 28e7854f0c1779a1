"""Deliveries: one event for one endpoint each. Made by the fan-out, handed out under a lease, recorded; and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import orjson

from service.event import Event
from service.store import keys, record
from service.store.events import subscribed
from service.store.schema import require_known
from service.store.script import FAN_OUT, PENDING_EVENTS, RECORD_ATTEMPT, TAKE_DELIVERIES
from service.times import DAY_MS
from service.tracing.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.events.subscribed import Notified
    from service.store.server.connection import Store

#: `replaced`: a newer event of the order took its place
Status: TypeAlias = Literal["waiting", "delivered", "replaced", "given_up"]
#: events that one script makes deliveries of
EVENTS: Final = 100
#: deliveries that one script hands out
MOST: Final = 60
#: milliseconds for which a delivery that has ended is kept, to be seen; of an endpoint the newest 1,000
KEEP_MS: Final = 7 * DAY_MS
#: milliseconds after which an event is sent to nobody any more: it waited for an endpoint that was switched off
OLD_MS: Final = 7 * DAY_MS


@dataclass(frozen=True, slots=True)
class Given:
    """A delivery that is ours to attempt until its lease ends; secrets are sealed, the newest first."""

    id: str
    fence: int
    #: attempts made before
    attempts: int
    event: Event
    endpoint_id: str
    url: str
    secrets: tuple[str, ...]
    #: of the order or batch it tells of
    traceparent: str = ""
    #: of a subscription: it is brought as a notification
    notified: Notified | None = None

    @property
    def trace(self) -> Trace:
        """What it is brought under: the trace of what it tells of, or of itself."""
        return Trace.read(self.traceparent) or Trace.new()


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to, and what follows from it; times in ms."""

    #: `gone`: the receiver wants no event any more
    outcome: Literal["delivered", "failed", "gone"]
    status: int | None
    error: str | None
    seconds: float
    #: until the next attempt; None: it was the last
    wait_ms: int | None
    #: as long as the receiver asked us to wait
    retry_ms: int
    #: how long a failing endpoint rests, first and longest
    pause_ms: tuple[int, int]
    #: failing so long it is switched off
    off_ms: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a result; `stale`: another sender has the delivery by now, or it has ended."""

    outcome: Literal["recorded", "repeated", "stale", "gone"]
    #: waiting, delivered, replaced, given_up
    status: str
    #: why its endpoint was switched off by this
    off: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is shown. Times are ms since 1970."""

    id: str
    endpoint_id: str
    event: Event
    status: Status
    made_at: int
    #: when it was last made due again
    replayed_at: int | None
    ended_at: int | None
    next_at: int | None
    #: at, status, error, seconds; oldest first
    attempts: tuple[dict[str, Any], ...]


async def fan_out(store: Store, account_id: str) -> tuple[int, bool]:
    """Make the deliveries of some events; return how many were made, and whether more events may wait."""
    made, more = await store.run(FAN_OUT, account_id, keys.events(account_id), EVENTS, KEEP_MS)
    return made, bool(more)


async def take(store: Store, account_id: str, most: int, lease_ms: int) -> list[Given]:
    """Return deliveries that are due, each handed to one taker until its lease ends."""
    key = keys.due_deliver(account_id)
    given: list[Any] = []
    ended = 1
    # what has ended instead must not pass for nothing being due: more is behind it
    while ended and not given:
        ended, *given = await store.run(TAKE_DELIVERIES, account_id, key, min(most, MOST), lease_ms, OLD_MS, KEEP_MS)
    return [_given(account_id, each) for each in given]


async def report(store: Store, account_id: str, given: Given, at: int, result: Result) -> Recorded:
    """Record an attempt that began at `at` (ms since 1970); the same one again changes nothing."""
    tried = {"at": at, "status": result.status, "error": result.error, "seconds": round(result.seconds, 3)}
    argument = {
        "outcome": result.outcome,
        "tried": record.dumps({name: value for name, value in tried.items() if value is not None}),
        "wait_ms": False if result.wait_ms is None else result.wait_ms,
        "retry_ms": result.retry_ms,
        "pause_ms": result.pause_ms,
        "off_ms": result.off_ms,
        "keep_ms": KEEP_MS,
    }
    key = keys.delivery(account_id, given.id)
    done = await store.run(RECORD_ATTEMPT, account_id, key, given.id, given.fence, record.dumps(argument))
    outcome, status, off = done
    return Recorded(outcome, status, off or None)


async def are_pending(store: Store, account_id: str, keep_ms: int) -> bool:
    """Tell whether events or deliveries wait to be seen to; let go of events older than `keep_ms`."""
    return bool(await store.run(PENDING_EVENTS, account_id, keys.events(account_id), keep_ms))


async def get(
    store: Store, account_id: str, delivery_ids: Sequence[str], next_at: Mapping[str, int] | None = None
) -> list[Delivery]:
    """Return deliveries by id, without those that are gone; `next_at` tells when some of them are attempted next."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in delivery_ids:
            pipeline.hgetall(keys.delivery(account_id, each))
        found = await pipeline.execute() if delivery_ids else []
    pairs, due = zip(delivery_ids, found, strict=True), next_at or {}
    return [_delivery(account_id, each, fields, due.get(each)) for each, fields in pairs if "status" in fields]


async def one(store: Store, account_id: str, endpoint_id: str, delivery_id: str) -> Delivery | None:
    """Return a delivery of an endpoint; None: it has none of this id."""
    async with store.asked(account_id) as client:
        next_at = await client.zscore(keys.endpoint(account_id, endpoint_id, "due"), delivery_id)
    found = await get(store, account_id, [delivery_id], {} if next_at is None else {delivery_id: int(next_at)})
    return found[0] if found and found[0].endpoint_id == endpoint_id else None


def _given(account_id: str, told: list[Any]) -> Given:
    delivery_id, fence, attempts, event, type_, subject, kind, state, version, at, endpoint_id, url, *more = told
    above, secret, before, *notified = more
    return Given(
        id=delivery_id,
        fence=fence,
        attempts=attempts,
        event=Event(event, type_, int(at), account_id, subject, kind, state, int(version)),
        endpoint_id=endpoint_id,
        url=url,
        secrets=tuple(each for each in (secret, before) if each),
        traceparent=above,
        notified=subscribed.notified(*notified),
    )


def _delivery(account_id: str, delivery_id: str, fields: Mapping[str, str], next_at: int | None) -> Delivery:
    require_known(fields, f"Delivery {delivery_id}")
    event = Event(
        fields["event"],
        fields["type"],
        int(fields["at"]),
        account_id,
        fields["subject"],
        fields["kind"],
        fields["state"],
        int(fields["version"]),
    )

    def time(name: str) -> int | None:
        return int(fields[name]) if name in fields else None

    status: Any = fields["status"]
    return Delivery(
        id=delivery_id,
        endpoint_id=fields["endpoint"],
        event=event,
        status=status,
        made_at=int(fields["made_at"]),
        replayed_at=time("replayed_at"),
        ended_at=time("ended_at"),
        next_at=next_at if status == "waiting" else None,
        attempts=tuple(orjson.loads(f"[{fields.get('tries', '')}]")),
    )
