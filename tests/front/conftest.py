from __future__ import annotations

import asyncio

import pytest
import rig


@pytest.fixture
async def working(valkey):
    """A world in which workers work all the time."""
    async with rig.world(valkey.url) as world:
        stop = asyncio.Event()

        async def work():
            while not stop.is_set():
                await world.turn()
                await asyncio.sleep(0.01)

        task = asyncio.create_task(work())
        yield world
        stop.set()
        await task


@pytest.fixture
async def idle(valkey):
    """A world in which nobody works, and nobody waits for that."""
    async with rig.world(valkey.url, front_hold_seconds=0) as world:
        yield world
