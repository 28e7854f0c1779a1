"""Knocking at our own callback address as Bandwidth does: a POST without credentials, of which the head is read.

The address is the settings' own, so that it is not guarded; nothing but the path of it is told to whoever answers.
"""

from __future__ import annotations

import ssl
from asyncio import timeout
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpcore

#: seconds for everything
SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Knock:
    """What was answered: a status and the challenge that came with it, or what went wrong."""

    status: int | None = None
    challenge: str = ""
    error: str | None = None


async def knock(url: str, trust: ssl.SSLContext | None = None) -> Knock:
    """POST nothing; whatever happens becomes a Knock within the deadline. `trust`: certificates that are believed."""
    target = httpcore.URL(url)
    connection = httpcore.AsyncHTTPConnection(target.origin, ssl_context=trust)
    host = urlsplit(url).netloc.rpartition("@")[2]
    ours = {"Host": host, "User-Agent": "bandwidth-order-tracker", "Connection": "close", "Content-Length": "0"}
    headers = [(name.encode(), value.encode()) for name, value in ours.items()]
    try:
        async with timeout(SECONDS):
            # the body is not asked for: its end may never come
            response = await connection.handle_async_request(httpcore.Request("POST", target, headers=headers))
            challenge = next((value for name, value in response.headers if name.lower() == b"www-authenticate"), b"")
            return Knock(response.status, challenge.decode("latin-1"))
    except TimeoutError:
        return Knock(error=f"no answer within {SECONDS:g} s")
    except (OSError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        return Knock(error=in_words(error))
    finally:
        await connection.aclose()


def in_words(error: Exception) -> str:
    """Say what went wrong, in our own words."""
    match error:
        case httpcore.ConnectError(__cause__=ssl.SSLCertVerificationError() as refused):
            return f"the certificate is not accepted: {refused.verify_message}"
        case httpcore.ConnectError():
            return "no connection could be made"
        case _:
            return "the answer is not HTTP, or broke off"
