"""Where a telephone number is: its account, site and location."""

from __future__ import annotations

from dataclasses import dataclass

from service.local.sandbox.first_locations import NUMBERS_PEER_ID, SITE_ID, SITE_NAME
from service.local.sandbox.xml import Element, element, text_of


@dataclass(frozen=True)
class TnHome:
    """An account's site and location, by id and name."""

    account_id: str
    site: tuple[str, str]
    peer: tuple[str, str]
    is_default_peer: str

    def short(self, tag: str) -> Element:
        """Write the `Site` or the `SipPeer` as /tns/{tn}/sites and /sippeers have it."""
        identifier, name = self.site if tag == "Site" else self.peer
        return element(tag, element("Id", text=identifier), element("Name", text=name))

    def sip_peer(self) -> Element:
        """Write the `SipPeer` as tndetails has it."""
        peer_id, name = self.peer
        texts = {"PeerId": peer_id, "PeerName": name, "IsDefaultPeer": self.is_default_peer}
        return element("SipPeer", *(element(tag, text=text) for tag, text in texts.items()))


def home_at(account_id: str, settings: Element) -> TnHome:
    """Return the home of our numbers, by the settings of their location."""
    name, is_default = text_of(settings, "PeerName") or "", text_of(settings, "IsDefaultPeer") or "false"
    return TnHome(account_id, (SITE_ID, SITE_NAME), (NUMBERS_PEER_ID, name), is_default)


def home_elsewhere(account_id: str) -> TnHome:
    """Return the home of a number of an account that does not exist here."""
    return TnHome(account_id, ("45", "Elsewhere"), ("305610", "Elsewhere"), "true")
