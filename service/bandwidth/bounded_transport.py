"""How httpx's requests get to Bandwidth: over warm connections, and answers are cut off where they have no end.

httpx reads some of them whole by itself.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from service.bandwidth.warm_connections import WarmConnections

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

#: bytes of one answer: an order of 5,000 numbers with an error for each has a tenth
MOST_BYTES: Final = 16 * 1024 * 1024
#: of a token, and of an answer that refuses one: httpx reads both before anybody else can
FEW_BYTES: Final = 64 * 1024


class BoundedTransport(httpx.AsyncBaseTransport):
    """Sends requests to the origin of `url`; an answer that is longer than any ends in a ReadError."""

    def __init__(self, url: str, trust: ssl.SSLContext, most: int, idle_seconds: float) -> None:
        self._connections = WarmConnections(httpcore.URL(url).origin, trust, most, idle_seconds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and bound what its answer may bring; raises httpx's errors."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _in_words_of_httpx():
            response = await self._connections.send(asked)
        refused = response.status == httpx.codes.UNAUTHORIZED
        most = FEW_BYTES if refused or url.path.endswith("/oauth2/token") else MOST_BYTES
        stream = _Bounded(response, most)
        return httpx.Response(response.status, headers=response.headers, stream=stream, extensions=response.extensions)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.close()


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, most: int) -> None:
        self._response = response
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most
        with _in_words_of_httpx():
            async for part in self._response.aiter_stream():
                left -= len(part)
                if left < 0:
                    raise httpx.ReadError(f"the answer is longer than {self._most} bytes")
                yield part

    async def aclose(self) -> None:
        with _in_words_of_httpx():
            await self._response.aclose()


@contextmanager
def _in_words_of_httpx() -> Iterator[None]:
    """Raise httpcore's errors as those of httpx, which have the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise getattr(httpx, type(error).__name__, httpx.TransportError)(str(error)) from error
