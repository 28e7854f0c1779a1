"""Steps that tests of waiting and streaming share: a stream read frame by frame, a server that can be looked into."""

from __future__ import annotations

import asyncio
import contextlib
import json

import httpx
import rig

from service.store import keys


class Stream:
    """An open stream of events, as a client reads it."""

    def __init__(self, answer):
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def frame(self):
        """The next frame, by field; a comment is the field ''; None at the end of the stream."""
        fields = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line:
                    return fields
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
        return None

    async def event(self):
        """The next event: its frame, with its data read."""
        while "data" not in (frame := await self.frame()):
            pass
        return frame | {"data": json.loads(frame["data"])}

    async def events_to(self, place):
        """The events up to a place in the stream."""
        found, at = [], None
        while at != place:
            frame = await self.frame()
            at = frame.get("id")
            found += [frame | {"data": json.loads(frame["data"])}] if "data" in frame else []
        return found

    async def end(self):
        """Read to the end of the stream."""
        while await self.frame() is not None:
            pass


def address(account):
    return f"/v1/accounts/{account}/events"


@contextlib.asynccontextmanager
async def streaming(api, account, headers=None, **query):
    """Open a stream; it stands where its first frame says."""
    async with api.stream("GET", address(account), params=query, headers=headers) as answer:
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        stream = Stream(answer)
        stream.opening = await stream.frame()
        yield stream


@contextlib.asynccontextmanager
async def second_server(world, **changes):
    """Another process's API, as far as one can be in this one: its server, what listens in it, and a client of it."""
    server = rig.api_server(world.settings.model_copy(update=changes))
    with rig.served(server) as url:
        headers = {"Authorization": f"Bearer {rig.TOKEN}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=20) as api:
            yield server, server.config.app.state.desk.listening, api


async def listeners(listening, count):
    """Wait until so many listen."""

    async def found():
        return len(listening) == count

    await rig.until(found)


async def idle(listening, account, count):
    """Wait until so many listeners of an account have read what they wanted, and sleep."""

    async def found():
        reader = listening._readers.get(account)
        return reader and len([each for each in reader.audience if each._woken._waiters]) == count

    await rig.until(found)


async def write(world, *states, account=None, order="an-order", kind="lidb", **more):
    """Write events of an order straight into the stream, one version each; returns their places."""
    pipeline = world.desk.store.client.pipeline(transaction=False)
    for version, state in enumerate(states, 1):
        fields = {"type": "order.updated", "id": order, "kind": kind, "state": state, "version": version, **more}
        pipeline.xadd(keys.events(account or world.account), fields)
    return await pipeline.execute()
