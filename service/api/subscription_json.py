"""An account's subscriptions as clients see them. The last part of an address is a secret and is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from service.api.described import Time, described
from service.doorway.callback_secrets import masked_url, without_secret
from service.subscription_health import Problem
from service.times import iso

if TYPE_CHECKING:
    from service.subscription_health import Examined, Health


@described
class SubscriptionJson(TypedDict):
    """A callback subscription at Bandwidth."""

    id: str
    kinds: list[str]
    """The kinds whose orders it tells of."""
    order_type: str
    """In Bandwidth's spelling."""
    url: str
    """Without its last part, which is a secret."""
    username: str | None
    expires_in: int | None
    """Seconds."""
    expires_at: Time | None
    last_callback: str | None
    """What became of the last callback, in Bandwidth's words."""
    ours: bool
    problems: list[Problem]
    """What is wrong with it, if it is ours."""


@described
class SubscriptionsJson(TypedDict):
    """All callback subscriptions of an account at Bandwidth."""

    subscriptions: list[SubscriptionJson]
    missing: list[str]
    """Order types that have none of ours."""


def health_json(health: Health) -> SubscriptionsJson:
    """Write all callback subscriptions of an account, and the order types that have none of ours."""
    return {
        "subscriptions": [_subscription(each, health.at) for each in health.examined],
        "missing": list(health.missing),
    }


def _subscription(examined: Examined, at: int) -> SubscriptionJson:
    found = examined.subscription
    return {
        "id": found.id,
        "kinds": list(examined.kinds),
        "order_type": found.order_type,
        "url": masked_url(found.url),
        "username": found.username,
        "expires_in": found.expiry,
        "expires_at": None if found.expiry is None else iso(at + found.expiry * 1000),
        "last_callback": without_secret(found.status, found.url),
        "ours": examined.ours,
        "problems": list(examined.problems),
    }
