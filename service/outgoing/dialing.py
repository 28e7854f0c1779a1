"""Dialling: a name is resolved once, all its addresses are guarded, and one of these very addresses is dialled.

Nobody resolves the name a second time: httpcore asks for a connection to the host and gets one to a guarded address,
while TLS and the header Host go on naming the host. What comes back is counted.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpcore

from service.allow_list import AllowList
from service.outgoing.address import Destination, guarded
from service.outgoing.resolver import Resolve

#: bytes read of one answer, its head included
MOST_BYTES: Final = 16 * 1024
#: addresses tried of one host
MOST_ADDRESSES: Final = 4


class NotReached(Exception):
    """No connection: the message says why."""


class AnswerTooLong(Exception):
    """As much of the answer as is read was read."""


@dataclass(slots=True)
class Meter:
    """What has come of an answer."""

    left: int = MOST_BYTES
    is_connected: bool = False
    #: the other side has ended the connection
    is_ended: bool = False


class Dialler(httpcore.AsyncNetworkBackend):
    """Makes the one connection of one attempt, in `seconds` at most; `close` closes whatever has become of it."""

    def __init__(self, place: Destination, allowed: AllowList, resolve: Resolve, seconds: float) -> None:
        self.meter = Meter()
        self._place = place
        self._allowed = allowed
        self._resolve = resolve
        self._seconds = seconds
        self._tcp = httpcore.AnyIOBackend()
        self._opened: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature; the attempt has one deadline
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first guarded address that answers; raises NotAllowed, NotReached."""
        addresses = _to_try(guarded(self._place, await self._addresses(host, port), self._allowed))
        for address in addresses:
            try:
                self._opened = await self._tcp.connect_tcp(
                    address, port, self._seconds / len(addresses), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            self.meter.is_connected = True
            return Wire(self._opened, self.meter)
        raise NotReached("the host could not be reached")

    async def close(self) -> None:
        """Close the connection: httpcore forgets one that is given up between TCP and TLS."""
        if self._opened is not None:
            await self._opened.aclose()

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        if self._place.literal is not None:
            return [str(self._place.literal)]
        try:
            found = await self._resolve(host, port)
        except OSError:
            found = []
        if not found:
            raise NotReached("the host's name could not be resolved")
        return found


class Wire(httpcore.AsyncNetworkStream):
    """A connection that is read so far and no further."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read what has come; raises AnswerTooLong."""
        if self._meter.left == 0:
            raise AnswerTooLong
        data = await self._stream.read(min(max_bytes, self._meter.left), timeout)
        self._meter.left -= len(data)
        self._meter.is_ended = not data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write it all."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Go on by TLS with the host that is named."""
        return Wire(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._meter)

    def get_extra_info(self, info: str) -> Any:
        """Tell what the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _to_try(addresses: Sequence[str]) -> list[str]:
    """Return the first addresses, one of the other family second: a machine may have no way out by the first."""
    first, *others = addresses
    others.sort(key=lambda each: (":" in each) == (":" in first))
    return [first, *others][:MOST_ADDRESSES]
