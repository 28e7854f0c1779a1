"""A page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list. A page may hold fewer than were asked for, even none, and the list goes on all the same."""

    items: tuple[T, ...]
    #: path and query of the next page; None on the last one
    next: str | None

    @property
    def cursor(self) -> str | None:
        """Return where the next page begins: give it back with the same filters. None on the last page."""
        return parse_qs(urlsplit(self.next).query).get("cursor", [None])[0] if self.next else None
