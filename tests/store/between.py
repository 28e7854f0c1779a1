"""A wire between a store's clients and its server: it holds answers back, cuts them off, or gives others."""

from __future__ import annotations

import asyncio
import contextlib


class Wire:
    """Carries bytes both ways; `asked` keeps what was asked, one item for each time that something came."""

    def __init__(self, port):
        self._port = port
        self._server = None
        self._tasks = set()
        self.asked = []
        self.connections = 0
        #: clear it, and answers are held back
        self.open = asyncio.Event()
        self.open.set()
        #: bytes of the next answer that get through before the connection is cut
        self.cut = None
        #: what is answered instead, to whatever comes next
        self.instead = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        self.connections += 1
        self._tasks.add(asyncio.current_task())
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(self._answers(theirs, writer))
        self._tasks.add(back)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while asked := await reader.read(1 << 20):
                self.asked.append(asked)
                if self.instead is None:
                    ours.write(asked)
                else:
                    said, self.instead = self.instead, None
                    writer.write(said)
        ours.close()
        writer.close()

    async def _answers(self, theirs, writer):
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while said := await theirs.read(1 << 20):
                await self.open.wait()
                if self.cut is not None:
                    writer.write(said[: self.cut])
                    self.cut = None
                    break
                writer.write(said)
        writer.close()
