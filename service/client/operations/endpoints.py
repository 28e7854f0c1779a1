"""Endpoints: addresses of other services that are told of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from service.client.call import Call
from service.client.exchange import Request, Talk
from service.client.models.endpoint import Delivery, Endpoint
from service.client.operations.core import Core, carrying, key_of
from service.client.reading import read, read_all


class EndpointFields(TypedDict, total=False):
    """What a caller decides of an endpoint."""

    description: str
    #: of events; none: all
    types: Sequence[str]
    #: of orders; none: all
    kinds: Sequence[str]
    enabled: bool


class EndpointChanges(EndpointFields, total=False):
    """What may be changed of an endpoint."""

    url: str


class Endpoints(Core):
    """Calls about endpoints."""

    @Call
    def create_endpoint(
        self, url: str, *, idempotency_key: str | None = None, **fields: Unpack[EndpointFields]
    ) -> Talk[Endpoint]:
        """Make an endpoint; its `secret` is shown this once, and verifies what it is sent."""
        path = self._target.account("endpoints")
        request = carrying("POST", path, {"url": url, **fields}, key=key_of(idempotency_key))
        return read(Endpoint, (yield from self._send(request)).json())

    @Call
    def list_endpoints(self) -> Talk[tuple[Endpoint, ...]]:
        """Return all endpoints, oldest first."""
        response = yield from self._send(Request("GET", self._target.account("endpoints")))
        return read_all(Endpoint, response.json(), "endpoints")

    @Call
    def endpoint(self, endpoint_id: str) -> Talk[Endpoint]:
        """Return an endpoint."""
        response = yield from self._send(Request("GET", self._target.account("endpoints", endpoint_id)))
        return read(Endpoint, response.json())

    @Call
    def change_endpoint(self, endpoint_id: str, **changes: Unpack[EndpointChanges]) -> Talk[Endpoint]:
        """Change what is named of an endpoint, and nothing else."""
        request = carrying("PATCH", self._target.account("endpoints", endpoint_id), changes)
        return read(Endpoint, (yield from self._send(request)).json())

    @Call
    def delete_endpoint(self, endpoint_id: str) -> Talk[None]:
        """Remove an endpoint with its deliveries."""
        yield from self._send(Request("DELETE", self._target.account("endpoints", endpoint_id)))

    @Call
    def rotate_endpoint(self, endpoint_id: str) -> Talk[Endpoint]:
        """Give an endpoint a new secret, shown this once; for a day the one before signs beside it.

        Repeated within ten minutes, as after a lost answer, it replaces the secret that was made first.
        """
        path = self._target.account("endpoints", endpoint_id, "rotate")
        return read(Endpoint, (yield from self._send(Request("POST", path, repeatable=False))).json())

    @Call
    def ping_endpoint(self, endpoint_id: str) -> Talk[Delivery]:
        """Send a test event, and return its delivery; raises EndpointOff."""
        path = self._target.account("endpoints", endpoint_id, "ping")
        return read(Delivery, (yield from self._send(Request("POST", path, repeatable=False))).json())
