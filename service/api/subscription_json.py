"""An account's subscriptions as clients see them. The last part of an address is a secret and is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from service.api.order_json import iso
from service.xml import MASK

if TYPE_CHECKING:
    from service.subscription_health import Examined, Health

#: characters of the last part of an address that make it a secret and not a word
_SECRET: Final = 16


def health_json(health: Health) -> dict[str, Any]:
    """Write all callback subscriptions of an account, and the order types that have none of ours."""
    return {
        "subscriptions": [_subscription(each, health.at) for each in health.examined],
        "missing": list(health.missing),
    }


def _subscription(examined: Examined, at: int) -> dict[str, Any]:
    found = examined.subscription
    return {
        "id": found.id,
        "kinds": list(examined.kinds),
        "order_type": found.order_type,
        "url": masked_url(found.url),
        "username": found.username,
        "expires_in": found.expiry,
        "expires_at": None if found.expiry is None else iso(at + found.expiry * 1000),
        "last_callback": _without_secret(found.status, found.url),
        "ours": examined.ours,
        "problems": list(examined.problems),
    }


def masked_url(url: str) -> str:
    """Return an address without what may be secret in it: user, last part of the path, query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    if not parts.scheme or not parts.netloc:
        return MASK
    head, _, last = parts.path.rstrip("/").rpartition("/")
    path = f"{head}/{MASK}" if last else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def _without_secret(status: str | None, url: str) -> str | None:
    secret = url.rstrip("/").rpartition("/")[2]
    return status.replace(secret, MASK) if status and len(secret) >= _SECRET else status
