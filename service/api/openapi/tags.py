"""Tags: what the operations of an address are about."""

from __future__ import annotations

from typing import Final

#: by the part of the path that says it
_TAGS: Final = {
    "orders": "What is asked of Bandwidth for telephone numbers, and what became of it.",
    "numbers": "Telephone numbers: what Bandwidth and our orders say about them.",
    "batches": "Many orders made of one file.",
    "summary": "Counts for dashboards.",
    "events": "What happens, as it happens.",
    "endpoints": "Addresses of other services that are told of events, and what became of that.",
    "subscriptions": "Callback subscriptions at Bandwidth.",
    "orphans": "Callbacks of orders that nobody here knows.",
    "audit": "Who did what.",
    "callbacks": "What Bandwidth calls.",
    "service": "The service itself: open to everybody.",
}


def tag_of(path: str) -> str:
    """Return the tag of a path: the first of its parts that is one."""
    return next((part for part in path.split("/") if part in _TAGS), "service")


def tags(used: set[str]) -> list[dict[str, str]]:
    """Return the tags that are used, described."""
    return [{"name": name, "description": does} for name, does in _TAGS.items() if name in used]
