"""The XML of a location, `SipPeer`: one element changed, all others written back, and proof that they are still there.

Bandwidth's PUT resets whatever it leaves out (guide "Set a Failover URI", OpenAPI of /sippeers).
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from lxml import etree

from service import xml
from service.order_request.fields import CLEARED
from service.xml import Element

ELEMENT: Final = "SipPeer"
_DESTINATION: Final = "FinalDestinationUri"
#: what a GET shows and a PUT does not take
_READ_ONLY: Final = frozenset({"peerid", "tncount", "suggestedaddresses"})


def merge(now: Element, request: Any) -> Element:
    """Write the whole peer as it was shown, what we do not know included, with this one element changed."""
    parts = [deepcopy(each) for each in now if xml.name(each) not in {*_READ_ONLY, _DESTINATION.lower()}]
    for plan in parts:
        # a PUT takes a route plan only with an action, which no GET shows (5207)
        if xml.name(plan) == "originationrouteplan" and len(plan) and xml.child(plan, "Action") is None:
            plan.append(xml.element("Action", "unchanged"))
    uri = request.final_destination_uri
    return xml.element(ELEMENT, *parts, None if uri == CLEARED else xml.element(_DESTINATION, uri))


def is_about(shown: Element, request: Any) -> bool:
    """Tell whether a picture is of the order's location."""
    return xml.text(shown, "PeerId") in (None, request.sip_peer_id)


def shows(now: Element, request: Any) -> bool:
    """Tell whether the location has the destination that was ordered."""
    shown = xml.text(now, _DESTINATION) or CLEARED
    return shown.lower() == str(request.final_destination_uri).lower()


def lost(sent: Element, now: Element) -> tuple[str, ...]:
    """Name the settings that were sent and are not there as they were, whatever the sequence of their parts."""
    settings = (each for each in sent if xml.name(each) != _DESTINATION.lower())
    shown = {xml.name(each): each for each in reversed(now)}
    return tuple(str(each.tag) for each in settings if _plain(each) != _plain(shown.get(xml.name(each))))


def _plain(element: Element | None) -> list[tuple[str, str]]:
    """Return names and texts of all that says something; words vary in case, and no GET shows an action."""
    parts = () if element is None else element.iter(etree.Element)
    told = ((xml.name(each), (each.text or "").strip().lower()) for each in parts)
    return sorted((name, text) for name, text in told if text and name != "action")
