"""What tests of locations and numbers at the front do again and again."""

from __future__ import annotations

import asyncio
import contextlib

from service import xml


@contextlib.asynccontextmanager
async def working(world):
    """Let a clock and workers work while somebody calls."""

    async def work():
        while True:
            await world.turn()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


def refusal(answer):
    """A refusal's status, root and code."""
    root = xml.parse(answer.content)
    return answer.status_code, root.tag, xml.text(root, "ResponseStatus", "ErrorCode")


def told(root):
    """All that a document says, whatever its declaration and the blanks between its elements."""
    return [(each.tag, (each.text or "").strip()) for each in root.iter()]
