"""The SipPeer as it is kept after a PUT, and as a GET prints it."""

from __future__ import annotations

import uuid
from copy import deepcopy
from typing import TYPE_CHECKING

from service.local.sandbox.kept_route_plan import kept_route_plan
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from service.local.sandbox.locations import Place

#: What a GET shows and nobody can change.
READ_ONLY = ("PeerId", "TnCount", "SuggestedAddresses")

#: The order of the OpenAPI's samples; what they do not have comes after.
_ORDER = (
    "PeerName",
    "Description",
    "IsDefaultPeer",
    "FinalDestinationUri",
    "BillingIdentifier",
    "VoiceHosts",
    "VoiceHostGroups",
    "TerminationHosts",
    "OriginationRoutePlan",
    "Address",
    "CallingName",
)


def location_document(place: Place, settings: Element, tn_count: int) -> Element:
    """Write `SipPeerResponse>SipPeer`."""
    peer = element("SipPeer", element("PeerId", text=place.peer_id), *map(deepcopy, settings))
    peer.append(element("TnCount", text=str(tn_count)))
    return element("SipPeerResponse", peer)


def settings_after(request: Element, before: Element) -> Element:
    """Return what a PUT leaves of a location: its own settings, and the null default of every other.

    Only a route plan whose Action is `unchanged` is taken from before (guide "Manage Number Features": a PUT
    overwrites; OpenAPI of /sippeers: without CallingName the name is neither displayed nor enforced).
    """
    kept = {child.tag: _tidied(deepcopy(child)) for child in request if child.tag not in READ_ONLY and _says(child)}
    kept.pop("OriginationRoutePlan", None)
    plan = _plan_after(request.find("OriginationRoutePlan"), before.find("OriginationRoutePlan"))
    if plan is not None:
        kept["OriginationRoutePlan"] = plan
    _spell_address_type(kept.get("Address"))
    settings = {null.tag: null for null in _nulls()} | kept
    known = [settings.pop(tag) for tag in _ORDER if tag in settings]
    return element("SipPeer", *known, *settings.values())


def _says(child: Element) -> bool:
    return len(child) > 0 or bool((child.text or "").strip())


def _nulls() -> tuple[Element, ...]:
    """Write the settings that a GET shows even when they are null."""
    off = (element("Display", text="false"), element("Enforced", text="false"))
    empty = ("VoiceHosts", "VoiceHostGroups", "TerminationHosts", "OriginationRoutePlan")
    return element("IsDefaultPeer", text="false"), *map(element, empty), element("CallingName", *off)


def _plan_after(asked: Element | None, before: Element | None) -> Element | None:
    action = None if asked is None else text_of(asked, "Action")
    if asked is not None and action == "asSpecified":
        return kept_route_plan(asked, str(uuid.uuid4()))
    return deepcopy(before) if action == "unchanged" else None


def _spell_address_type(address: Element | None) -> None:
    """Write SERVICE as Service: the enum has the one, the samples of answers the other."""
    kind = None if address is None else address.find("AddressType")
    if kind is not None and kind.text:
        kind.text = kind.text.capitalize()


def _tidied(child: Element) -> Element:
    for part in child.iter():
        part.tail = None
        part.text = (part.text or "").strip() or None
    return child
