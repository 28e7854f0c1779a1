"""Subscriptions that are made through the XML front: endpoints that are told in Bandwidth's notifications.

They are kept here, and have nothing to do with our own at Bandwidth (`service.subscribing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.errors import NotFound, TooManyEndpoints
from service.identifiers import new_id
from service.outgoing import address
from service.store.events import endpoints, subscribed
from service.times import DAY_MS

if TYPE_CHECKING:
    from service.sealing import Sealer
    from service.settings import Settings
    from service.store.events.endpoints import Endpoint
    from service.store.server.connection import Store

#: what still waits for a subscription that has expired is brought for as long as a delivery is attempted
_OWED_MS: Final = 4 * DAY_MS


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a caller decides of a subscription, all of it each time; credentials are both given, or neither."""

    url: str
    #: as it was written, and the kind that it means
    order_type: str
    kind: str
    #: seconds to live
    expiry: int
    #: of ours; None: all of the kind
    order_id: str | None = None
    username: str | None = None
    password: str | None = None
    #: as PEM: of its receiver, believed beside those of authorities
    certificate: str | None = None
    number_format: str = "LEGACY"


class Subscriptions:
    """Keeps subscriptions; one per process."""

    def __init__(self, store: Store, settings: Settings, sealer: Sealer) -> None:
        self._store = store
        self._allowed = settings.outgoing_allow
        self._sealer = sealer

    def check_url(self, url: str) -> None:
        """Hold a URL to the rules for outgoing calls; raises ValueError with a sentence."""
        address.check_url(url, self._allowed)

    async def create(self, account_id: str, wanted: Subscription) -> str | None:
        """Keep one whose URL was checked, and return its id; None: one that tells the same there lives already.

        Raises TooManyEndpoints.
        """
        subscription_id = new_id()
        fields = {**self._fields(subscription_id, wanted), "enabled": "1"}
        created = await endpoints.create(self._store, account_id, subscription_id, fields)
        if created.outcome == "too_many":
            raise TooManyEndpoints(f"An account has at most {endpoints.MOST} endpoints: remove one first.")
        return None if created.outcome == "duplicate" else subscription_id

    async def all(self, account_id: str) -> list[Endpoint]:
        """Return those that live, oldest first; `subscribed` is there in each."""
        ids, now = await endpoints.ids(self._store, account_id), await self.now(account_id)
        found = await endpoints.get(self._store, account_id, ids)
        return [each for each in found if each.subscribed and each.subscribed.expires_at > now]

    async def get(self, account_id: str, subscription_id: str) -> Endpoint:
        """Return one that lives; raises NotFound."""
        found = await endpoints.get(self._store, account_id, [subscription_id])
        now = await self.now(account_id)
        if not found or not found[0].subscribed or found[0].subscribed.expires_at <= now:
            raise no_subscription(account_id, subscription_id)
        return found[0]

    async def replace(self, account_id: str, subscription_id: str, wanted: Subscription) -> bool:
        """Write one anew in full, which switches it on and forgets its failures; raises NotFound.

        `wanted` is checked as for a new one; what it leaves out is as if it had never been given. False: another one
        tells the same there already, and nothing was changed.
        """
        await self.get(account_id, subscription_id)
        fields = {**self._fields(subscription_id, wanted), "enabled": "1"}
        done = await endpoints.change(self._store, account_id, subscription_id, fields)
        if done == "gone":
            raise no_subscription(account_id, subscription_id)
        return done == "changed"

    async def remove(self, account_id: str, subscription_id: str) -> None:
        """Remove one with all that waits for it; raises NotFound."""
        await self.get(account_id, subscription_id)
        if not await endpoints.remove(self._store, account_id, subscription_id):
            raise no_subscription(account_id, subscription_id)

    async def sweep(self, account_id: str) -> list[str]:
        """Remove those that have expired and are owed nothing more; return their ids."""
        over = await subscribed.expired(self._store, account_id, _OWED_MS)
        return [each for each in over if await endpoints.remove(self._store, account_id, each)]

    async def now(self, account_id: str) -> int:
        """Return the time by which they expire, in ms."""
        return await subscribed.now(self._store, account_id)

    def _fields(self, subscription_id: str, wanted: Subscription) -> dict[str, str | int | bool]:
        password = wanted.password and self._sealer.seal(wanted.password, subscription_id)
        # False removes what one before has left
        return {
            "format": subscribed.NOTIFICATION,
            "url": wanted.url,
            "types": subscribed.TYPES,
            "kinds": wanted.kind,
            "order_type": wanted.order_type,
            "order_id": wanted.order_id or False,
            "number_format": wanted.number_format,
            "username": wanted.username or False,
            "password": password or False,
            "certificate": wanted.certificate or False,
            "life": wanted.expiry * 1000,
        }


def no_subscription(account_id: str, subscription_id: str) -> NotFound:
    """Return the error for a subscription that is not there."""
    return NotFound(f"Subscription {subscription_id} not found for accountId {account_id}")
