"""Requests and answers as httpx has them: what both drivers do alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from service.client.errors import ConnectionFailed
from service.client.exchange import Request, Response

if TYPE_CHECKING:
    from service.client.target import Target

#: after these no byte of the request has left
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
#: seconds to reach the tracker
_CONNECT: Final = 5.0


def built(http: httpx.Client | httpx.AsyncClient, target: Target, request: Request) -> httpx.Request:
    """Return a request as it is sent."""
    return http.build_request(
        request.method,
        target.url + request.path,
        params=request.query or None,
        headers={**request.headers, **target.headers},
        content=request.content,
        timeout=httpx.Timeout(request.silence, connect=min(_CONNECT, request.silence)),
    )


def whole(answer: httpx.Response) -> Response:
    """Return an answer that was read to its end."""
    return Response(answer.status_code, _headers(answer), answer.content)


def head(answer: httpx.Response) -> Response:
    """Return an answer whose body is still to come."""
    return Response(answer.status_code, _headers(answer))


def failed(target: Target, error: httpx.HTTPError) -> ConnectionFailed:
    """Return what went wrong on the way, without anything of the request."""
    why = str(error) or type(error).__name__
    if isinstance(error, _NOT_SENT):
        return ConnectionFailed(f"The order tracker at {target.url} cannot be reached: {why}", sent=False)
    return ConnectionFailed(f"The order tracker at {target.url} gave no whole answer: {why}", sent=True)


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}
