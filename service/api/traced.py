"""Requests in traces: each works under the trace that its caller names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from service.tracing import trace

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Traced:
    """Around the application: all that a request's task does and logs is under its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the caller's trace, else a new one, for as long as the request's task lives."""
        if scope["type"] == "http":
            trace.begin(trace.of_headers(Headers(scope=scope).getlist("traceparent")))
        await self._app(scope, receive, send)
