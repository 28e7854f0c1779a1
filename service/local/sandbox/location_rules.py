"""The rules of a SipPeer that is PUT (OpenAPI of /sippeers; catalogue 1005, 5207, 13500 to 13582, 13688, 13693)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.local.sandbox.first_locations import PLAIN_PEER_ID
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.route_plan import check_route_plan
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from service.local.sandbox.locations import Place
    from service.local.sandbox.options import Options

_LONGEST = 50
#: The two formats of the guide: `sip:{address}@{host}` and `+13332221111@PSTN`.
_DESTINATION = re.compile(r"sip:[^@\s]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?|\+1[2-9][0-9]{9}@PSTN")
_FLAGS = {"true", "false"}


def missing(place: Place) -> RefusedError:
    """Say that there is no such location; 400, as in the OpenAPI of GET and PUT."""
    account_id, site_id, peer_id = place
    return RefusedError(13563, f"Sip Peer '{peer_id}' account '{account_id}' and site '{site_id}' does not exist")


def check_location(root: Element, place: Place, options: Options) -> None:
    """Refuse settings that break a rule, in the order of their parts."""
    if root.tag != "SipPeer":
        raise RefusedError(1019, "Bad request encountered. Please check your request and try again.")
    _check_read_only(root, place)
    _check_names(root)
    if len(root.findall("VoiceHosts/*")) and len(root.findall("VoiceHostGroups/*")):
        raise RefusedError(13504, "VoiceHosts and VoiceHostGroups not allowed together")
    _check_destination(text_of(root, "FinalDestinationUri"), place)
    _check_calling_name(root.find("CallingName"))
    plan = root.find("OriginationRoutePlan")
    if plan is not None and len(plan):
        check_route_plan(plan, enabled=options.route_plans_enabled)
    _check_call_screening(root)


def _check_read_only(root: Element, place: Place) -> None:
    peer_id = text_of(root, "PeerId")
    if peer_id not in {None, place.peer_id}:
        raise missing(place._replace(peer_id=peer_id or ""))
    for name in ("TnCount", "SuggestedAddresses"):
        if root.find(name) is not None:
            raise RefusedError(1005, f"{name} is not allowed")


def _check_names(root: Element) -> None:
    name, description = text_of(root, "PeerName"), text_of(root, "Description") or ""
    if not name:
        raise RefusedError(13500, "Peer Name is required")
    if len(name) > _LONGEST:
        raise RefusedError(13501, f"Peer Name '{name}' is too long. Max length {_LONGEST} characters")
    if len(description) > _LONGEST:
        raise RefusedError(13503, f"Description '{description}' is too long. Max length {_LONGEST} characters")


def _check_destination(uri: str | None, place: Place) -> None:
    if not uri:
        return
    if not _DESTINATION.fullmatch(uri):
        raise RefusedError(13510, f"'{uri}' is not a valid Destination URI")
    if place.peer_id == PLAIN_PEER_ID:
        raise RefusedError(
            13688,
            "FinalDestinationUri is not supported on this account, to acheive the same thing, please add this URI"
            " to a fail-over group in the origination route plan for this SIP peer",
        )


def _check_calling_name(calling_name: Element | None) -> None:
    if calling_name is None or not len(calling_name):
        return
    for option, absent, wrong, missing_text, word in (
        ("Display", 13581, 13579, "Display option is missing", "display"),
        ("Enforced", 13582, 13580, "Enforce option is missing", "enforced"),
    ):
        value = text_of(calling_name, option)
        if not value:
            raise RefusedError(absent, missing_text)
        if value not in _FLAGS:
            raise RefusedError(wrong, f"The value of the {word} option is incorrect")


def _check_call_screening(root: Element) -> None:
    """Refuse both at once; of this code only the meaning is known here, not Bandwidth's text."""
    if text_of(root, "PindropEnabled") == text_of(root, "CallVerificationEnabled") == "true":
        raise RefusedError(13693, "PindropEnabled and CallVerificationEnabled are mutually exclusive")
