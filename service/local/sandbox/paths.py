"""The many spellings of one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

#: Aliases of version 1, the longest first; /api/v2 is another dialect and unknown here.
_PREFIXES = ("/api/v1/", "/v1.0/", "/api/")
#: Where the sandbox's own pages are, which Bandwidth does not have.
OWN = "/_sandbox/"
#: Names that are no collection of orders; they stand in the odd places of a path, ids in the even ones.
_NAMES = {"sites", "sippeers", "tns", "tndetails"}


class Paths:
    """Brings every alias to the one path that the routes know; the docs write tnOptions and tnoptions."""

    def __init__(self, app: ASGIApp, orders: Iterable[str]) -> None:
        self._app = app
        self._names = _NAMES.union(orders)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the path, or answer 404."""
        if scope["type"] != "http" or scope["path"].startswith(OWN):
            await self._app(scope, receive, send)
            return
        prefix = next((prefix for prefix in _PREFIXES if scope["path"].startswith(prefix)), None)
        if prefix is None:
            await empty(404)(scope, receive, send)
            return
        path = self._canonical("/" + scope["path"][len(prefix) :])
        await self._app({**scope, "path": path}, receive, send)

    def _canonical(self, path: str) -> str:
        parts = path.split("/")
        parts[1::2] = [part.lower() if part.lower() in self._names else part for part in parts[1::2]]
        return "/".join(parts)
