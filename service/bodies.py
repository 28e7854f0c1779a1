"""Reading a request's body with a cap and a deadline.

A body over the cap is read on and thrown away for a while before it is refused, so that the sender sees the
answer instead of a reset.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.errors import BodyTooLarge, MalformedRequest, RequestTimeout

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

#: bytes over the cap that are read and thrown away, and the seconds that this may take
DISCARD_BYTES: Final = 8 * 1024 * 1024
DISCARD_SECONDS: Final = 5.0


async def read(request: Request, most: int, seconds: float) -> bytes:
    """Return the body; raises BodyTooLarge, RequestTimeout or MalformedRequest."""
    _refuse_expected(request, most)
    body: list[bytes] = []
    length, more = 0, True
    try:
        async with asyncio.timeout(seconds):
            while more and length <= most:
                part, more = await _part(request)
                length += len(part)
                body.append(part)
    except TimeoutError:
        raise _late(seconds) from None
    if length > most:
        raise await _too_long(request, most, more=more)
    return b"".join(body)


async def parts(request: Request, most: int, seconds: float) -> AsyncGenerator[bytes]:
    """Yield the body as it comes, without keeping it; raises what `read` raises, once it is known.

    `seconds` is for all of it, the time that whoever takes it needs included.
    """
    _refuse_expected(request, most)
    until = asyncio.get_running_loop().time() + seconds
    length, more = 0, True
    while more:
        try:
            async with asyncio.timeout_at(until):
                part, more = await _part(request)
        except TimeoutError:
            raise _late(seconds) from None
        length += len(part)
        if length > most:
            raise await _too_long(request, most, more=more)
        yield part


async def _part(request: Request) -> tuple[bytes, bool]:
    """Return what comes next, and whether there is more; raises MalformedRequest when the connection broke."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise MalformedRequest("The connection broke before the body was whole.")
    return message.get("body", b""), message.get("more_body", False)


def _refuse_expected(request: Request, most: int) -> None:
    """Raise BodyTooLarge for a body that waits to be asked for, and is too long as it says."""
    if request.headers.get("expect", "").lower() == "100-continue" and _declared(request) > most:
        raise BodyTooLarge(f"The body has {_declared(request)} bytes; this address takes {most}.")


async def _too_long(request: Request, most: int, *, more: bool) -> BodyTooLarge:
    """Return the error for a body that is too long, with what is still to come thrown away."""
    if more:
        await _discard(request)
    return BodyTooLarge(f"The body is longer than the {most} bytes that this address takes.")


def _late(seconds: float) -> RequestTimeout:
    return RequestTimeout(f"The body did not arrive within {seconds:g} s.")


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


async def _discard(request: Request) -> None:
    left, more = DISCARD_BYTES, True
    try:
        async with asyncio.timeout(DISCARD_SECONDS):
            while more and left > 0:
                part, more = await _part(request)
                left -= len(part)
    except (TimeoutError, MalformedRequest):
        return
