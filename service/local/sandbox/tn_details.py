"""The details of a telephone number (OpenAPI of /tndetails), in the order of its samples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.number_document import attributes_document
from service.local.sandbox.xml import Element, element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.number_state import NumberState
    from service.local.sandbox.tn_home import TnHome

#: When every number came into service, and where all of them are: the place of the OpenAPI's sample.
_IN_SERVICE_SINCE = datetime(2014, 7, 30, 11, 29, 37, tzinfo=UTC)
_PLACE = {"City": "JERSEY CITY", "Lata": "224", "State": "NJ"}
_VENDOR = {"Tier": "0", "VendorId": "49", "VendorName": "Bandwidth CLEC", "OnNetVendor": "true"}
_LINE_OPTIONS = (
    "CallForward",
    "NumberFormat",
    "RPIDFormat",
    "RewriteUser",
    "CallingNameDisplay",
    "FinalDestinationURI",
    "PortOutPasscode",
    "PindropEnabled",
    "CallVerificationEnabled",
)
_MESSAGING = ("SmsEnabled", "CampaignId", "MessageClass", "A2pState")


def tn_details(number: str, home: TnHome, state: NumberState, features: Iterable[Element]) -> Element:
    """Write `TelephoneNumberResponse>TelephoneNumberDetails`; PortOutPasscode is in clear, as at Bandwidth."""
    details = element(
        "TelephoneNumberDetails",
        *_texts(_PLACE | {"FullNumber": number} | _VENDOR),
        *_texts({"RateCenter": "JERSEYCITY", "Status": "Inservice", "AccountId": home.account_id}),
        home.short("Site"),
        home.sip_peer(),
        element("ServiceTypes", *(element("ServiceType", text=name) for name in ("Voice", "Messaging"))),
        element("LastModified", text=stamp(state.changed_at or _IN_SERVICE_SINCE)),
        element("InServiceDate", text=stamp(_IN_SERVICE_SINCE)),
        element("Features", *features),
        *_some("TnOptions", state, _LINE_OPTIONS),
    )
    if state.route_plan is not None:
        details.append(state.route_plan)
    details.extend(_messaging(state))
    details.extend(attributes_document(state))
    return element("TelephoneNumberResponse", details)


def tn_summary(number: str, home: TnHome, state: NumberState) -> Element:
    """Write the `TelephoneNumberResponse` of /tns/{tn}, without the order that once brought the number."""
    texts = {
        "TelephoneNumber": number,
        "Status": "Inservice",
        "LastModifiedDate": stamp(state.changed_at or _IN_SERVICE_SINCE),
        "InServiceDate": stamp(_IN_SERVICE_SINCE),
        "SiteId": home.site[0],
        "AccountId": home.account_id,
    }
    return element("TelephoneNumberResponse", *_texts(texts))


def _texts(texts: dict[str, str]) -> list[Element]:
    return [element(tag, text=text) for tag, text in texts.items()]


def _some(tag: str, state: NumberState, names: Iterable[str]) -> list[Element]:
    held = {name: state.options[name] for name in names if name in state.options}
    return [element(tag, *_texts(held))] if held else []


def _messaging(state: NumberState) -> list[Element]:
    """Write `MessagingSettings`; the route that an NNID names is printed without anything else about it."""
    settings = _some("MessagingSettings", state, _MESSAGING)
    nnid = state.options.get("NNID")
    if nnid is None:
        return settings
    settings = settings or [element("MessagingSettings")]
    settings[0].append(element("AssignedNnRoute", *_texts({"Nnid": nnid, "Name": f"Route {nnid}"})))
    return settings
