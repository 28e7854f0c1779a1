"""The locations as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.local.sandbox.first_locations import first_settings, peers_of
from service.local.sandbox.xml import Element, parse, write

if TYPE_CHECKING:
    from service.local.sandbox.journal import Journal


class Place(NamedTuple):
    """Where a location is."""

    account_id: str
    site_id: str
    peer_id: str


class LocationBook:
    """Holds the settings that were changed; every other location has those it began with."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        rows = journal.read("SELECT account_id, site_id, peer_id, settings FROM locations")
        self._changed = {Place(*place): parse(settings) for *place, settings in rows}

    def get(self, place: Place) -> Element | None:
        """Return a location's settings, a `SipPeer` without what is read-only; None if there is no such location."""
        changed = self._changed.get(place)
        return first_settings(place.site_id, place.peer_id) if changed is None else changed

    def of_site(self, account_id: str, site_id: str) -> list[Place]:
        """Return the locations of a site; none if there is no such site."""
        return [Place(account_id, site_id, peer_id) for peer_id in peers_of(site_id)]

    def put(self, place: Place, settings: Element) -> None:
        """Replace a location's settings."""
        self._changed[place] = settings
        self._journal.write("INSERT OR REPLACE INTO locations VALUES (?, ?, ?, ?)", *place, write(settings))
