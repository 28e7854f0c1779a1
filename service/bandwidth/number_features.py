"""The Features of a telephone number: E911, LIDB and DLDA (OpenAPI of /tndetails, guide "Manage Number Features")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from service import xml
from service.bandwidth.number_fields import text, texts
from service.identifiers import bandwidth_id

if TYPE_CHECKING:
    from collections.abc import Iterator

#: the guide writes `/dlda` in places where everything else has `/dldas`
_DLDA_ORDER: Final = re.compile(
    r"/dldas?/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])", re.ASCII | re.IGNORECASE
)
#: what older documents call the subscribers of their AccountType
_SUBSCRIBERS: Final = {"RESIDENCE": "RESIDENTIAL"}


@dataclass(frozen=True, slots=True)
class E911:
    """How the number stands with E911. Whose address that is, no order of ours has set, so it is not read."""

    status: str | None
    last_e911_order_outcome: str | None


@dataclass(frozen=True, slots=True)
class Lidb:
    """The caller's name in LIDB."""

    status: str | None
    subscriber_information: str | None
    use_type: str | None
    visibility: str | None


@dataclass(frozen=True, slots=True)
class ListingName:
    """The name in the directory."""

    first_name: str | None
    first_name2: str | None
    last_name: str | None
    designation: str | None
    title_of_lineage: str | None
    title_of_address: str | None
    title_of_address2: str | None
    title_of_lineage_name2: str | None
    title_of_address_name2: str | None
    title_of_address2_name2: str | None
    place_listing_as: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """The address in the directory."""

    house_prefix: str | None
    house_number: str | None
    house_suffix: str | None
    pre_directional: str | None
    street_name: str | None
    street_suffix: str | None
    post_directional: str | None
    address_line2: str | None
    city: str | None
    state_code: str | None
    zip: str | None
    plus_four: str | None
    county: str | None
    country: str | None
    address_type: str | None


@dataclass(frozen=True, slots=True)
class Dlda:
    """The listing in the directory; while an order is open (Pending-...) Bandwidth shows that order in its place."""

    #: Success, Failed, Pending-Editable or Pending-Locked
    status: str | None
    subscriber_type: str | None
    listing_type: str | None
    list_address: str | None
    listing_name: ListingName | None
    address: Address | None
    #: the order that the details link to
    bandwidth_order_id: str | None

    @property
    def is_pending(self) -> bool:
        """Whether an order is in process."""
        return (self.status or "").lower().startswith("pending")


@dataclass(frozen=True, slots=True)
class Features:
    """What orders have made of a number; None for what it has not."""

    e911: E911 | None
    lidb: Lidb | None
    dlda: Dlda | None


def read(features: xml.Element | None) -> Features:
    """Read the element `Features`."""
    dlda = xml.child(features, "Dlda")
    return Features(
        e911=texts(E911, xml.child(features, "E911")),
        lidb=texts(Lidb, xml.child(features, "Lidb")),
        dlda=None if dlda is None else _dlda(dlda),
    )


def _dlda(element: xml.Element) -> Dlda:
    subscriber = text(element, "subscriber_type") or text(element, "account_type")
    return Dlda(
        status=text(element, "status"),
        subscriber_type=_SUBSCRIBERS.get(subscriber or "", subscriber),
        listing_type=text(element, "listing_type"),
        list_address=text(element, "list_address"),
        listing_name=texts(ListingName, xml.child(element, "ListingName")),
        address=texts(Address, xml.child(element, "Address")),
        bandwidth_order_id=next(_linked(element), None),
    )


def _linked(dlda: xml.Element) -> Iterator[str]:
    """Yield the ids of linked orders: how one is written is published nowhere, so any text or attribute may be one."""
    for each in dlda.iter(etree.Element):
        for said in (each.text or "", *map(str, each.attrib.values())):
            yield from (bandwidth_id(found[1]) for found in _DLDA_ORDER.finditer(said))
