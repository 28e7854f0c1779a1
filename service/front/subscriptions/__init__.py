"""Subscriptions of Bandwidth's clients: they are kept here, and told by us in Bandwidth's notifications."""

from __future__ import annotations

from service.front.subscriptions.calls import operations

__all__ = ["operations"]
