"""Bandwidth's `TelephoneNumberDetails`: every shape that its OpenAPI of /tndetails and its SDKs print.

A field has its element's name in snake_case and is None where Bandwidth does not print it; a switch is the word
`true` or `false`, as in orders.
"""

from __future__ import annotations

from dataclasses import dataclass

from service import xml
from service.bandwidth import number_features, number_settings
from service.bandwidth.number_fields import text, texts
from service.carrier_words import milliseconds, plain


@dataclass(frozen=True, slots=True)
class Site:
    """A site, also called sub-account."""

    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class SipPeer:
    """A location."""

    peer_id: str | None
    peer_name: str | None
    is_default_peer: str | None


@dataclass(frozen=True, slots=True)
class NumberDetails:
    """What Bandwidth knows of a number on one account; the same number may be hosted on others, with less."""

    account_id: str | None
    #: in Bandwidth's notation
    full_number: str | None
    status: str | None
    country: str | None
    tn_type: str | None
    city: str | None
    state: str | None
    lata: str | None
    rate_center: str | None
    tier: str | None
    vendor_id: str | None
    vendor_name: str | None
    on_net_vendor: str | None
    service_types: tuple[str, ...]
    tn_attributes: tuple[str, ...]
    #: milliseconds since 1970
    in_service_date: int | None
    last_modified: int | None
    site: Site | None
    sip_peer: SipPeer | None
    features: number_features.Features
    tn_options: number_settings.TnOptions | None
    origination_route_plan: number_settings.RoutePlan | None
    messaging_settings: number_settings.MessagingSettings | None
    #: what other accounts have of it: HostedTelephoneNumberDetails
    hosted: tuple[NumberDetails, ...]

    def on(self, account_id: str) -> NumberDetails | None:
        """Return what an account has of the number; None when it has nothing."""
        return next((each for each in (self, *self.hosted) if each.account_id == account_id), None)


def read(root: xml.Element | None) -> NumberDetails | None:
    """Read an answer of /tndetails; None when it is something else."""
    element = None if root is None else xml.descend(root, "TelephoneNumberDetails")
    return None if element is None else _details(element)


def _details(element: xml.Element) -> NumberDetails:
    hosted = xml.children(xml.child(element, "HostedTelephoneNumberDetails"), "HostedTelephoneNumberDetail")
    return NumberDetails(
        account_id=text(element, "account_id"),
        full_number=text(element, "full_number"),
        status=text(element, "status"),
        country=text(element, "country"),
        tn_type=text(element, "tn_type"),
        city=text(element, "city"),
        state=text(element, "state"),
        lata=text(element, "lata"),
        rate_center=text(element, "rate_center"),
        tier=text(element, "tier"),
        vendor_id=text(element, "vendor_id"),
        vendor_name=text(element, "vendor_name"),
        on_net_vendor=text(element, "on_net_vendor"),
        service_types=_words(element, "ServiceTypes", "ServiceType"),
        tn_attributes=_words(element, "TnAttributes", "TnAttribute"),
        in_service_date=milliseconds(text(element, "in_service_date")),
        last_modified=milliseconds(text(element, "last_modified")),
        site=texts(Site, xml.child(element, "Site")),
        sip_peer=texts(SipPeer, xml.child(element, "SipPeer")),
        features=number_features.read(xml.child(element, "Features")),
        tn_options=number_settings.read_options(xml.child(element, "TnOptions")),
        origination_route_plan=number_settings.read_plan(xml.child(element, "OriginationRoutePlan")),
        messaging_settings=number_settings.read_messaging(xml.child(element, "MessagingSettings")),
        hosted=tuple(map(_details, hosted)),
    )


def _words(parent: xml.Element, holder: str, name: str) -> tuple[str, ...]:
    return tuple(plain(each.text or "") for each in xml.children(xml.child(parent, holder), name))
