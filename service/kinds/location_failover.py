"""location-failover: where the calls of a location go when its usual routes fail (guide "Set a Failover URI").

FinalDestinationUri of a SIP peer. Bandwidth's PUT replaces everything, so the whole peer is written back with that one
element changed (OpenAPI of /sites/{siteId}/sippeers/{sipPeerId}).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Annotated, Any, Final
from urllib.parse import quote

from lxml import etree
from pydantic import BeforeValidator

from service import telephone_numbers, xml
from service.answers import Meaning
from service.exchange import Talk
from service.kind import Kind
from service.order import Order
from service.order_request.fields import Identifier, Special
from service.order_request.model import OrderRequest
from service.order_request.shape import wrong
from service.setting import Setting
from service.xml import Element

#: clears the destination
_CLEARED: Final = "false"
_ELEMENT: Final = "FinalDestinationUri"
_PSTN: Final = "@PSTN"
_SIP: Final = re.compile(r"sip:[^@\s]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_LONGEST: Final = 255
_EXPECTED: Final = f"Give sip:address@host, +13332221111@PSTN, or `{_CLEARED}` to take the destination away."
_OF_A_NUMBER: Final = (
    "This is how a single number's destination is written. At a location: sip:address@host, or +13332221111@PSTN."
)
#: seconds between looks at a change; the published PUT shows it at once
_LOOKS: Final = (0.5, 2, 5, 10, 30, 60)
#: what a GET shows and a PUT does not take, in lower case
_READ_ONLY: Final = frozenset({"peerid", "tncount", "suggestedaddresses"})
_ADVICE: Final = {
    "13688": "This account has no FinalDestinationUri at its locations. Put the destination into the location's "
    "origination route plan instead, as a route of the last priority; or set it for its numbers, with tn-options and "
    "final_destination_uri.",
    "12112": "Bandwidth does not recognize the location's own street address, and refuses every change of the location "
    "until that is corrected there.",
    "13565": "Bandwidth does not recognize the location's own street address, and refuses every change of the location "
    "until that is corrected there.",
}


def _destination(text: str) -> str:
    if len(text) > _LONGEST:
        raise wrong("13510", f"Give at most {_LONGEST} characters.")
    if text.upper().endswith(_PSTN):
        try:
            return telephone_numbers.e164(telephone_numbers.parse(text[: -len(_PSTN)])) + _PSTN
        except ValueError:
            raise wrong("13510", _EXPECTED) from None
    if _SIP.fullmatch(text):
        return text
    bare = re.fullmatch(r"\+?[0-9]{10,11}|[^@\s:]+@[^@\s]+", text)
    raise wrong("13510", _OF_A_NUMBER if bare else _EXPECTED)


def _cleared(value: Any) -> Any:
    return _CLEARED if value is False else value


class LocationFailoverOrder(OrderRequest):
    """An order for the failover destination of one location (SIP peer)."""

    site_id: Identifier
    sip_peer_id: Identifier
    final_destination_uri: Annotated[
        str,
        Special(_destination, "13510", _EXPECTED, (_CLEARED,)),
        BeforeValidator(_cleared, json_schema_input_type=str | bool),
    ]

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: a location is no number."""
        yield from ()

    def subjects(self) -> tuple[str, ...]:
        """Return what the order stands in line for: its location."""
        return (f"{self.site_id}/{self.sip_peer_id}",)


def _place(order: Order, request: LocationFailoverOrder) -> Talk[str | Meaning]:
    parts = (quote(part, safe="") for part in (order.account_id, request.site_id, request.sip_peer_id))
    return "/accounts/{}/sites/{}/sippeers/{}".format(*parts)
    yield  # a conversation, although it has nothing to ask


def _merge(now: Element, request: LocationFailoverOrder) -> Element:
    """Write the whole peer as it was shown, what we do not know included, with this one element changed."""
    parts = [deepcopy(each) for each in now if xml.name(each) not in {*_READ_ONLY, _ELEMENT.lower()}]
    for plan in parts:
        # a PUT takes a route plan only with an action, which no GET shows (5207)
        if xml.name(plan) == "originationrouteplan" and len(plan) and xml.child(plan, "Action") is None:
            plan.append(xml.element("Action", "unchanged"))
    uri = None if request.final_destination_uri == _CLEARED else xml.element(_ELEMENT, request.final_destination_uri)
    return xml.element("SipPeer", *parts, uri)


def _shows(now: Element, request: LocationFailoverOrder) -> bool:
    shown = xml.text(now, _ELEMENT) or _CLEARED
    return shown.lower() == request.final_destination_uri.lower()


def _lost(sent: Element, now: Element) -> tuple[str, ...]:
    """Name the settings that were sent and are not there as they were, whatever their sequence."""
    settings = (each for each in sent if xml.name(each) != _ELEMENT.lower())
    return tuple(str(each.tag) for each in settings if _plain(each) != _plain(xml.child(now, xml.name(each))))


def _plain(element: Element | None) -> list[tuple[str, str]]:
    """Return names and texts of all that says something; words vary in case, and no GET shows an action."""
    parts = () if element is None else element.iter(etree.Element)
    told = ((xml.name(each), (each.text or "").strip().lower()) for each in parts)
    return [(name, text) for name, text in told if text and name != "action"]


_AT_BANDWIDTH: Final = Setting(
    place=_place,
    element="SipPeer",
    title="sippeers",
    merge=_merge,
    shows=_shows,
    lost=_lost,
    looks=len(_LOOKS),
    advice=_ADVICE,
)

KIND: Final = Kind(
    name="location-failover",
    model=LocationFailoverOrder,
    family="location",
    subjects=LocationFailoverOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    looks=_LOOKS,
    subscription_names=(),
    safe_to_resend=True,
    example={"site_id": "2", "sip_peer_id": "500014", "final_destination_uri": "sip:failover@203.0.113.9:5060"},
)
