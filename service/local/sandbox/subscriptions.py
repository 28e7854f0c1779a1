"""Subscriptions (v1): who is told about which orders."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.local.sandbox.clock import Clock
    from service.local.sandbox.journal import Journal

#: State of a subscription that nothing has been delivered to yet (documented sample).
READY = "READY"


@dataclass(frozen=True)
class Request:
    """What a POST or PUT asks for; what it leaves out has its default."""

    order_type: str | None
    event_type: str | None
    order_id: str | None
    url: str | None
    #: Seconds to live.
    expiry: int
    username: str | None
    password: str | None
    number_format: str
    email: str | None
    digest_requested: str


@dataclass(frozen=True)
class Subscription:
    """A subscription of one account."""

    subscription_id: str
    account_id: str
    request: Request
    expires_at: datetime
    #: The last delivery attempt, the only sign of lost callbacks.
    status: str = READY

    def remaining(self, now: datetime) -> int:
        """Return the whole seconds left to live."""
        return max(0, round((self.expires_at - now).total_seconds()))

    def wants(self, order_types: Collection[str], order_id: str) -> bool:
        """Whether an order's changes are announced here: to all of its type, or to this order alone."""
        asked = self.request
        right_type = (asked.order_type or "").lower() in order_types
        return right_type and asked.url is not None and asked.order_id in {None, order_id}


class SubscriptionBook:
    """Holds the subscriptions; the expired are as good as gone."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        rows = journal.read("SELECT document FROM subscriptions ORDER BY rowid")
        held = [_load(json.loads(document)) for (document,) in rows]
        self._subscriptions = {subscription.subscription_id: subscription for subscription in held}

    def of_account(self, account_id: str) -> list[Subscription]:
        """Return an account's live subscriptions, oldest first."""
        now = self._clock()
        return [
            held for held in self._subscriptions.values() if held.account_id == account_id and held.expires_at > now
        ]

    def get(self, account_id: str, subscription_id: str) -> Subscription | None:
        """Return a live subscription of the account."""
        held = self._subscriptions.get(subscription_id)
        alive = held and held.account_id == account_id and held.expires_at > self._clock()
        return held if alive else None

    def duplicate_of(self, account_id: str, request: Request) -> Subscription | None:
        """Return a live one with equal order type, order id and address (error 16008)."""
        wanted = _identity(request)
        return next((held for held in self.of_account(account_id) if _identity(held.request) == wanted), None)

    def put(self, subscription_id: str, account_id: str, request: Request) -> None:
        """Write a subscription in full, new or over an old one."""
        expires_at = self._clock() + timedelta(seconds=request.expiry)
        self._keep(Subscription(subscription_id, account_id, request, expires_at))

    def expire_in(self, subscription_id: str, seconds: float) -> bool:
        """Let a live subscription end so many seconds from now; False if there is none."""
        now, held = self._clock(), self._subscriptions.get(subscription_id)
        if held is None or held.expires_at <= now:
            return False
        self._keep(replace(held, expires_at=now + timedelta(seconds=seconds)))
        return True

    def delete(self, subscription_id: str) -> None:
        """Forget a subscription."""
        del self._subscriptions[subscription_id]
        self._journal.write("DELETE FROM subscriptions WHERE subscription_id = ?", subscription_id)

    def attempted(self, subscription_id: str, status: str) -> None:
        """Note the last delivery attempt, unless the subscription has gone meanwhile."""
        held = self._subscriptions.get(subscription_id)
        if held and held.status != status:
            self._keep(replace(held, status=status))

    def _keep(self, subscription: Subscription) -> None:
        self._subscriptions[subscription.subscription_id] = subscription
        self._journal.write(
            "INSERT INTO subscriptions VALUES (?, ?)"
            " ON CONFLICT (subscription_id) DO UPDATE SET document = excluded.document",
            subscription.subscription_id,
            json.dumps(asdict(subscription) | {"expires_at": subscription.expires_at.isoformat()}),
        )


def _identity(request: Request) -> tuple[str, str | None, str | None]:
    return (
        (request.order_type or request.event_type or "").lower(),
        request.order_id,
        request.url or request.email,
    )


def _load(document: dict[str, Any]) -> Subscription:
    expires_at = datetime.fromisoformat(document["expires_at"])
    request = Request(**document["request"])
    return Subscription(**document | {"request": request, "expires_at": expires_at})
