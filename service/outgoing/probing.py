"""Asking an API process of our own how it is, at an address that whoever runs it gives."""

from __future__ import annotations

from asyncio import timeout
from dataclasses import dataclass
from typing import Final

import httpcore

from service.outgoing.knocking import in_words

#: seconds for everything
SECONDS: Final = 3.0
#: bytes of the answer that are read: a few lines
MOST_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: a status and its text, or what went wrong."""

    status: int | None = None
    text: str = ""
    error: str | None = None


async def ask(url: str) -> Told:
    """GET an address; whatever happens becomes a Told within the deadline. Raises ValueError for what is no address."""
    target = httpcore.URL(url)
    if target.scheme not in (b"http", b"https") or not target.host:
        raise ValueError("give an address that begins with http:// or https://")
    try:
        async with timeout(SECONDS), httpcore.AsyncHTTPConnection(target.origin) as connection:
            headers = [("Host", _host(target)), ("User-Agent", "bandwidth-order-tracker"), ("Connection", "close")]
            async with connection.stream("GET", target, headers=headers) as response:
                read = b""
                async for part in response.aiter_stream():
                    read += part
                    if len(read) >= MOST_BYTES:
                        break
                return Told(response.status, read[:MOST_BYTES].decode("utf-8", "replace"))
    except TimeoutError:
        return Told(error=f"no answer within {SECONDS:g} s")
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        return Told(error=in_words(error))


def _host(target: httpcore.URL) -> str:
    host = target.host.decode("ascii")
    return host if target.port is None else f"{host}:{target.port}"
