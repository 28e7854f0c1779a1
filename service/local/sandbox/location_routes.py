"""The doors of the locations (OpenAPI of /sippeers)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.local.sandbox.admission import turned_away
from service.local.sandbox.answers import xml_answer
from service.local.sandbox.first_locations import NUMBERS_PEER_ID
from service.local.sandbox.location_document import location_document, settings_after
from service.local.sandbox.location_rules import check_location, missing
from service.local.sandbox.locations import Place
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.response_status import response_status
from service.local.sandbox.setting_intake import SettingIntake
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from datetime import datetime

    from service.local.sandbox.state import State

_ROOT = "SipPeerResponse"
_LIST_ROOT = "TNSipPeersResponse"


class LocationRoutes:
    """Serves the locations of an account's site."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._locations = state.inventory.locations

    def routes(self) -> list[Route]:
        """Return the routes below a path prefix."""
        collection = "/accounts/{account_id}/sites/{site_id}/sippeers"
        one = collection + "/{peer_id}"
        intake = SettingIntake(self._state, "location-failover", _ROOT, self._put)
        return [
            Route(collection, self.list, methods=["GET"]),
            Route(one, self.read, methods=["GET"]),
            Route(one, intake.put, methods=["PUT"]),
        ]

    async def list(self, request: Request) -> Response:
        """Answer the locations of a site in the shape that Bandwidth's SDKs read."""
        refusal = turned_away(self._state, request, _LIST_ROOT)
        if refusal is not None:
            return refusal
        site_id = request.path_params["site_id"]
        places = self._locations.of_site(request.path_params["account_id"], site_id)
        if not places:
            return xml_answer(response_status(_LIST_ROOT, f"Site '{site_id}' does not exist", 12016), 404)
        peers = [peer for place in places for peer in self._document(place)]
        return xml_answer(element(_LIST_ROOT, element("SipPeers", *peers)))

    async def read(self, request: Request) -> Response:
        """Answer one location."""
        refusal = turned_away(self._state, request, _ROOT)
        if refusal is not None:
            return refusal
        try:
            return xml_answer(self._document(_place(request)))
        except RefusedError as unknown:
            return xml_answer(response_status(_ROOT, unknown.description, unknown.code), unknown.http_status)

    def _put(self, request: Request, root: Element, now: datetime) -> Response:  # noqa: ARG002 - shown at once
        """Replace a location's settings; the answer shows them (OpenAPI), where the guide's has no body."""
        place = _place(request)
        before = self._settings(place)
        check_location(root, place, self._state.options)
        self._locations.put(place, settings_after(root, before))
        return xml_answer(self._document(place))

    def _document(self, place: Place) -> Element:
        settings = self._settings(place)
        numbers = self._state.inventory.numbers.heard_of(place.account_id)
        return location_document(place, settings, len(numbers) if place.peer_id == NUMBERS_PEER_ID else 0)

    def _settings(self, place: Place) -> Element:
        settings = self._locations.get(place)
        if settings is None:
            raise missing(place)
        return settings


def _place(request: Request) -> Place:
    return Place(*(request.path_params[name] for name in ("account_id", "site_id", "peer_id")))
