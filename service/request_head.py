"""The head of a request: uvicorn's HTTP protocol, with bounds on what a stranger may send before anybody looks at it.

uvicorn reads a head of any length, for as long as it takes, and refuses in plain text what is no HTTP. Here a head has
`HEAD_BYTES` and `HEAD_SECONDS`, and every refusal is a problem document like all others.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.api import problems
from service.doorway.attendance import ABORT
from service.errors import HeadTooLarge, MalformedRequest, RequestTimeout

if TYPE_CHECKING:
    import asyncio

    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from service.errors import Refused

#: bytes of a request's address and headers, those behind a chunked body included
HEAD_BYTES: Final = 65_536
#: seconds in which a head must be whole, on a new connection and on one that is used again
HEAD_SECONDS: Final = 10.0
#: bytes of a header around its name and value
_AROUND: Final = len(": \r\n")
_NOT_HTTP: Final = (
    "This is no HTTP/1.1 request that can be read in one way only: mend its first line, its headers, or its length "
    "(one Content-Length, or Transfer-Encoding: chunked)."
)

log = structlog.get_logger()


class BoundedHead(HttpToolsProtocol):
    """Reads requests whose heads are bounded in bytes and seconds."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a head."""
        super().connection_made(transport)
        #: of this request's head so far; and what was read since the parser last told anything
        self._head_bytes = self._untold_bytes = 0
        self._has_begun = self._has_told = False
        self._timer: asyncio.TimerHandle | None = None
        #: the request that the application works on, which others may be waiting behind
        self._at_work: RequestResponseCycle | None = None
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what is swallowed without an end is refused, and who is no longer answered must come to a head."""
        self._has_told = False
        super().data_received(data)
        self._untold_bytes = 0 if self._has_told else self._untold_bytes + len(data)
        if self.transport.is_closing():
            return
        if self._untold_bytes > HEAD_BYTES:
            self._refuse(HeadTooLarge())
        elif self._timer is None and not self._is_answering():
            self._expect_head()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"call": self.transport.abort}}
        self._head_bytes, self._has_begun, self._has_told = 0, True, True

    def on_url(self, url: bytes) -> None:
        """Count a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value) + _AROUND)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Expect no more of this head."""
        self._has_begun, self._has_told = False, True
        self._expect_nothing()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Leave the bounds of a body to whoever reads it."""
        self._has_told = True
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser does not take, or what was counted above."""
        del msg
        self._refuse(HeadTooLarge() if self._head_bytes > HEAD_BYTES else MalformedRequest(_NOT_HTTP))

    def _count(self, length: int) -> None:
        self._has_told = True
        self._head_bytes += length
        if self._head_bytes > HEAD_BYTES:
            raise HeadTooLarge  # the parser makes its own error of it, and ends

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def _is_answering(self) -> bool:
        return self._at_work is not None and not self._at_work.response_complete

    def _expect_head(self) -> None:
        self._timer = self.loop.call_later(HEAD_SECONDS, self._is_late)

    def _expect_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_late(self) -> None:
        self._timer = None
        if self._is_answering() or self.transport.is_closing():
            return  # uvicorn's own timer begins when the answer is out
        if self._has_begun:
            self._refuse(RequestTimeout(f"The request's headers did not arrive within {HEAD_SECONDS:g} s."))
        else:
            self.transport.close()

    def _refuse(self, error: Refused) -> None:
        """Answer without the application, which knows nothing of this request, and hang up.

        A request before it that came whole is answered first, and with it alone the connection ends.
        """
        if self._at_work is not None and self._is_answering():
            if self._at_work is not self.cycle or not self.cycle.more_body:
                self._hang_up_behind(self._at_work)
                return
            self._at_work.disconnected = True
            self._at_work.message_event.set()
        log.info("request.refused", status=error.status, problem=error.slug, codes=[])
        answer = problems.response(error)
        headers = dict([*self.server_state.default_headers, *answer.raw_headers]) | {b"connection": b"close"}
        lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}".encode()]
        lines += [name + b": " + value for name, value in headers.items()]
        self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()

    def _hang_up_behind(self, cycle: RequestResponseCycle) -> None:
        cycle.keep_alive = False
        self.pipeline.clear()
        if self.transport.is_reading():
            self.transport.pause_reading()
