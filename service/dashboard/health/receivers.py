"""The sign of those who are told: endpoints, and events that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard.health import limits
from service.dashboard.health.sign import Sign
from service.dashboard.showing import duration

if TYPE_CHECKING:
    from service.vitals import AccountVitals
    from service.vitals.account import Endpoints


def sign(account: AccountVitals, href: str) -> Sign:
    """Tell whether events reach their endpoints; one that is off for good is nobody's alarm, but is told."""
    endpoints = account.endpoints
    if endpoints.failing and endpoints.oldest_waiting_seconds > limits.DELIVERY_SECONDS:
        return Sign(
            "Endpoints",
            _counted(endpoints),
            "look",
            f"The oldest of {endpoints.waiting:,} deliveries has waited for "
            f"{duration(endpoints.oldest_waiting_seconds * 1000)}. After five days without a success the endpoint is "
            "switched off.",
            "See what the receiver answered, and tell whoever runs it. Deliveries go on by themselves.",
            "OrderTrackerEndpointFailing",
            href,
        )
    return Sign("Endpoints", _counted(endpoints), href=href)


def _counted(endpoints: Endpoints) -> str:
    counts = {"on": endpoints.on, "failing": endpoints.failing, "off": endpoints.off}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "none"
