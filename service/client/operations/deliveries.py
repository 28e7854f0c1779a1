"""Deliveries of events to endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.client.call import Call, Iteration
from service.client.exchange import Flow, Request, Talk
from service.client.models.endpoint import Delivery, Replay
from service.client.operations.core import Core, carrying, moment
from service.client.reading import read

_DELIVERIES: Final = 250


class Deliveries(Core):
    """Calls about what became of events."""

    @Iteration
    def iter_deliveries(self, endpoint_id: str, *, status: str | Sequence[str] | None = None) -> Flow[Delivery]:
        """Iterate over an endpoint's deliveries: those that wait, then those that have ended, newest first."""
        where = self._target.account("endpoints", endpoint_id, "deliveries")
        return (yield from self._pages(where, {"limit": _DELIVERIES, "status": status}, Delivery, "deliveries"))

    @Call
    def delivery(self, endpoint_id: str, delivery_id: str) -> Talk[Delivery]:
        """Return a delivery with every attempt."""
        path = self._target.account("endpoints", endpoint_id, "deliveries", delivery_id)
        return read(Delivery, (yield from self._send(Request("GET", path))).json())

    @Call
    def replay_delivery(self, endpoint_id: str, delivery_id: str) -> Talk[Delivery]:
        """Have a delivery that has ended sent again, with the same event id; raises DeliveryWaits, EndpointOff."""
        path = self._target.account("endpoints", endpoint_id, "deliveries", delivery_id, "replay")
        return read(Delivery, (yield from self._send(Request("POST", path, repeatable=False))).json())

    @Call
    def replay_events(self, endpoint_id: str, since: datetime | str, *, types: Sequence[str] = ()) -> Talk[Replay]:
        """Begin to deliver every event since a time again, and return how far it is; raises ReplayUnderWay."""
        path = self._target.account("endpoints", endpoint_id, "replay")
        body = {"since": moment("since", since), **({"types": types} if types else {})}
        return read(Replay, (yield from self._send(carrying("POST", path, body, repeatable=False))).json())
