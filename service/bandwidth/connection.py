"""The connection to Bandwidth: drives conversations over warm connections, and knows whether a byte has left.

httpx is used here, in `oauth.py` and in `bounded_transport.py` only, so that its successor can replace it in one place.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpx

from service.bandwidth.bounded_transport import MOST_BYTES, BoundedTransport
from service.bandwidth.guard import Guard, Withheld
from service.bandwidth.oauth import TokenRefused, TokenUnavailable, auth_of
from service.bandwidth.path_template import template_of
from service.exchange import Answer, Broken, Exchange, NoToken, NotSent, Reply
from service.tracing.spans import span

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from service.exchange import Given, Holders, Recall, Talk
    from service.settings import Settings

_T = TypeVar("_T")

#: seconds an idle connection is kept warm
IDLE_SECONDS: Final = 30.0
#: seconds for connecting, TLS included
CONNECT_SECONDS: Final = 5.0


class Connection:
    """Bandwidth's API over one pool of connections; one per process and event loop."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.exchange_seconds
        self._client = httpx.AsyncClient(
            base_url=str(settings.bandwidth_url),
            auth=auth_of(settings),
            headers={"Accept": "application/xml", "User-Agent": "bandwidth-order-tracker"},
            transport=BoundedTransport(
                str(settings.bandwidth_url), _trusted(), most=settings.exchanges, idle_seconds=IDLE_SECONDS
            ),
            timeout=httpx.Timeout(settings.exchange_seconds, connect=min(CONNECT_SECONDS, settings.exchange_seconds)),
            trust_env=False,
        )

    async def drive(
        self,
        conversation: Talk[_T],
        guard: Guard,
        book: Callable[[Holders | Recall], Awaitable[Given]],
        heard: Callable[[Exchange, Reply], None],
    ) -> _T:
        """Lead a conversation to its end. `book` answers questions to the book; `heard` sees every exchange."""
        given: Given = None
        while True:
            try:
                asked = conversation.send(given)
            except StopIteration as end:
                result: _T = end.value
                return result
            if isinstance(asked, Exchange):
                reply = await self.exchange(asked, guard)
                heard(asked, reply)
                given = reply
            else:
                given = await book(asked)

    async def exchange(self, exchange: Exchange, guard: Guard) -> Reply:
        """Make one exchange within its deadline; every failure is a value that tells whether a byte has left."""
        wire = _Wire(exchange, guard)
        try:
            await guard.before(exchange)
            async with asyncio.timeout(self._seconds):
                return await self._traced(exchange, wire)
        except TokenRefused as error:
            return NoToken(str(error))
        except (Withheld, TokenUnavailable) as error:
            # both stand before a request, or after one that was answered 401: nothing was taken
            return NotSent(str(error), withheld=isinstance(error, Withheld))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            why = _in_words(error, self._seconds)
            return Broken(why) if wire.touched else NotSent(why)
        finally:
            guard.written()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _traced(self, exchange: Exchange, wire: _Wire) -> Answer:
        path = template_of(exchange.path)
        said = {"http.request.method": exchange.method, "url.template": path}
        with span(f"{exchange.method} {path}", "client", said=said) as asked:
            answer = await self._send(exchange, wire)
            asked.tell({"http.response.status_code": answer.status})
            if answer.status >= HTTPStatus.BAD_REQUEST:
                asked.fail(str(answer.status))
        return answer

    async def _send(self, exchange: Exchange, wire: _Wire) -> Answer:
        request = self._client.build_request(
            exchange.method,
            exchange.path.lstrip("/"),
            params=dict(exchange.query),
            content=exchange.body,
            headers={"Content-Type": "application/xml; charset=utf-8"} if exchange.body else {},
            extensions={"trace": wire.trace},
        )
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise httpx.DecodingError(f"the answer is longer than {MOST_BYTES} bytes")
        finally:
            await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body), time.time())


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom TLS trusts: reading all of these certificates takes 20 ms, so each process does it once."""
    return httpx.create_ssl_context(trust_env=False)


def _in_words(error: Exception, seconds: float) -> str:
    """Say what happened for whoever reads the timeline; the error's own name stands behind it."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            said = "Bandwidth could not be reached"
        case httpx.TimeoutException() | TimeoutError():
            said = f"no whole answer within {seconds:g} s"
        case httpx.ReadError() | httpx.WriteError() | httpx.RemoteProtocolError():
            said = "the connection broke before the answer was whole"
        case _:
            said = "the exchange failed"
    return f"{said} ({type(error).__name__}{f': {error}' if str(error) else ''})"


class _Wire:
    """Watches one request's bytes by httpcore's trace: the token's request is not ours."""

    def __init__(self, exchange: Exchange, guard: Guard) -> None:
        self._exchange = exchange
        self._guard = guard
        self.touched = False

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self._guard.writing(self._exchange)
            self.touched = True
        elif event.endswith("send_request_body.complete"):
            self._guard.written()
        elif event.endswith("receive_response_headers.complete"):
            _, status, *_ = info["return_value"]
            # refused for its token alone: what follows is a new request
            self.touched = status != HTTPStatus.UNAUTHORIZED
