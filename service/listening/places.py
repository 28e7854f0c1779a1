"""The places of one process's listeners: each keeps a connection open. No client may take them all."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from service.errors import TooManyListeners

if TYPE_CHECKING:
    from collections.abc import Iterator

#: places of a process, and those of them that one client may take
MOST: Final = 5_000
SHARE: Final = MOST // 5


class Places:
    """How many places are taken, and by which clients."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    @contextmanager
    def taken_by(self, client_id: str) -> Iterator[None]:
        """Take a place for a client while it is entered; raises TooManyListeners."""
        if len(self) >= MOST:
            raise TooManyListeners(
                f"This process has {MOST} listeners, as many as it takes: try again, or ask another."
            )
        if self._taken[client_id] >= SHARE:
            raise TooManyListeners(
                f"The client {client_id} has {SHARE} listeners in this process, as many as one client may: "
                "end those that nobody needs, and let one stream of events tell of many orders; or ask another process."
            )
        self._taken[client_id] += 1
        try:
            yield
        finally:
            self._taken[client_id] -= 1
            if not self._taken[client_id]:
                del self._taken[client_id]
