"""Looking names up, in threads of its own: a name server that never answers must not hold up anybody else's names.

The event loop's own look-ups share a handful of threads with Redis' and Bandwidth's names, and a thread that waits in
the C library cannot be called back. These are daemons, so that they do not hold up the end of a process either.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Final, TypeAlias

#: look-ups under way at once, those included that nobody waits for any more
MOST_LOOKUPS: Final = 64

#: a host and a port in, its addresses in the order to try them out; raises OSError
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]


class Resolver:
    """Asks the system's resolver; one per event loop."""

    def __init__(self, most: int = MOST_LOOKUPS) -> None:
        self._room = asyncio.Semaphore(most)

    async def __call__(self, host: str, port: int) -> list[str]:
        """Return a name's addresses; raises OSError."""
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        found: asyncio.Future[list[str]] = loop.create_future()

        def settle(answer: list[str] | OSError) -> None:
            self._room.release()
            if found.done():
                return
            if isinstance(answer, OSError):
                found.set_exception(answer)
            else:
                found.set_result(answer)

        def look() -> None:
            answer = _addresses(host, port)
            # the loop may have ended while the name server was silent
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, answer)

        Thread(target=look, name="resolver", daemon=True).start()
        return await found


def _addresses(host: str, port: int) -> list[str] | OSError:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except OSError as error:
        return error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
