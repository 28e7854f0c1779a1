"""The sandbox as a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from service.local.sandbox.app import build_app
from service.local.sandbox.clock import Clock, utc_now
from service.local.sandbox.connection import Connection

if TYPE_CHECKING:
    import socket
    from types import FrameType

    from service.local.sandbox.options import Options

#: Seconds that an idle connection stays open: long, so that none is closed under a POST unasked.
_KEEP_ALIVE = 60
#: Seconds that open requests get when the sandbox is told to stop.
_GRACE = 2


class Server(uvicorn.Server):
    """uvicorn, ending with a return instead of the signal that stopped it."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Stop; told a second time, stop at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def build_server(options: Options, clock: Clock = utc_now) -> Server:
    """Build a server that the caller runs, in a thread for instance."""
    config = uvicorn.Config(
        build_app(options, clock),
        host=options.host,
        port=options.port,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    return Server(config)


def serve(options: Options, sock: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then return.

    A caller that wants to know the port beforehand binds a socket itself and hands it over; `host` and
    `port` are not used then.
    """
    build_server(options).run(sockets=[sock] if sock else None)
