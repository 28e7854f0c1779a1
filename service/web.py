"""The web application: the doors on one address, and the server that runs them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from service import callbacks, wiring
from service.api import decisions, numbers, orders, problems, subscriptions
from service.errors import TrackerError
from service.spool import directory

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from service.settings import Settings
    from service.wiring import Desk

#: seconds given to requests under way when the server is asked to end
DRAIN_SECONDS = 8

log = structlog.get_logger()


async def live(_request: Request) -> Response:
    """Tell that this process answers; never asks the store."""
    return Response("ok\n", media_type="text/plain")


def application(settings: Settings) -> Starlette:
    """Build the application; it opens its desk when the server starts, in the server's loop."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk: Desk = wiring.build(settings)
        await desk.open()
        app.state.desk = desk
        log.info("api.started", accounts=len(settings.accounts))
        async with desk.draining():
            yield
        await desk.close()

    app = Starlette(
        routes=[
            Route("/livez", live, methods=["GET"]),
            *orders.routes(),
            *decisions.routes(),
            *numbers.routes(),
            *subscriptions.routes(),
            *callbacks.routes(),
        ],
        exception_handlers={
            TrackerError: problems.on_tracker_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_bug,
        },
        lifespan=lifespan,
    )
    # its Location would name the host that the caller names, and http behind a proxy: the token would follow it
    app.router.redirect_slashes = False
    return app


def serve(settings: Settings, host: str, port: int, sock: socket.socket | None = None) -> None:
    """Run the API and the callbacks' door until a signal; `sock` is a socket that listens already."""
    directory.check(settings.spool_dir)
    config = uvicorn.Config(
        application(settings),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[sock] if sock else None)
