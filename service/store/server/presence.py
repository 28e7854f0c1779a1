"""Whether a server is there: what counts as away, told once when it goes and once when it is back."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

import structlog
from redis.exceptions import AskError, RedisError, ResponseError, TryAgainError

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
#: refusals of a server that an account is moving from, or to
_MOVES: Final = (AskError, TryAgainError)
_MOVING: Final = (
    "The account moves to another server of the cluster, key by key; it is answered again once all of it has moved."
)

#: what a client raises when its server is away; uvloop's word for a write to a connection that has just been closed is
#: RuntimeError
_AWAY: Final = (RedisError, OSError, TimeoutError, RuntimeError)

log = structlog.get_logger()


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn whatever the client raises into StoreUnavailable."""
    try:
        yield
    except _AWAY as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    why = f"The store did not answer as it must: {type(error).__name__}: {error}"
    gone = StoreUnavailable(_MOVING if isinstance(error, _MOVES) else why)
    gone.__cause__ = error
    return gone


def is_moving(error: StoreUnavailable) -> bool:
    """Tell whether a server is well and refuses an account whose slot of the cluster is moving, key by key."""
    return isinstance(error.__cause__, _MOVES)


class Presence:
    """What one process knows of a server; `server` is `store` or `queue`, `name` which one of several.

    A server may refuse one operation and do others, as one that is out of memory does: it is back once it does again
    what it refused, or has refused nothing for a minute.
    """

    def __init__(self, server: Literal["store", "queue"], name: str = "") -> None:
        #: when it last answered, whatever it was, in monotonic seconds
        self.heard_at = 0.0
        self._gone, self._back = _LINES[server]
        self._which = {"server": name} if name else {}
        self._failing: set[str] = set()
        self._failures = 0
        self._since = self._last = 0.0

    @contextmanager
    def asked(self, operation: str) -> Iterator[None]:
        """Note what becomes of an operation; raises StoreUnavailable for whatever the client raises."""
        try:
            yield
        except _AWAY as error:
            gone = _unavailable(error)
            self._not_answered(operation, gone)
            raise gone from error
        except StoreUnavailable as error:
            self._not_answered(operation, error)
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
            log.warning(self._back, seconds=round(now - self._since, 1), failures=self._failures, **self._which)

    def _not_answered(self, operation: str, error: StoreUnavailable) -> None:
        if is_moving(error):
            self.heard_at = time.monotonic()
        else:
            self.failed(operation, error)

    def failed(self, operation: str, error: StoreUnavailable) -> None:
        """Note that an operation was not done."""
        now = self._last = time.monotonic()
        if not self._failing:
            self._since, self._failures = now, 0
            log.error(self._gone, error=error.detail, next="it is told once more, when it is back", **self._which)
        self._failures += 1
        if isinstance(error.__cause__, ResponseError):
            self.heard_at = now
            self._failing.add(operation)
        else:
            self._failing.add(_ALL)
