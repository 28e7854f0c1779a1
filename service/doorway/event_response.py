"""The answer that does not end: an account's events, as they come.

sse-starlette would do; with it an idle client costs four tasks and 37 KB instead of two tasks and 20 KB, and a server
that ends is noticed half a second later.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

import structlog
from starlette.responses import Response

from service.doorway import event_frames
from service.doorway.attendance import attended, hang_up
from service.errors import StoreUnavailable
from service.store.events import stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from starlette.types import Receive, Scope, Send

    from service.listening.interest import Interest
    from service.listening.listener import Listener
    from service.store.events.stream import Entry, Place
    from service.wiring import Desk

#: seconds after which a client is told that the stream is still there, and its token is looked at again
STILL_SECONDS: Final = 15.0
#: seconds for which a client may take nothing of what it is sent; below the time in which the server ends
SEND_SECONDS: Final = 5.0
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = structlog.get_logger()


class EventResponse(Response):
    """Streams events after a place, or from now on, until the client goes or is no longer `welcome`."""

    media_type = "text/event-stream"

    def __init__(
        self,
        desk: Desk,
        client_id: str,
        account_id: str,
        interest: Interest,
        after: Place | None,
        welcome: Callable[[], Awaitable[bool]],
    ) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers(_HEADERS)
        self._desk = desk
        self._client_id = client_id
        self._account_id = account_id
        self._interest = interest
        self._after = after
        self._welcome = welcome
        #: the client has all up to here
        self._place = stream.START
        self._events = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is raised before the first byte becomes a problem."""
        began = time.monotonic()
        async with self._desk.listening.to(self._account_id, self._interest, self._client_id) as listener:
            await self._begin(listener)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            async with attended(receive, listener) as gone:
                why = await self._stream(listener, send)
                if why == "slow":
                    await hang_up(scope, gone)
        seconds = round(time.monotonic() - began)
        log.info("stream.ended", account=self._account_id, why=why, events=self._events, seconds=seconds)

    async def _begin(self, listener: Listener) -> None:
        end = await stream.end(self._desk.store, self._account_id)
        self._place = end if self._after is None else self._after
        if self._after is not None:
            listener.fall_behind()

    async def _stream(self, listener: Listener, send: Send) -> str:
        """Send frames until there are no more; return why."""
        try:
            try:
                why = await self._send_all(listener, send)
            except StoreUnavailable:
                why = "store away"  # while it caught up: the client comes back to where it stands
            await _send(send, b"", more=False)
        except TimeoutError:
            why = "slow"
        return why

    async def _send_all(self, listener: Listener, send: Send) -> str:
        look_at = time.monotonic() + STILL_SECONDS
        async with aclosing(self._frames(listener)) as frames:
            async for each in frames:
                if time.monotonic() >= look_at:
                    if not await self._welcome():
                        return "token"
                    look_at = time.monotonic() + STILL_SECONDS
                await _send(send, each)
        return "draining" if self._desk.listening.is_draining else "gone"

    async def _frames(self, listener: Listener) -> AsyncGenerator[bytes]:
        yield event_frames.opening(self._place)
        while not listener.has_ended:
            if listener.is_behind:
                async for each in self._missed(listener):
                    yield each
            elif heard := self._new(await listener.news(STILL_SECONDS)):
                self._events += len(heard)
                yield event_frames.events(heard)
            elif listener.is_up_to_date and not listener.has_ended:
                self._place = max(self._place, self._desk.listening.place(self._account_id))
                yield event_frames.still_here(self._place)

    async def _missed(self, listener: Listener) -> AsyncGenerator[bytes]:
        """Write what stands in the stream, as fast as the client takes it."""
        listener.catch_up()
        while not listener.has_ended:
            page = await stream.after(self._desk.store, self._account_id, self._place)
            if not page.is_whole:
                asked, self._place = self._place, page.end
                yield event_frames.reset(asked, self._place)
                return
            if not page.entries:
                return
            wanted = [each for each in self._new(page.entries) if self._interest.takes(each.event)]
            self._events += len(wanted)
            told = event_frames.events(wanted)
            # a client that comes back need not read again what it did not want
            yield told if page.entries[-1] in wanted[-1:] else told + event_frames.still_here(self._place)

    def _new(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return those that the client does not have, and go on to the last of them."""
        new = [each for each in entries if each.place > self._place]
        if new:
            self._place = new[-1].place
        return new


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})
