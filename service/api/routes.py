"""Every address of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import decisions, endpoints, numbers, orders, orphans, subscriptions

if TYPE_CHECKING:
    from starlette.routing import Route


def routes() -> list[Route]:
    """Return the addresses of what internal services call."""
    return [
        *orders.routes(),
        *decisions.routes(),
        *numbers.routes(),
        *subscriptions.routes(),
        *orphans.routes(),
        *endpoints.routes(),
    ]
