"""Bandwidth takes back a token while more exchanges are under way than there are connections."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import rig

from service.bandwidth.connection import Connection
from service.bandwidth.guard import UNGUARDED
from service.exchange import Exchange

LOOK = Exchange("GET", "/accounts/9/tnoptions/1")


class Carrier:
    """Refuses every token but the one that it gave out last, and that only once `good`."""

    def __init__(self):
        self.tokens = 0
        self.good = False

    async def serve(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"/oauth2/token" in head:
                    await reader.readexactly(len(b"grant_type=client_credentials"))
                writer.write(self._answer(head))
                await writer.drain()
        writer.close()

    def _answer(self, head):
        if b"/oauth2/token" in head:
            self.tokens += 1
            body = b'{"access_token":"t%d","expires_in":3600}' % self.tokens
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        status = b"200 OK" if self.good else b"401 Unauthorized"
        return b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status


@pytest.fixture
async def carrier():
    made = Carrier()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    server.close()
    await server.wait_closed()


async def test_refused_answers_do_not_keep_the_connections_that_the_new_token_needs(carrier):
    settings = rig.settings_for("redis://127.0.0.1:9/0", "9", carrier.url, exchanges=2, exchange_seconds=2)
    connection = Connection(settings)

    refused = await asyncio.gather(*(connection.exchange(LOOK, UNGUARDED) for _ in range(8)))
    carrier.good = True
    good = await asyncio.gather(*(connection.exchange(LOOK, UNGUARDED) for _ in range(8)))

    await connection.close()
    assert [each.status for each in refused] == [401] * 8
    assert [each.status for each in good] == [200] * 8
    assert carrier.tokens <= 4
