"""The stream of an account's events."""

from __future__ import annotations

from collections.abc import Sequence

from service.client.call import Iteration
from service.client.errors import ConnectionFailed
from service.client.event_stream import EventStream
from service.client.exchange import Flow, Item, Open, Pause, Read
from service.client.models.event import Event
from service.client.operations.core import Core
from service.client.target import query


class Events(Core):
    """The call that listens."""

    @Iteration
    def events(
        self,
        *,
        last_event_id: str | None = None,
        type: str | Sequence[str] | None = None,  # noqa: A002  (as the API has it)
        kind: str | Sequence[str] | None = None,
        state: str | Sequence[str] | None = None,
        order_id: str | Sequence[str] | None = None,
        patience: float | None = 300.0,
    ) -> Flow[Event]:
        """Iterate over events as they happen, without an end; with `last_event_id` over those since as well.

        It connects again by itself and goes on after the last event that it has handed out; `Event.place` is what to
        keep for `last_event_id`. One of the type `reset` says that events since then are gone: read the list of orders
        again. It gives up when the tracker is away for `patience` seconds; None: never.
        """
        filters = query({"type": type, "kind": kind, "state": state, "order_id": order_id})
        stream = EventStream(self._target.account("events"), filters, last_event_id, self._patience, patience)
        while True:
            try:
                stream.begin((yield Open(stream.request())))
                while stream.is_open and (piece := (yield Read())):
                    for each in stream.heard(piece):
                        yield Item(each)
            except ConnectionFailed as failure:
                stream.failed(failure)
            yield Pause(stream.pause())
