"""The operations about events: a stream for whoever asks, endpoints and deliveries for whoever is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api import deliveries, endpoints, event_stream

if TYPE_CHECKING:
    from service.api.operation import Operation


def operations() -> tuple[Operation, ...]:
    """Return what there is to do with events."""
    return (*event_stream.operations(), *endpoints.operations(), *deliveries.operations())
