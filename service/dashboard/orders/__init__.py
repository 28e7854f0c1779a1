"""Orders, as people find them: the table, kept live; the search box; a number; all accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard.orders import accounts, events, fragments, number, search, table

if TYPE_CHECKING:
    from service.dashboard.page import Page


def pages() -> list[Page]:
    """Return what there is to see here."""
    return [*accounts.pages(), *events.pages(), *fragments.pages(), *table.pages(), *search.pages(), *number.pages()]
