"""An outage: whoever asks for whatever is turned away, before anything of the request is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty
from service.local.sandbox.paths import OWN

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from service.local.sandbox.faults import Faults


class Outage:
    """Answers 503 at the rate of the fault `outage`; the sandbox's own pages stay."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn the request away, or let it through."""
        is_own = scope["type"] != "http" or scope["path"].startswith(OWN)
        away = not is_own and self._faults.acts("outage")
        await (empty(503) if away else self._app)(scope, receive, send)
