"""What we remember of an account's subscriptions at Bandwidth: which are ours, and when they were last written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
import structlog

from service.errors import StoreUnavailable
from service.store import keys
from service.store.record import dumps
from service.store.script import TELL_SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.store.server.connection import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Our subscription to one order type, as we last found or wrote it."""

    id: str
    #: when we wrote it, in ms since 1970 by the writer's clock; 0 when we only found it
    healed_at: int = 0
    #: Bandwidth's Status of it before we wrote it
    status: str | None = None
    #: fingerprint of the credentials that we wrote
    credentials: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """Whether our subscription to an order type is as it must be: no problems; `kinds` are those it tells of."""

    order_type: str
    kinds: tuple[str, ...]
    problems: tuple[str, ...]


def problems_of(told: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Read what events have told of subscriptions (`tell_subscription.lua`): by order type, what is wrong with it."""
    # how often it was told of stands first
    return {order_type: tuple(each.split()[1:]) for order_type, each in told.items()}


class Memory:
    """Remembers subscriptions by the first spelling of their order type.

    Raises StoreUnavailable; where the store is not needed, it warns and remembers nothing instead.
    """

    def __init__(self, store: Store, *, needed: bool = True) -> None:
        self._store = store
        self._needed = needed

    async def read(self, account_id: str) -> dict[str, Subscribed]:
        """Return what is remembered of an account."""
        try:
            async with self._store.asked(account_id) as client:
                kept = await client.hgetall(keys.subscriptions(account_id))
        except StoreUnavailable as error:
            self._do_without(error)
            return {}
        return {order_type: Subscribed(**orjson.loads(each)) for order_type, each in kept.items()}

    async def told(self, account_id: str) -> dict[str, tuple[str, ...]]:
        """Return what the last look found wrong, by order type, as events told it; of a type never told of: nothing."""
        async with self._store.asked(account_id) as client:
            return problems_of(await client.hgetall(keys.subscriptions_told(account_id)))

    async def write(self, account_id: str, order_type: str, subscribed: Subscribed) -> None:
        """Remember the subscription to an order type."""
        try:
            async with self._store.asked(account_id, "remember") as client:
                await client.hset(keys.subscriptions(account_id), order_type, dumps(subscribed))
        except StoreUnavailable as error:
            self._do_without(error)

    async def tell(self, account_id: str, found: Sequence[Whole]) -> None:
        """Let an event tell of each that has become wrong, and of each that is whole again: once."""
        calls = [
            (keys.subscriptions_told(account_id), (each.order_type, _subject(account_id, each), *_packed(each)))
            for each in found
        ]
        try:
            await self._store.run_many(TELL_SUBSCRIPTION, account_id, calls)
        except StoreUnavailable as error:
            self._do_without(error)

    def _do_without(self, error: StoreUnavailable) -> None:
        if self._needed:
            raise error
        log.warning("subscription.not_remembered", error=error.detail, next="ours are told by their address")


def _subject(account_id: str, whole: Whole) -> str:
    # an event's id comes of it, and must be another one in another account
    return f"{account_id}-{whole.order_type}"


def _packed(whole: Whole) -> tuple[str, str]:
    return " ".join(whole.kinds), " ".join(whole.problems)
