"""Replays: every event since a time delivered to an endpoint again, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.errors import EndpointOff, NotFound, ReplayUnderWay, StoreUnavailable
from service.store.events import endpoints, replays
from service.times import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.settings import Settings
    from service.store.events.replays import Replay
    from service.store.server.connection import Store


log = structlog.get_logger()


class Replays:
    """Begins replays and goes on with them; any number of processes may."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._keep_ms = settings.event_days * DAY_MS

    async def begin(self, account_id: str, endpoint_id: str, since: int, types: Sequence[str]) -> Replay:
        """Begin one since a time (ms since 1970); no types: all that the endpoint is told of.

        Raises NotFound, ReplayUnderWay, or EndpointOff while nothing is sent to the endpoint.
        """
        match await replays.begin(self._store, account_id, endpoint_id, since, types, self._keep_ms):
            case "gone":
                raise NotFound(f"There is no endpoint {endpoint_id} in account {account_id}.")
            case "busy":
                raise ReplayUnderWay
            case "off":
                raise EndpointOff
        found = await endpoints.get(self._store, account_id, [endpoint_id])
        if not found or found[0].replay is None:
            raise StoreUnavailable("The replay cannot be read; its endpoint shows how far it is.")
        return found[0].replay

    async def go_on(self, account_id: str, must_end: Callable[[], bool] = lambda: False) -> int:
        """Make deliveries of all replays, as many as may wait, until one must end; return how many were made."""
        total = 0
        for endpoint_id in await replays.under_way(self._store, account_id):
            step = "more"
            while step == "more" and not must_end():
                made, step = await replays.go_on(self._store, account_id, endpoint_id)
                total += made
            if step == "ended":
                log.info("endpoint.replayed", account=account_id, endpoint=endpoint_id)
        return total
