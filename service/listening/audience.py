"""The audience of an account: who listens to it. An event costs as much as it has listeners."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.listening.listener import Listener
    from service.store.events.stream import Entry


class Audience:
    """The listeners of one account, found by the order that they listen to."""

    def __init__(self) -> None:
        self._of_all: set[Listener] = set()
        self._of_order: dict[str, set[Listener]] = {}
        self._all: set[Listener] = set()
        self._left_at = time.monotonic()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Listener]:
        return iter(tuple(self._all))

    @property
    def empty_seconds(self) -> float:
        """How long ago the last one left."""
        return time.monotonic() - self._left_at

    def join(self, listener: Listener) -> None:
        """Let somebody hear what comes from now on."""
        self._all.add(listener)
        if not listener.interest.orders:
            self._of_all.add(listener)
        for each in listener.interest.orders:
            self._of_order.setdefault(each, set()).add(listener)

    def leave(self, listener: Listener) -> None:
        """Let somebody go."""
        self._all.discard(listener)
        self._of_all.discard(listener)
        for each in listener.interest.orders:
            listeners = self._of_order.get(each, set())
            listeners.discard(listener)
            if not listeners:
                self._of_order.pop(each, None)
        self._left_at = time.monotonic()

    def hear(self, entry: Entry) -> None:
        """Tell those who want it of an event."""
        for each in (*self._of_order.get(entry.event.subject, ()), *self._of_all):
            if each.interest.takes(entry.event):
                each.hear(entry)
