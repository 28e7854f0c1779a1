"""Callers whose connections stay open: they are let go when they hang up, and hung up on when they take nothing."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

    from service.listening.listener import Listener

#: our server's extension to ASGI: its `call` ends the connection, with all that was not taken
ABORT: Final = "tracker.abort"


@asynccontextmanager
async def attended(receive: Receive, listener: Listener) -> AsyncIterator[asyncio.Task[None]]:
    """End a listener when its caller hangs up; the task ends then."""

    async def watch() -> None:
        # what the caller still sends is no business of ours
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.end()

    task = asyncio.create_task(watch())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def hang_up(scope: Scope, gone: asyncio.Task[None]) -> None:
    """End the connection of a caller who takes nothing; closing it would wait for him."""
    extension: dict[str, Any] | None = scope.get("extensions", {}).get(ABORT)
    if extension:
        extension["call"]()
        await asyncio.wait((gone,))
