"""The scrape: what a caller may see of the vital signs, in the format that it asks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.responses import Response

from service import vitals
from service.api.entrance import caller
from service.api.metrics import happened, installation, standing
from service.api.operation import Answer, Operation
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prometheus_client.core import Metric as Family
    from starlette.requests import Request

    from service.vitals import AccountVitals, InstallationVitals
    from service.wiring import Desk


class _Known(Collector):
    """Families that are made already."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Family]:
        """Return them."""
        return self._families


async def scrape(request: Request) -> Response:
    """Return the metrics of the caller's accounts; while the store is away, those that need none."""
    desk, client = caller(request)
    common, accounts = await asyncio.gather(vitals.installation(desk), _accounts(desk, sorted(client.accounts)))
    encode, content_type = _encoder(request.headers.get("accept", ""))
    # those of fifty accounts take most of a second: the others' calls go on meanwhile
    body = await asyncio.to_thread(lambda: encode(_registry(_families(common, accounts))))
    return Response(body, headers={"Content-Type": content_type})


def _encoder(accept: str) -> tuple[Callable[[Collector], bytes], str]:
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):
        # a version that is no number names no format
        return choose_encoder("")


def _families(common: InstallationVitals, accounts: Sequence[AccountVitals] | None) -> list[Family]:
    if accounts is None:
        # one of these may have found the store there just before
        return [each.family([replace(common, up=False)]) for each in installation.METRICS]
    return [
        *(each.family([common]) for each in installation.METRICS),
        *(each.family(accounts) for each in (*standing.METRICS, *happened.METRICS)),
    ]


async def _accounts(desk: Desk, account_ids: Sequence[str]) -> list[AccountVitals] | None:
    try:
        return await asyncio.gather(*(vitals.read(desk.store, each) for each in account_ids))
    except StoreUnavailable:
        return None


def _registry(families: Iterable[Family]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Known(families))
    registry.register(ProcessCollector(registry=None))
    return registry


def operations() -> list[Operation]:
    """Return the one call."""
    shown = "# HELP order_tracker_up 1 while the store answers.\n# TYPE order_tracker_up gauge\norder_tracker_up 1.0\n"
    does = "Prometheus' text format, or OpenMetrics where `Accept` asks for it"
    return [
        Operation(
            "GET",
            "/metrics",
            scrape,
            "getMetrics",
            "How the token's accounts and the installation do, for Prometheus",
            answers={200: Answer(does, str, media_type="text/plain", example=shown)},
        )
    ]
