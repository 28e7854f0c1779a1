"""The two trackers: the same calls, blocking or awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import httpx

from service.client.attempts import Patience
from service.client.drivers import Awaiting, Blocking
from service.client.errors import Misconfigured
from service.client.operations import Operations
from service.client.target import choose
from service.client.time_limit import time_limit

if TYPE_CHECKING:
    from types import TracebackType


class _Tracker(Operations):
    """What both are told."""

    def __init__(
        self, base_url: str | None, token: str | None, account_id: str | None, timeout: float | None, retries: int
    ) -> None:
        self._target = choose(base_url, token, account_id)
        self._patience = _patience(timeout, retries)

    @property
    def account_id(self) -> str | None:
        """Return the account that calls are about."""
        return self._target.account_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._target.url!r}, account_id={self.account_id!r})"


class OrderTracker(Blocking, _Tracker):
    """A bandwidth order tracker, as a program calls it. Threads may share one.

    What is not given comes from ORDER_TRACKER_URL, ORDER_TRACKER_TOKEN and ORDER_TRACKER_ACCOUNT. `timeout`: seconds
    for one call, with all its repeats, or None for as long as these take (the waiting calls have their own); `retries`:
    most repeats of one request. A client that is given as `http` is left open and keeps its own proxies and
    certificates.

    Raises Misconfigured for what is missing or cannot be used, and TrackerClosed for a call after `close`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        token: str | None = None,
        account_id: str | None = None,
        *,
        timeout: float | None = 60.0,
        retries: int = 5,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(base_url, token, account_id, timeout, retries)
        self._owns = http is None
        self._http = httpx.Client(trust_env=not self._target.is_local) if http is None else http

    def close(self) -> None:
        """Close the connections, unless the client was given."""
        if self._owns:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class AsyncOrderTracker(Awaiting, _Tracker):
    """As OrderTracker, to be awaited in asyncio; what iterates there is an asynchronous iterator here."""

    def __init__(
        self,
        base_url: str | None = None,
        token: str | None = None,
        account_id: str | None = None,
        *,
        timeout: float | None = 60.0,
        retries: int = 5,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(base_url, token, account_id, timeout, retries)
        self._owns = http is None
        self._http = httpx.AsyncClient(trust_env=not self._target.is_local) if http is None else http

    async def aclose(self) -> None:
        """Close the connections, unless the client was given."""
        if self._owns:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.aclose()


def _patience(timeout: float | None, retries: int) -> Patience:
    try:
        seconds = time_limit("timeout", timeout)
    except ValueError as error:
        raise Misconfigured(str(error)) from None
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
        raise Misconfigured(f"retries is a whole number, 0 or more; not {retries!r}.")
    return Patience(seconds, retries)
