"""Every page of an order, but for what is decided about it."""

from __future__ import annotations

from service.dashboard.order import numbers_file, overview, retry_pages, step_pages, table_pages
from service.dashboard.page import Page


def pages() -> list[Page]:
    """Return what there is to see and to do."""
    return [
        *overview.pages(),
        *step_pages.pages(),
        *table_pages.pages(),
        *numbers_file.pages(),
        *retry_pages.pages(),
    ]
