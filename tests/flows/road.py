"""The road to Bandwidth: forwards every request, notes when it passed, and can be closed and opened again."""

from __future__ import annotations

import asyncio
import contextlib
import time

import rig


class Road:
    """One port in front of a sandbox; while it is closed, connections are refused."""

    def __init__(self, port):
        self._to = port
        self._port = rig.free_port()
        self._server = None
        self._writers = set()
        #: when each request that was no token's passed, by the monotonic clock
        self.passed = []
        #: answered instead of the sandbox's: (status line, headers) once each
        self.instead = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    async def open(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def close(self):
        self._server.close()
        for each in self._writers:
            each.close()
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        there = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers |= {writer, there[1]}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._out(reader, there[1], writer), self._back(there[0], writer))
        self._writers -= {writer, there[1]}
        writer.close()

    async def _out(self, reader, there, back):
        while some := await reader.read(65536):
            is_ours = b" HTTP/1.1\r\n" in some and b"/oauth2/token" not in some
            if is_ours:
                self.passed.append(time.monotonic())
            if is_ours and self.instead:
                back.write(self.instead.pop(0))
            else:
                there.write(some)
        there.close()

    async def _back(self, there, writer):
        while some := await there.read(65536):
            writer.write(some)


@contextlib.asynccontextmanager
async def world(redis_url, **changes):
    """Open a world whose requests to Bandwidth take a road; yields both."""
    async with rig.world(redis_url, **changes) as near:
        road = Road(near.sandbox.base_url.port)
        await road.open()
        settings = near.settings.model_copy(update={"bandwidth_url": f"{road.url}/api/v1"})
        desk = rig.wiring.build(settings)
        far = rig.World(settings, near.api, near.sandbox, desk, rig.Errands(desk, rig.NoTimer()))
        try:
            yield far, road
        finally:
            await desk.close()
            await road.close()
