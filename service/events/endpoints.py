"""The endpoints of an account: made with a secret that is shown once, changed, rotated, pinged and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.errors import (
    EndpointOff,
    IdempotencyReused,
    NotFound,
    StoreUnavailable,
    SubscribedEndpoint,
    TooManyEndpoints,
)
from service.identifiers import new_id
from service.outgoing import address, signing
from service.store.events import deliveries, endpoints
from service.store.events.endpoints import ALWAYS, Once
from service.strict_json import canonical

if TYPE_CHECKING:
    from service.sealing import Sealer
    from service.settings import Settings
    from service.store.events.deliveries import Delivery
    from service.store.events.endpoints import Endpoint
    from service.store.server.connection import Store


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller decides of an endpoint; no types and no kinds: all of them."""

    url: str
    description: str = ""
    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    enabled: bool = True

    @classmethod
    def of(cls, endpoint: Endpoint) -> Wish:
        """Return what was decided of an endpoint until now."""
        return cls(endpoint.url, endpoint.description, endpoint.types, endpoint.kinds, endpoint.enabled)


@dataclass(frozen=True, slots=True)
class Made:
    """An endpoint that was made, by this request or by the same one before, and its secret."""

    endpoint: Endpoint
    secret: str
    replayed: bool


class Endpoints:
    """Keeps endpoints; one per process."""

    def __init__(self, store: Store, settings: Settings, sealer: Sealer) -> None:
        self._store = store
        self._allowed = settings.outgoing_allow
        self._sealer = sealer

    async def exist(self, account_id: str) -> bool:
        """Tell whether anybody listens to the account's events."""
        return await endpoints.exist(self._store, account_id)

    def check_url(self, url: str) -> None:
        """Hold a URL to the rules for outgoing calls; raises ValueError with a sentence."""
        address.check_url(url, self._allowed)

    def once(self, account_id: str, client_id: str, key: str, body: object) -> Once:
        """Return what tells a request with an Idempotency-Key from others; `body` is parsed JSON."""
        parts = (each.encode() for each in (account_id, "endpoint", client_id))
        return Once(f"{client_id}:{key}", self._sealer.fingerprint(*parts, canonical(body)))

    async def create(self, account_id: str, wish: Wish, once: Once = ALWAYS) -> Made:
        """Make an endpoint whose URL was checked, or return the one that the same request has made, with its secret.

        Raises TooManyEndpoints, IdempotencyReused, or NotFound when the endpoint was removed since.
        """
        endpoint_id, secret = new_id(), signing.new_secret()
        fields = _fields(wish) | {"secret": self._sealer.seal(secret, endpoint_id)}
        created = await endpoints.create(self._store, account_id, endpoint_id, fields, once)
        match created.outcome:
            case "too_many":
                raise TooManyEndpoints(f"An account has at most {endpoints.MOST} endpoints: remove one first.")
            case "reused":
                raise IdempotencyReused("This Idempotency-Key was used with another body: use a new one.")
            case "replayed":
                secret = await self._secret(account_id, created.endpoint_id)
        endpoint = await self.get(account_id, created.endpoint_id)
        return Made(endpoint, secret, replayed=created.outcome == "replayed")

    async def all(self, account_id: str) -> list[Endpoint]:
        """Return the endpoints of an account, oldest first."""
        return await endpoints.get(self._store, account_id, await endpoints.ids(self._store, account_id))

    async def get(self, account_id: str, endpoint_id: str) -> Endpoint:
        """Return an endpoint; raises NotFound."""
        found = await endpoints.get(self._store, account_id, [endpoint_id])
        if not found:
            raise _no_endpoint(account_id, endpoint_id)
        return found[0]

    async def change(self, account_id: str, endpoint_id: str, wish: Wish, before: Wish) -> Endpoint:
        """Change an endpoint where a wish, whose URL was checked, differs from what it was.

        What has changed by itself or by others meanwhile, such as one that was switched off, stays. Raises NotFound, or
        SubscribedEndpoint for what only its subscriber changes.
        """
        old = _fields(before)
        changed = {name: value for name, value in _fields(wish).items() if value != old[name]}
        if set(changed) - {"enabled", "description"}:
            await self._require_ours(account_id, endpoint_id)
        return await self._changed(account_id, endpoint_id, changed)

    async def rotate(self, account_id: str, endpoint_id: str) -> tuple[Endpoint, str]:
        """Give an endpoint a new secret and return it; the one before signs beside it for a day. Raises NotFound.

        Repeated within ten minutes, it replaces the secret that was made first, and the one before both signs on.
        Raises SubscribedEndpoint for one that has none.
        """
        await self._require_ours(account_id, endpoint_id)
        secret = signing.new_secret()
        sealed = self._sealer.seal(secret, endpoint_id)
        return await self._changed(account_id, endpoint_id, {"secret": sealed}), secret

    async def remove(self, account_id: str, endpoint_id: str) -> None:
        """Remove an endpoint and its deliveries; raises NotFound."""
        if not await endpoints.remove(self._store, account_id, endpoint_id):
            raise _no_endpoint(account_id, endpoint_id)

    async def ping(self, account_id: str, endpoint_id: str) -> Delivery:
        """Make a delivery of a test event; raises NotFound, SubscribedEndpoint, or EndpointOff while it is off."""
        await self._require_ours(account_id, endpoint_id)
        done = await endpoints.ping(self._store, account_id, endpoint_id, f"evt_{new_id()}")
        if done.outcome == "off":
            raise EndpointOff
        if done.delivery_id is None:
            raise _no_endpoint(account_id, endpoint_id)
        made = await deliveries.one(self._store, account_id, endpoint_id, done.delivery_id)
        if made is None:
            raise StoreUnavailable("The test event cannot be read; its deliveries are listed under the endpoint.")
        return made

    async def _require_ours(self, account_id: str, endpoint_id: str) -> None:
        if (await self.get(account_id, endpoint_id)).subscribed:
            raise SubscribedEndpoint

    async def _secret(self, account_id: str, endpoint_id: str) -> str:
        sealed = await endpoints.secret(self._store, account_id, endpoint_id)
        if sealed is None:
            raise _no_endpoint(account_id, endpoint_id)
        return self._sealer.open(sealed, endpoint_id)

    async def _changed(self, account_id: str, endpoint_id: str, fields: dict[str, str | bool]) -> Endpoint:
        if await endpoints.change(self._store, account_id, endpoint_id, fields) == "gone":
            raise _no_endpoint(account_id, endpoint_id)
        return await self.get(account_id, endpoint_id)


def _fields(wish: Wish) -> dict[str, str | bool]:
    fields = endpoints.fields_of(wish.url, wish.description, wish.types, wish.kinds)
    return {**fields, "enabled": "1" if wish.enabled else "0"}


def _no_endpoint(account_id: str, endpoint_id: str) -> NotFound:
    return NotFound(f"There is no endpoint {endpoint_id} in account {account_id}.")
