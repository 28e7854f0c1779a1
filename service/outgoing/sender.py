"""The sender of outgoing events: one POST, one deadline, and an answer that is not trusted.

It speaks through httpcore, the layer below httpx: that follows no redirect, asks no proxy, reads no environment, keeps
no cookie and unpacks nothing. Nothing is kept between two attempts either: a warm connection would be one whose
address was guarded when its name still led there.
"""

from __future__ import annotations

import re
import ssl
import time
from asyncio import timeout
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpcore

from service.allow_list import AllowList
from service.outgoing import retry_after
from service.outgoing.address import Destination, NotAllowed, destination
from service.outgoing.dialing import MOST_BYTES, AnswerTooLong, Dialler, Meter, NotReached
from service.outgoing.resolver import Resolve, Resolver
from service.settings import Settings

#: seconds for everything: resolving, connecting, TLS, writing, reading
SECONDS: Final = 15.0
#: a scheme in WWW-Authenticate: a word at the beginning or behind a comma that no = follows (RFC 9110, 11.6.1)
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[^\s=]|\s*(?:,|$))")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one attempt to deliver an event."""

    #: of the answer, once its head was whole
    status: int | None
    #: one short sentence without any secret; None when the answer was whole, or long enough to be cut
    error: str | None
    #: how long it took
    seconds: float
    #: seconds that the answer asks to wait, a day at most
    retry_after: float | None
    #: the schemes of proof that the answer asks for (WWW-Authenticate), in lower case
    schemes: frozenset[str] = frozenset()

    @property
    def is_taken(self) -> bool:
        """Tell whether the endpoint has the event: a 2xx that did not break off."""
        return self.error is None and self.status is not None and HTTPStatus(200) <= self.status < HTTPStatus(300)


@dataclass(slots=True)
class _Heard:
    """What an answer's head said."""

    status: int | None = None
    retry_after: float | None = None
    schemes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Post:
    """One POST, what proves its receiver, and the seconds that it has."""

    place: Destination
    headers: Mapping[str, str]
    body: bytes
    trust: ssl.SSLContext
    seconds: float


class Sender:
    """Sends events; one per event loop, any number at once.

    `trust` are the certificates that are believed: by default certifi's and the system's (SSL_CERT_FILE).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._allowed = AllowList.read(settings.outgoing_allow)
        self._resolve = resolve or Resolver()
        self._trust = trust or httpcore.default_ssl_context()
        self.seconds = seconds

    async def send(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        seconds: float | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> Attempt:
        """POST a body; whatever the endpoint does becomes an Attempt within the deadline, or within `seconds`.

        `trust`: the certificates that are believed of this one.
        """
        began = time.monotonic()
        heard = _Heard()
        try:
            place = destination(url, self._allowed)
            dialler = Dialler(place, self._allowed, self._resolve, seconds or self.seconds)
            post = _Post(place, headers, body, trust or self._trust, seconds or self.seconds)
            error = await self._deliver(post, dialler, heard)
        except NotAllowed as refused:
            error = str(refused)
        return Attempt(heard.status, error, time.monotonic() - began, heard.retry_after, heard.schemes)

    async def close(self) -> None:
        """Close nothing: no connection outlives its attempt."""

    async def _deliver(self, post: _Post, dialler: Dialler, heard: _Heard) -> str | None:
        try:
            async with timeout(post.seconds):
                await self._exchange(post, dialler, heard)
        except NotReached as error:
            return str(error)
        except (TimeoutError, AnswerTooLong, OSError, httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            return _in_words(error, dialler.meter, heard.status, post.seconds)
        finally:
            await dialler.close()
        return None

    async def _exchange(self, post: _Post, dialler: Dialler, heard: _Heard) -> None:
        place = post.place
        url = httpcore.URL(
            scheme=b"https" if place.is_tls else b"http",
            host=place.host.encode(),
            port=place.port,
            target=place.target.encode(),
        )
        connection = httpcore.AsyncHTTPConnection(url.origin, ssl_context=post.trust, network_backend=dialler)
        ours = {"Host": place.authority, "User-Agent": "bandwidth-order-tracker", "Connection": "close"}
        lines = [(name.encode(), value.encode()) for name, value in {**ours, **post.headers}.items()]
        async with connection.stream("POST", url, headers=lines, content=post.body) as response:
            heard.status = response.status
            heard.retry_after = _asked(response)
            heard.schemes = _schemes(response)
            # the head decides; the rest is read so that the endpoint may finish what it does
            with suppress(AnswerTooLong):
                async for _ in response.aiter_stream():
                    pass


def _asked(response: httpcore.Response) -> float | None:
    given = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
    return None if given is None else retry_after.read(given.decode("latin-1"))


def _schemes(response: httpcore.Response) -> frozenset[str]:
    told = (value for name, value in response.headers if name.lower() == b"www-authenticate")
    return frozenset(match.lower() for each in told for match in _SCHEME.findall(each.decode("latin-1")))


def _in_words(error: Exception, meter: Meter, status: int | None, seconds: float) -> str:
    """Say what happened in our own words: the error's may quote what the endpoint sent."""
    match error:
        case TimeoutError():
            what = "connection" if not meter.is_connected else "answer" if status is None else "whole answer"
            said = f"no {what} within {seconds:g} s"
        case AnswerTooLong():
            said = f"the head of the answer is longer than {MOST_BYTES} bytes"
        case httpcore.ConnectError(__cause__=ssl.SSLCertVerificationError() as refused):
            said = f"the certificate is not accepted: {refused.verify_message}"
        case httpcore.ConnectError():
            said = "no TLS connection could be made"
        case httpcore.RemoteProtocolError() if not meter.is_ended:
            said = "the answer is not HTTP"
        case _ if meter.left == MOST_BYTES:
            said = "the connection broke before any answer came"
        case _:
            said = "the connection broke before the answer was whole"
    return said
