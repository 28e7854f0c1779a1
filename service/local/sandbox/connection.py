"""Answers below HTTP: a connection that is reset or closed in mid-answer, and an answer that comes in drops."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

_TRANSPORT = "sandbox.transport"
#: Bytes that a slow answer gives at a time.
_DROP = 32


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with the transport in reach of the application."""

    def on_message_begin(self) -> None:
        """Start a request and put its transport into the ASGI scope."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[_TRANSPORT] = self.transport


class Reset(Response):
    """No answer: the client sees its connection reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - never sends
        """Abort with SO_LINGER 0, so that the kernel sends RST, and wait until uvicorn has seen it."""
        transport: asyncio.Transport = scope[_TRANSPORT]
        descriptor = os.dup(transport.get_extra_info("socket").fileno())
        with socket.socket(fileno=descriptor) as handle:
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Cut(Reset):
    """Another answer that breaks off: the client sees its first bytes, perhaps none, and the connection closed."""

    def __init__(self, answer: Response, place: Callable[[int], int]) -> None:
        super().__init__()
        head = [f"HTTP/1.1 {answer.status_code} {HTTPStatus(answer.status_code).phrase}".encode()]
        head += [name + b": " + value for name, value in answer.raw_headers]
        whole = b"\r\n".join([*head, b"", bytes(answer.body)])
        self._part = whole[: place(len(whole))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - never sends
        """Write the part past uvicorn and close; what was written still arrives, which a reset would not promise."""
        transport: asyncio.Transport = scope[_TRANSPORT]
        transport.write(self._part)
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


class Trickle(Response):
    """Another answer, a few bytes at a time."""

    def __init__(self, answer: Response, pause: float) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - reads nothing
        """Send the head, then the body in drops with pauses between."""
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(body), _DROP):
            await asyncio.sleep(self._pause)
            drop = {"type": "http.response.body", "body": body[start : start + _DROP], "more_body": True}
            await send(drop)
        await send({"type": "http.response.body", "body": b""})
