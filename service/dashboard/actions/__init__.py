"""What people do with orders, each with a preview: with one, and with all that a filter finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.dashboard.actions import many, one

if TYPE_CHECKING:
    from service.dashboard.page import Page


def pages() -> list[Page]:
    """Return the previews and the deeds."""
    return [*one.pages(), *many.pages()]
