"""Bandwidth's answers, cut off where they have no end: httpx reads some of them whole by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: bytes of one answer: an order of 5,000 numbers with an error for each has a tenth
MOST_BYTES: Final = 16 * 1024 * 1024
#: of a token, and of an answer that refuses one: httpx reads both before anybody else can
FEW_BYTES: Final = 64 * 1024


class BoundedTransport(httpx.AsyncHTTPTransport):
    """Sends requests; an answer that is longer than any ends in a ReadError."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and bound what its answer may bring."""
        response = await super().handle_async_request(request)
        refused = response.status_code == httpx.codes.UNAUTHORIZED
        most = FEW_BYTES if refused or request.url.path.endswith("/oauth2/token") else MOST_BYTES
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  (the asynchronous transport's own)
        response.stream = _Bounded(response.stream, most)
        return response


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise httpx.ReadError(f"the answer is longer than {self._most} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
