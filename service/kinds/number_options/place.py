"""Where the options of a number are: below the SIP peer that the order names, or that tndetails names."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from service import xml
from service.answers import Meaning, Refused, Taken, Unknown, meaning
from service.asking import ask
from service.carrier_errors import CarrierError
from service.exchange import Exchange, Talk
from service.order import Order
from service.xml import Element

_NOT_OURS: Final = Refused((CarrierError("5076", "This number does not belong to this account."),), 404)
_UNTOLD: Final = Unknown("Bandwidth does not tell at which SIP peer this number is: give site_id and sip_peer_id.")


def path(order: Order, request: Any) -> Talk[str | Meaning]:
    """Return the path of a number's options, or what the answer means that does not tell where they are."""
    number = str(request.telephone_number)
    if request.sip_peer_id is not None:
        return _path(order.account_id, str(request.site_id), str(request.sip_peer_id), number)
    what = meaning((yield from ask(Exchange("GET", f"/tns/{number}/tndetails"))))
    if not isinstance(what, Taken):
        return what
    details = None if what.root is None else xml.descend(what.root, "TelephoneNumberDetails")
    if details is None:
        return what
    return _told(order.account_id, number, details)


def _told(account_id: str, number: str, details: Element) -> str | Meaning:
    # tndetails answers about numbers of every account
    if xml.text(details, "AccountId") != account_id:
        return _NOT_OURS
    site, peer = xml.text(details, "Site", "Id"), xml.text(details, "SipPeer", "PeerId")
    return _path(account_id, site, peer, number) if site and peer else _UNTOLD


def _path(account_id: str, site_id: str, sip_peer_id: str, number: str) -> str:
    place = (quote(part, safe="") for part in (account_id, site_id, sip_peer_id, number))
    return "/accounts/{}/sites/{}/sippeers/{}/tns/{}".format(*place)
