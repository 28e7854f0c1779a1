"""Warm connections to one origin, each lent to one request at a time.

httpcore's own pool asks every connection that it holds, once or twice a request, whether it is still open: with 64 of
them that costs more than the exchange. Here only the one that is about to be used is asked.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator


class WarmConnections:
    """At most so many connections; an idle one is kept for `idle_seconds`. One per event loop."""

    def __init__(self, origin: httpcore.Origin, trust: ssl.SSLContext, most: int, idle_seconds: float) -> None:
        self._origin = origin
        self._trust = trust
        self._idle_seconds = idle_seconds
        self._free = asyncio.Semaphore(most)
        #: with the moment of giving back (monotonic), the one that was used last at the end
        self._idle: deque[tuple[float, httpcore.AsyncHTTPConnection]] = deque()

    async def send(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own, until the answer is closed; raises what httpcore raises.

        A connection is waited for as long as the request's time-out `pool` says, then PoolTimeout is raised.
        """
        await self._place(request.extensions.get("timeout", {}).get("pool"))
        loan = _Loan(self)
        try:
            loan.connection = await self._connection()
            response = await loan.connection.handle_async_request(request)
        except BaseException:
            await loan.end()
            raise
        loan.answer = response.stream
        return httpcore.Response(
            response.status, headers=response.headers, content=loan, extensions=response.extensions
        )

    async def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._idle_seconds = 0
        while self._idle:
            await self._idle.pop()[1].aclose()

    async def take_back(self, connection: httpcore.AsyncHTTPConnection | None) -> None:
        """End a loan: keep the connection where another request may go over it."""
        self._free.release()
        if connection is None:
            return
        if connection.is_available() and self._idle_seconds:
            self._idle.append((time.monotonic(), connection))
        else:
            await connection.aclose()

    async def _place(self, seconds: float | None) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise httpcore.PoolTimeout("no connection was free") from error

    async def _connection(self) -> httpcore.AsyncHTTPConnection:
        """Return the idle one that was used last, else a new one; those that have been idle for long are closed."""
        oldest = time.monotonic() - self._idle_seconds
        while self._idle and self._idle[0][0] < oldest:
            await _closed(self._idle.popleft()[1])
        while self._idle:
            connection = self._idle.pop()[1]
            # the other side may have closed it: nothing has been written, so that the next one takes the request
            if not connection.has_expired():
                return connection
            await _closed(connection)
        return httpcore.AsyncHTTPConnection(self._origin, self._trust)


class _Loan:
    """A connection while its answer is read; the answer's stream."""

    def __init__(self, connections: WarmConnections) -> None:
        self.connection: httpcore.AsyncHTTPConnection | None = None
        self.answer: Any = None
        self._connections = connections
        self._is_over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self.answer:
            yield part

    async def aclose(self) -> None:
        """Close the answer, and give the connection back."""
        try:
            await self.answer.aclose()
        finally:
            await self.end()

    async def end(self) -> None:
        """Give the connection back, once."""
        if not self._is_over:
            self._is_over = True
            await self._connections.take_back(self.connection)


async def _closed(connection: httpcore.AsyncHTTPConnection) -> None:
    """Close a connection that nobody will use; how that fails is nobody's news."""
    with suppress(OSError):
        await connection.aclose()
