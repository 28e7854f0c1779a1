"""Endpoints: where other services want to be told of events. Made, changed and removed by one script each, and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from service.store import keys, record
from service.store.events import replays, subscribed
from service.store.schema import require_known
from service.store.script import CHANGE_ENDPOINT, CREATE_ENDPOINT, PING_ENDPOINT, REMOVE_ENDPOINT
from service.times import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.events.replays import Replay
    from service.store.events.subscribed import Format, Subscribed
    from service.store.server.connection import Store

#: endpoints of one account: a fan-out makes the deliveries of one event by one script
MOST: Final = 50
#: milliseconds for which the secret before a new one still signs
ROTATION_MS: Final = DAY_MS
#: milliseconds for which the Idempotency-Key of a request for one is known
ONCE_MS: Final = DAY_MS
#: deliveries of each set that one script removes
_CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as its record says. Times are ms since 1970; no types and no kinds: all of them."""

    id: str
    account_id: str
    url: str
    description: str
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    enabled: bool
    version: int
    created_at: int
    updated_at: int
    #: why and when it was switched off: person, gone (it answered 410), failing (for days)
    off_why: Literal["person", "gone", "failing"] | None
    off_at: int | None
    #: when the first of its attempts failed, of those since its last success
    failing_since: int | None
    #: until when events are also signed with the secret before
    previous_until: int | None
    #: deliveries that wait for it
    waiting: int
    #: the last one
    replay: Replay | None
    #: until when it rests, since attempts have failed
    resume_at: int | None = None
    #: where it was made through the XML front
    subscribed: Subscribed | None = None

    @property
    def format(self) -> Format:
        """How it is told."""
        return "notification" if self.subscribed else "event"


@dataclass(frozen=True, slots=True)
class Once:
    """A request that makes one endpoint however often it comes: CLIENT:KEY, and what tells it from others."""

    key: str = ""
    fingerprint: str = ""


ALWAYS: Final = Once()


@dataclass(frozen=True, slots=True)
class Created:
    """What became of a request for an endpoint; `replayed`: a request before has made this one.

    `duplicate`: a subscription that tells the same lives already.
    """

    outcome: Literal["created", "repeated", "too_many", "replayed", "reused", "duplicate"]
    endpoint_id: str


#: what became of a change; `gone`: there is no endpoint, `duplicate`: another subscription tells the same already
Changed: TypeAlias = Literal["changed", "gone", "duplicate"]


@dataclass(frozen=True, slots=True)
class Pinged:
    """What became of a ping; `off`: nothing is sent to the endpoint until it is switched on."""

    outcome: Literal["made", "gone", "off"]
    delivery_id: str | None = None


def fields_of(url: str, description: str, types: Sequence[str], kinds: Sequence[str]) -> dict[str, str | bool]:
    """Return what a caller decides of an endpoint, as the scripts take it; False removes a field."""
    return {
        "url": url,
        "description": description or False,
        "types": " ".join(dict.fromkeys(types)) or False,
        "kinds": " ".join(dict.fromkeys(kinds)) or False,
    }


async def create(
    store: Store, account_id: str, endpoint_id: str, fields: Mapping[str, str | int | bool], once: Once = ALWAYS
) -> Created:
    """Put an endpoint on disk, once; `fields` as `fields_of` gives them, with `enabled` and `secret` (sealed)."""
    kept = record.dumps({name: value for name, value in fields.items() if value is not False})
    key, request = keys.endpoint(account_id, endpoint_id), (once.key, once.fingerprint, ONCE_MS)
    outcome, *first = await store.run_replicated(CREATE_ENDPOINT, account_id, key, endpoint_id, MOST, kept, *request)
    return Created(outcome, first[0] if first else endpoint_id)


async def change(store: Store, account_id: str, endpoint_id: str, fields: Mapping[str, str | int | bool]) -> Changed:
    """Change fields of an endpoint; a new `secret` keeps the one before for a day.

    A new one minutes after another replaces that one, and keeps the one before both (`rotation.lua`).
    """
    key, told = keys.endpoint(account_id, endpoint_id), record.dumps(fields)
    done: Changed = await store.run_replicated(CHANGE_ENDPOINT, account_id, key, endpoint_id, told, ROTATION_MS)
    return done


async def remove(store: Store, account_id: str, endpoint_id: str) -> bool:
    """Remove an endpoint with all its deliveries; False: there is none. Broken off, it is there and switched off."""
    key = keys.endpoint(account_id, endpoint_id)
    while (done := await store.run_replicated(REMOVE_ENDPOINT, account_id, key, endpoint_id, _CHUNK)) == "more":
        pass
    return bool(done == "removed")


async def ping(store: Store, account_id: str, endpoint_id: str, event_id: str) -> Pinged:
    """Make a delivery of a test event."""
    key = keys.endpoint(account_id, endpoint_id)
    outcome, delivery_id = await store.run(PING_ENDPOINT, account_id, key, endpoint_id, event_id)
    return Pinged(outcome, delivery_id or None)


async def exist(store: Store, account_id: str) -> bool:
    """Tell whether the account has endpoints."""
    async with store.asked(account_id) as client:
        return bool(await client.exists(keys.endpoints(account_id)))


async def ids(store: Store, account_id: str) -> list[str]:
    """Return the ids of the account's endpoints, oldest first."""
    async with store.asked(account_id) as client:
        found: list[str] = await client.zrange(keys.endpoints(account_id), 0, -1)
    return found


async def get(store: Store, account_id: str, endpoint_ids: Sequence[str]) -> list[Endpoint]:
    """Return endpoints by id, without those that are gone, in one round trip."""
    async with store.asked(account_id) as client:
        pipeline = client.pipeline(transaction=False)
        for each in endpoint_ids:
            pipeline.hgetall(keys.endpoint(account_id, each))
            pipeline.zcard(keys.endpoint(account_id, each, "due"))
        replies = await pipeline.execute() if endpoint_ids else []
    found = zip(endpoint_ids, replies[::2], replies[1::2], strict=True)
    return [_endpoint(account_id, each, fields, waiting) for each, fields, waiting in found if "url" in fields]


async def secret(store: Store, account_id: str, endpoint_id: str) -> str | None:
    """Return an endpoint's secret, sealed; None: there is no such endpoint."""
    async with store.asked(account_id) as client:
        found: str | None = await client.hget(keys.endpoint(account_id, endpoint_id), "secret")
    return found


def _endpoint(account_id: str, endpoint_id: str, fields: Mapping[str, Any], waiting: int) -> Endpoint:
    require_known(fields, f"Endpoint {endpoint_id}")

    def number(name: str) -> int | None:
        return int(fields[name]) if name in fields else None

    return Endpoint(
        id=endpoint_id,
        account_id=account_id,
        url=fields["url"],
        description=fields.get("description", ""),
        types=tuple(fields.get("types", "").split()),
        kinds=tuple(fields.get("kinds", "").split()),
        enabled=fields["enabled"] == "1",
        version=int(fields["version"]),
        created_at=int(fields["created_at"]),
        updated_at=int(fields["updated_at"]),
        off_why=fields.get("off_why"),
        off_at=number("off_at"),
        failing_since=number("failing_since"),
        previous_until=number("previous_until"),
        waiting=waiting,
        replay=replays.of(fields),
        resume_at=number("resume_at"),
        subscribed=subscribed.of(fields),
    )
