"""How often each resource was asked, by method: whoever follows orders should not ask too often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from service.local.sandbox.paths import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send


class Tally:
    """Counts requests since the start, also those that are refused; the sandbox's own pages are none."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def watch(self, routes: Iterable[Route]) -> None:
        """Count the requests that these routes take, under their method and path."""
        for route in routes:
            if not route.path.startswith(OWN):
                route.app = self._counted(route.app, route.path)

    def described(self) -> dict[str, int]:
        """Return the counts by `GET /accounts/{account_id}/tnoptions/{order_id}`."""
        return dict(sorted(self._counts.items()))

    def _counted(self, app: ASGIApp, path: str) -> ASGIApp:
        async def count(scope: Scope, receive: Receive, send: Send) -> None:
            self._counts[f"{scope['method']} {path}"] += 1
            await app(scope, receive, send)

        return count
