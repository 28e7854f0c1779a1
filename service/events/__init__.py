"""Events to other services: where they go, and how they are brought there."""

from __future__ import annotations

from service.events.courier import Courier
from service.events.deliveries import Deliveries
from service.events.endpoints import Endpoints
from service.events.replays import Replays
from service.events.subscriptions import Subscriptions
from service.sealing import Sealer
from service.settings import Settings
from service.store.server.connection import Store


class Events:
    """What a process knows of events; one per desk."""

    def __init__(self, store: Store, settings: Settings, sealer: Sealer) -> None:
        self.endpoints = Endpoints(store, settings, sealer)
        self.subscriptions = Subscriptions(store, settings, sealer)
        self.deliveries = Deliveries(store)
        self.replays = Replays(store, settings)
        self.courier = Courier(store, settings, sealer)
