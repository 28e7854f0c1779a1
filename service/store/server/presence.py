"""Whether a server is there: what counts as away, told once when it goes and once when it is back."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

import structlog
from redis.exceptions import RedisError, ResponseError

from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

#: seconds without a failure before a server counts as back
SETTLED_SECONDS: Final = 1.0
#: seconds without a failure after which a refusal counts no longer: what was refused may never be asked again, and who
#: goes later must be told of. Longer than the clock and the workers take to ask for most things again
FORGOTTEN_SECONDS: Final = 60.0
#: servers, and the lines that tell of them: spelled out, for whoever looks for one that a log has shown
_LINES: Final = {"store": ("store.away", "store.back"), "queue": ("queue.away", "queue.back")}
#: stands for every operation: the server was not reached at all
_ALL: Final = ""

log = structlog.get_logger()


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn whatever the client raises into StoreUnavailable."""
    try:
        yield
    except (RedisError, OSError, TimeoutError, RuntimeError) as error:
        # uvloop raises RuntimeError for a write to a connection that the server has just closed
        raise StoreUnavailable(f"The store did not answer as it must: {type(error).__name__}: {error}") from error


class Presence:
    """What one process knows of a server; `server` is `store` or `queue`.

    A server may refuse one operation and do others, as one that is out of memory does: it is back once it does again
    what it refused, or has refused nothing for a minute.
    """

    def __init__(self, server: Literal["store", "queue"]) -> None:
        #: when it last answered, whatever it was, in monotonic seconds
        self.heard_at = 0.0
        self._gone, self._back = _LINES[server]
        self._failing: set[str] = set()
        self._failures = 0
        self._since = self._last = 0.0

    @contextmanager
    def asked(self, operation: str) -> Iterator[None]:
        """Note what becomes of an operation; raises StoreUnavailable for whatever the client raises."""
        try:
            with unavailable():
                yield
        except StoreUnavailable as error:
            self.failed(operation, error)
            raise
        self.answered(operation)

    def answered(self, operation: str) -> None:
        """Note that an operation was done."""
        self.heard_at = now = time.monotonic()
        if not self._failing or now - self._last < SETTLED_SECONDS:
            return
        if operation in self._failing or now - self._last >= FORGOTTEN_SECONDS:
            self._failing.clear()
        self._failing.discard(_ALL)
        if not self._failing:
            log.warning(self._back, seconds=round(now - self._since, 1), failures=self._failures)

    def failed(self, operation: str, error: StoreUnavailable) -> None:
        """Note that an operation was not done."""
        now = self._last = time.monotonic()
        if not self._failing:
            self._since, self._failures = now, 0
            log.error(self._gone, error=error.detail, next="it is told once more, when it is back")
        self._failures += 1
        if isinstance(error.__cause__, ResponseError):
            self.heard_at = now
            self._failing.add(operation)
        else:
            self._failing.add(_ALL)
