"""The XML of a dlda order, both ways: written as the published sample is, compared as numbers with a listing.

Answers differ from requests: SubscriberType comes back as AccountType, RESIDENTIAL as RESIDENCE, DLDA as Dlda, and a
Country is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from service import xml
from service.carrier_words import canonical
from service.kinds.dlda.group import DldaTnGroup
from service.kinds.dlda.listing import Address, ListingName
from service.order_resource import elements, reading, vocabulary
from service.order_resource.vocabulary import Part
from service.xml import Element

#: in the order of the published sample
_NAME: Final = {
    "first_name": "FirstName",
    "first_name2": "FirstName2",
    "last_name": "LastName",
    "designation": "Designation",
    "title_of_lineage": "TitleOfLineage",
    "title_of_address": "TitleOfAddress",
    "title_of_address2": "TitleOfAddress2",
    "title_of_lineage_name2": "TitleOfLineageName2",
    "title_of_address_name2": "TitleOfAddressName2",
    "title_of_address2_name2": "TitleOfAddress2Name2",
    "place_listing_as": "PlaceListingAs",
}
_ADDRESS: Final = {
    "house_prefix": "HousePrefix",
    "house_number": "HouseNumber",
    "house_suffix": "HouseSuffix",
    "pre_directional": "PreDirectional",
    "street_name": "StreetName",
    "street_suffix": "StreetSuffix",
    "post_directional": "PostDirectional",
    "address_line2": "AddressLine2",
    "city": "City",
    "state_code": "StateCode",
    "zip": "Zip",
    "plus_four": "PlusFour",
    "county": "County",
    "address_type": "AddressType",
}
#: AccountType and Country are what answers have, and what clients send back
VOCABULARY: Final = vocabulary.order(
    "DldaOrder",
    Part("DeleteDldaTnGroups"),
    vocabulary.groups(
        "DldaTnGroup",
        *(Part(tag) for tag in ("SubscriberType", "AccountType", "ListingType", "ListAddress")),
        Part("ListingName", vocabulary.leaves(_NAME)),
        Part("Address", (*vocabulary.leaves(_ADDRESS), Part("Country", told=True))),
    ),
)


def write(reference: str, groups: tuple[DldaTnGroup, ...], deletes: str | None) -> Element:
    """Write the body of POST and PUT dldas."""
    return xml.element(
        "DldaOrder",
        xml.element("CustomerOrderId", reference),
        deletes and xml.element("DeleteDldaTnGroups", deletes),
        xml.element("DldaTnGroups", *map(_group, groups)),
    )


def _group(group: DldaTnGroup) -> Element:
    return xml.element(
        "DldaTnGroup",
        elements.numbers(group.telephone_numbers),
        *elements.leaves(group, {"subscriber_type": "SubscriberType", "listing_type": "ListingType"}),
        _part("ListingName", group.listing_name, _NAME),
        *elements.leaves(group, {"list_address": "ListAddress"}),
        _part("Address", group.address, _ADDRESS),
    )


def _part(tag: str, part: ListingName | Address | None, table: elements.Table) -> Element | None:
    return None if part is None else xml.element(tag, *elements.leaves(part, table))


def read_groups(order: Element) -> reading.Groups:
    """Return what an order, of ours or of Bandwidth's, lists for each number."""
    return reading.by_number(order, "DldaTnGroups", "DldaTnGroup", _options)


def read_exactly(order: Element) -> reading.Groups:
    """Return the same to the letter, and whether listings are taken away."""
    deletes = [("DeleteDldaTnGroups", "true")] if xml.text(order, "DeleteDldaTnGroups") == "true" else []

    def options(group: Element) -> Iterator[tuple[str, str]]:
        yield from _options(group, str)
        yield from deletes

    return reading.by_number(order, "DldaTnGroups", "DldaTnGroup", options)


def _options(group: Element, spelled: Callable[[str], str] = canonical) -> Iterator[tuple[str, str]]:
    yield from elements.options(group, ("ListingType", "ListAddress"), spelled)
    if subscriber := _subscriber_type(group):
        yield "SubscriberType", subscriber
    yield from elements.options(xml.child(group, "ListingName"), _NAME.values(), spelled)
    address = xml.child(group, "Address")
    yield from elements.options(address, (tag for tag in _ADDRESS.values() if tag != "AddressType"), spelled)
    # sent as DLDA, it comes back as Dlda
    yield from elements.options(address, ("AddressType",))


def _subscriber_type(group: Element) -> str | None:
    told = (xml.text(group, "SubscriberType") or xml.text(group, "AccountType") or "").upper()
    return "RESIDENTIAL" if told == "RESIDENCE" else told or None


def body_of(order: Element) -> dict[str, Any]:
    """Read the JSON body that would make an order, from our XML or Bandwidth's."""
    groups = xml.children(xml.child(order, "DldaTnGroups"), "DldaTnGroup")
    return {
        **elements.fields(
            order, {"customer_order_id": "CustomerOrderId", "delete_dlda_tn_groups": "DeleteDldaTnGroups"}
        ),
        "groups": [_listing(each) for each in groups],
    }


def asked_of(order: Element) -> dict[str, Any]:
    """Read the JSON body that an order of a client's asks for; of two names for the subscriber none is overlooked."""
    body = body_of(order)
    groups = xml.children(xml.child(order, "DldaTnGroups"), "DldaTnGroup")
    for listing, group in zip(body["groups"], groups, strict=True):
        older = (xml.text(group, "AccountType") or "").upper().replace("RESIDENCE", "RESIDENTIAL")
        newer = (xml.text(group, "SubscriberType") or older).upper()
        if older and older != newer.replace("RESIDENCE", "RESIDENTIAL"):
            listing["subscriber_type"] = f"{newer}, {older}"
    return body


def _listing(group: Element) -> dict[str, Any]:
    found: dict[str, Any] = {
        "telephone_numbers": elements.numbers_of(group),
        "subscriber_type": _subscriber_type(group),
        **elements.fields(group, {"listing_type": "ListingType"}),
        "listing_name": elements.fields(xml.child(group, "ListingName"), _NAME),
        **elements.fields(group, {"list_address": "ListAddress"}),
        "address": elements.fields(xml.child(group, "Address"), _ADDRESS),
    }
    if "address_type" in found["address"]:
        found["address"]["address_type"] = found["address"]["address_type"].upper()
    return {field: value for field, value in found.items() if value}
