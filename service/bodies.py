"""Reading a request's body with a cap and a deadline.

A body over the cap is read on and thrown away for a while before it is refused, so that the sender sees the
answer instead of a reset.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect

from service.errors import BodyTooLarge, MalformedRequest, RequestTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request

#: bytes over the cap that are read and thrown away, and the seconds that this may take
DISCARD_BYTES: Final = 8 * 1024 * 1024
DISCARD_SECONDS: Final = 5.0


async def read(request: Request, most: int, seconds: float) -> bytes:
    """Return the body; raises BodyTooLarge, RequestTimeout or MalformedRequest."""
    body = bytearray()
    async for part in parts(request, most, seconds):
        body += part
    return bytes(body)


async def parts(request: Request, most: int, seconds: float) -> AsyncGenerator[bytes]:
    """Yield the body as it comes, without keeping it; raises what `read` raises, once it is known.

    `seconds` is for all of it, the time that whoever takes it needs included.
    """
    if request.headers.get("expect", "").lower() == "100-continue" and _declared(request) > most:
        raise BodyTooLarge(f"The body has {_declared(request)} bytes; this address takes {most}.")
    until = asyncio.get_running_loop().time() + seconds
    stream, length = aiter(request.stream()), 0
    while (part := await _next(stream, until, seconds)) is not None:
        length += len(part)
        if length > most:
            await _discard(stream)
            raise BodyTooLarge(f"The body is longer than the {most} bytes that this address takes.")
        yield part


async def _next(stream: AsyncIterator[bytes], until: float, seconds: float) -> bytes | None:
    try:
        async with asyncio.timeout_at(until):
            return await anext(stream, None)
    except TimeoutError:
        raise RequestTimeout(f"The body did not arrive within {seconds:g} s.") from None
    except ClientDisconnect:
        raise MalformedRequest("The connection broke before the body was whole.") from None


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


async def _discard(stream: AsyncIterator[bytes]) -> None:
    left = DISCARD_BYTES
    try:
        async with asyncio.timeout(DISCARD_SECONDS):
            async for part in stream:
                left -= len(part)
                if left <= 0:
                    return
    except (TimeoutError, ClientDisconnect):
        return
