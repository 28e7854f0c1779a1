"""The deliveries of an endpoint: shown, and sent again one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import DeliveryWaits, EndpointOff, NotFound
from service.store.events import deliveries, endpoints, listing, replays

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from service.store.events.deliveries import Delivery
    from service.store.events.listing import Page, Place
    from service.store.server.connection import Store


class Deliveries:
    """Tells of deliveries, and has them sent again; one per process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, account_id: str, endpoint_id: str, after: Place | None, most: int, statuses: AbstractSet[str]
    ) -> Page:
        """Return deliveries of these statuses, those that wait first; raises NotFound."""
        if not await endpoints.get(self._store, account_id, [endpoint_id]):
            raise NotFound(f"There is no endpoint {endpoint_id} in account {account_id}.")
        return await listing.page(self._store, account_id, endpoint_id, after, most, statuses)

    async def tried(self, account_id: str, endpoint_id: str) -> Delivery | None:
        """Return the delivery that failed last and waits to be tried again; None: there is none."""
        return await listing.tried(self._store, account_id, endpoint_id)

    async def get(self, account_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
        """Return a delivery; raises NotFound for one that is not, or no more, the endpoint's."""
        found = await deliveries.one(self._store, account_id, endpoint_id, delivery_id)
        if found is None:
            raise _no_delivery(endpoint_id, delivery_id)
        return found

    async def replay(self, account_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
        """Have one that has ended sent again, with the same id.

        Raises NotFound, DeliveryWaits, or EndpointOff while nothing is sent to the endpoint.
        """
        match await replays.one(self._store, account_id, endpoint_id, delivery_id):
            case "gone":
                raise _no_delivery(endpoint_id, delivery_id)
            case "waits":
                raise DeliveryWaits
            case "off":
                raise EndpointOff
        return await self.get(account_id, endpoint_id, delivery_id)


def _no_delivery(endpoint_id: str, delivery_id: str) -> NotFound:
    return NotFound(
        f"Endpoint {endpoint_id} has no delivery {delivery_id[:100]!r}: of each endpoint the newest 1,000 that have "
        "ended are kept, for 7 days."
    )
