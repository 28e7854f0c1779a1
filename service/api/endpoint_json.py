"""Endpoints and deliveries as clients see them. A secret is shown where it is made, and never again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.api.order_json import iso

if TYPE_CHECKING:
    from service.store.events.deliveries import Delivery
    from service.store.events.endpoints import Endpoint


def endpoint_json(endpoint: Endpoint, secret: str | None = None) -> dict[str, Any]:
    """Write an endpoint, with its new secret where there is one."""
    off = {"why": endpoint.off_why, "at": iso(endpoint.off_at)} if endpoint.off_why else None
    shown = {
        "id": endpoint.id,
        "account_id": endpoint.account_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "types": list(endpoint.types),
        "kinds": list(endpoint.kinds),
        "enabled": endpoint.enabled,
        "switched_off": off,
        "failing_since": iso(endpoint.failing_since),
        "waiting": endpoint.waiting,
        "previous_secret_until": iso(endpoint.previous_until),
        "version": endpoint.version,
        "created_at": iso(endpoint.created_at),
        "updated_at": iso(endpoint.updated_at),
        "links": {"self": path(endpoint), "deliveries": f"{path(endpoint)}/deliveries"},
    }
    return shown if secret is None else {**shown, "secret": secret}


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Write a delivery with its attempts, oldest first."""
    return {
        "id": delivery.id,
        "event_id": delivery.event.id,
        "type": delivery.event.type,
        "data": delivery.event.data,
        "status": delivery.status,
        "attempts": [_attempt(each) for each in delivery.attempts],
        "next_attempt_at": iso(delivery.next_at),
        "made_at": iso(delivery.made_at),
        "ended_at": iso(delivery.ended_at),
    }


def path(endpoint: Endpoint) -> str:
    """Return an endpoint's address."""
    return f"/v1/accounts/{endpoint.account_id}/endpoints/{endpoint.id}"


def _attempt(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": iso(kept["at"]),
        "status": kept.get("status"),
        "error": kept.get("error"),
        "seconds": kept["seconds"],
    }
