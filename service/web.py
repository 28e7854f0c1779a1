"""The web application: the doors on one address, and the server that runs them."""

from __future__ import annotations

import resource
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from service import opening, wiring
from service.api import problems
from service.api.traced import Traced
from service.doors import doors
from service.errors import Misconfigured, TrackerError
from service.processes import garbage
from service.readiness import Readiness
from service.request_head import BoundedHead
from service.spool import directory
from service.store.server.connection import DOOR_SECONDS
from service.tracing import collecting

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable
    from types import FrameType

    from service.settings import Settings
    from service.wiring import Desk

#: seconds given to requests under way when the server is asked to end
DRAIN_SECONDS = 8

log = structlog.get_logger()


def _tell(error: Misconfigured) -> None:
    log.error("store.refused", error=error.detail)


def application(settings: Settings, refuse: Callable[[Misconfigured], None] = _tell) -> Starlette:
    """Build the application; it opens its desk when the server starts, in the server's loop.

    It serves at once, with 503 until the store is there; `refuse` is told when the store may not be used.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk: Desk = wiring.build(settings, DOOR_SECONDS)
        app.state.desk = desk
        log.info("api.started", accounts=len(settings.accounts))
        async with opening.opening(desk.open, refuse), desk.clients.following(), desk.draining():
            yield
        await desk.close()

    app = Starlette(
        routes=[doors()],
        exception_handlers={
            TrackerError: problems.on_tracker_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_bug,
        },
        lifespan=lifespan,
    )
    app.state.readiness = Readiness()
    app.add_middleware(Traced)
    # its Location would name the host that the caller names, and http behind a proxy: the token would follow it
    app.router.redirect_slashes = False
    return app


class Server(uvicorn.Server):
    """The server of an application of ours: before it waits for what is under way, it lets all listeners go."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be asked to end: tell whoever asks from now on that this process takes nothing more, then end."""
        app = self.config.app
        if isinstance(app, Starlette):
            app.state.readiness.drain()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, in the time that requests under way are given."""
        app = self.config.app
        if isinstance(app, Starlette):
            app.state.desk.listening.drain()
        await super().shutdown(sockets)
        # uvicorn ends the process by the signal that asked for it: nothing that waits for an exit is done
        collecting.end()


def configuration(app: Starlette, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """Say how the server runs an application."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedHead,
        # what a carrier or a caller says is data, whatever a browser makes of it
        headers=[("X-Content-Type-Options", "nosniff")],
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def serve(settings: Settings, host: str, port: int, sock: socket.socket | None = None) -> None:
    """Run the API and the callbacks' door until a signal; `sock` is a socket that listens already.

    Raises Misconfigured when the spool cannot be written, and once the store is there and may not be used.
    """
    directory.check(settings.spool_dir)
    refused: list[Misconfigured] = []

    def refuse(error: Misconfigured) -> None:
        refused.append(error)
        server.should_exit = True

    server = Server(configuration(application(settings, refuse), host, port))
    _take_all_files()
    garbage.settle()
    server.run(sockets=[sock] if sock else None)
    if refused:
        raise refused[0]


def _take_all_files() -> None:
    """Allow as many open files as we may: each listener has a connection, and a shell gives 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
