"""A server that was demoted and keeps its connections open: whoever held them finds the primary by itself."""

from __future__ import annotations

import asyncio
import contextlib

import replicas
import rig
from rq import Queue

from service.bells import Bells
from service.errors import StoreUnavailable
from service.store.events import endpoints
from service.store.server import durability
from service.store.server.connecting import connect
from service.store.server.connection import Store


class Balancer:
    """Leads new connections to a port; those that are there stay where they are."""

    def __init__(self, port):
        self.leads_to = port
        self._pumps = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.url = f"redis://{host}:{port}/0"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await asyncio.gather(*self._pumps)

    async def _serve(self, reader, writer):
        self._pumps.append(asyncio.current_task())
        theirs, to_them = await asyncio.open_connection("127.0.0.1", self.leads_to)
        await asyncio.gather(_pump(reader, to_them), _pump(theirs, writer))


async def _pump(reader, writer):
    with contextlib.suppress(OSError):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def test_connections_to_a_server_that_was_demoted_are_given_up():
    with replicas.pair() as (first, second):
        async with Balancer(first.port) as balancer:
            store, bells = Store(connect(balancer.url, durability.greet)), Bells(balancer.url)
            closing = contextlib.AsyncExitStack()
            closing.push_async_callback(store.close)
            closing.push_async_callback(bells.close)

            async def made(endpoint_id):
                with contextlib.suppress(StoreUnavailable):
                    return (await endpoints.create(store, "1", endpoint_id, {})).outcome

            async def rung():
                bells.ring("deliver", "1", ["1"])
                await asyncio.sleep(0.01)
                return second.ask("LLEN", Queue("order-tracker-deliver", connection=bells._connection).key)

            async with closing:
                assert await made("first") == "created"
                assert await bells.waiting("deliver") == 0
                second.ask("REPLICAOF", "NO", "ONE")
                first.ask("REPLICAOF", "127.0.0.1", second.port)
                balancer.leads_to = second.port

                assert await rig.until(lambda: made("second")) == "created"
                assert await rig.until(rung) > 0
