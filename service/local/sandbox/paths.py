"""The many spellings of one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

#: Aliases of version 1, the longest first; /api/v2 is another dialect and unknown here.
_PREFIXES = ("/api/v1/", "/v1.0/", "/api/")
_OWN = "/_sandbox/"
#: Place of the collection's name in /accounts/{id}/{collection}.
_COLLECTION = 3


class Paths:
    """Brings every alias to the one path that the routes know; the docs write tnOptions and tnoptions."""

    def __init__(self, app: ASGIApp, collections: Iterable[str]) -> None:
        self._app = app
        self._collections = frozenset(collections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the path, or answer 404."""
        if scope["type"] != "http" or scope["path"].startswith(_OWN):
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
        if len(parts) > _COLLECTION and parts[_COLLECTION].lower() in self._collections:
            parts[_COLLECTION] = parts[_COLLECTION].lower()
        return "/".join(parts)
