"""Where the options of a number are: below the SIP peer that the order names, or that tndetails names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from service import xml
from service.answers import Meaning, Taken, meaning
from service.asking import Useless, ask
from service.carrier_words import ten_digits
from service.exchange import Exchange, Talk
from service.order import Order, Waiting
from service.setting.dialect import NotOurs
from service.xml import Element

_OF_ANOTHER: Final = NotOurs("This number does not belong to this account: Bandwidth shows it on another one.")
_UNTOLD_WHY: Final = "Bandwidth does not tell at which SIP peer this number is: submit it with site_id and sip_peer_id."
_UNTOLD: Final = Useless(_UNTOLD_WHY, Waiting(_UNTOLD_WHY))


def path(order: Order, request: Any) -> Talk[str | Meaning | Useless | NotOurs]:
    """Return the path of a number's options, or why there is none."""
    number = str(request.telephone_number)
    if request.sip_peer_id is not None:
        return _path(order.account_id, str(request.site_id), str(request.sip_peer_id), number)
    what = meaning((yield from ask(Exchange("GET", f"/tns/{number}/tndetails"))))
    if not isinstance(what, Taken):
        return what
    details = None if what.root is None else xml.descend(what.root, "TelephoneNumberDetails")
    if details is None or ten_digits(xml.text(details, "FullNumber") or number) != number:
        return what
    return _told(order.account_id, number, details)


def _told(account_id: str, number: str, details: Element) -> str | Useless | NotOurs:
    """Find our account's part: tndetails answers about numbers of every account, and hosted ones are on several."""
    told = [(xml.text(each, "AccountId"), each) for each in _parts(details)]
    ours = next((each for account, each in told if account == account_id), None)
    if ours is None:
        return _UNTOLD if any(account is None for account, _ in told) else _OF_ANOTHER
    site, peer = xml.text(ours, "Site", "Id"), xml.text(ours, "SipPeer", "PeerId")
    return _path(account_id, site, peer, number) if site and peer else _UNTOLD


def _parts(details: Element) -> Iterator[Element]:
    yield details
    yield from xml.children(xml.child(details, "HostedTelephoneNumberDetails"), "HostedTelephoneNumberDetail")


def _path(account_id: str, site_id: str, sip_peer_id: str, number: str) -> str:
    place = (quote(part, safe="") for part in (account_id, site_id, sip_peer_id, number))
    return "/accounts/{}/sites/{}/sippeers/{}/tns/{}".format(*place)
