"""Bandwidth as nobody would want it: it gives out a token, and answers the rest with bytes that a test chooses."""

from __future__ import annotations

import asyncio
import contextlib

TOKEN = b'{"access_token":"t","expires_in":3600}'


def whole(body, status="200 OK", *headers):
    """An answer with a length."""
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/xml", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


class Carrier:
    """`answers` has bytes for the method, and for METHOD PART where the path holds it; all requests are kept."""

    def __init__(self):
        self.answers = {}
        self.token = whole(TOKEN)
        self.asked = []

    async def serve(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((line for line in head.lower().split("\r\n") if line.startswith("content-length:")), ":0")
                await reader.readexactly(int(length.partition(":")[2]))
                await self._answer(head.split("\r\n")[0], writer)
        writer.close()

    async def _answer(self, first, writer):
        if "/oauth2/token" in first:
            chosen = self.token
        else:
            self.asked.append(first)
            method, path, _ = first.split(" ")
            chosen = next(
                (
                    told
                    for asked, told in self.answers.items()
                    if asked.split(" ")[0] == method and asked[len(method) + 1 :] in path
                )
            )
        for part in [chosen] if isinstance(chosen, bytes) else chosen():
            writer.write(part)
            await writer.drain()
        if not isinstance(chosen, bytes):
            writer.close()


@contextlib.asynccontextmanager
async def carrier():
    made = Carrier()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
