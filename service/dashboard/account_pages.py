"""The pages about an account besides those of its orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard import audit, batches, orphans, subscriptions, wrong_rows
from service.dashboard.endpoints import acts, deliveries, editing, listed, replays

if TYPE_CHECKING:
    from service.dashboard.page import Page


def pages() -> list[Page]:
    """Return all of them."""
    return [
        *batches.pages(),
        *wrong_rows.pages(),
        *listed.pages(),
        *editing.pages(),
        *acts.pages(),
        *deliveries.pages(),
        *replays.pages(),
        *subscriptions.pages(),
        *orphans.pages(),
        *audit.pages(),
    ]
