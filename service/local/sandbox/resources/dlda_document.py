"""The DldaOrder as answers print it, which is not quite as it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.clock import stamp
from service.local.sandbox.resources.dlda_rules import account_type
from service.local.sandbox.resources.envelope import echo_numbers, groups_of
from service.local.sandbox.resources.error_list import error_list
from service.local.sandbox.xml import Element, element, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.local.sandbox.verdict import OrderError

_NAME = (
    "FirstName",
    "FirstName2",
    "LastName",
    "Designation",
    "TitleOfLineage",
    "TitleOfAddress",
    "TitleOfAddress2",
    "TitleOfLineageName2",
    "TitleOfAddressName2",
    "TitleOfAddress2Name2",
    "PlaceListingAs",
)
_ADDRESS = (
    "HousePrefix",
    "HouseNumber",
    "HouseSuffix",
    "PreDirectional",
    "StreetName",
    "StreetSuffix",
    "PostDirectional",
    "AddressLine2",
    "City",
    "StateCode",
    "Zip",
    "PlusFour",
    "County",
)
#: Answers spell the one AddressType of this API in another case.
_SPELLING = {"DLDA": "Dlda"}


def dlda_document(
    root: Element,
    customer_order_id: str | None,
    *,
    head: Iterable[Element],
    modified_at: datetime,
    errors: Iterable[OrderError],
    status: str,
) -> Element:
    """Write a `DldaOrder`; `head` is what stands between its customer order id and LastModifiedDate."""
    document = element("DldaOrder")
    if customer_order_id is not None:
        document.append(element("CustomerOrderId", text=customer_order_id))
    document.extend(head)
    document.append(element("LastModifiedDate", text=stamp(modified_at)))
    document.append(error_list(errors))
    document.append(element("ProcessingStatus", text=status))
    document.extend(_copies(root, ("DeleteDldaTnGroups",)))
    document.append(element("DldaTnGroups", *map(_group, groups_of(root, "DldaTnGroup"))))
    return document


def _group(group: Element) -> Element:
    """Repeat a group with AccountType in place of SubscriberType; what is not in the documents is dropped."""
    echo = element("DldaTnGroup", echo_numbers(group))
    subscriber = account_type(group)
    if subscriber is not None:
        echo.append(element("AccountType", text=subscriber))
    echo.extend(_copies(group, ("ListingType",)))
    name, address = group.find("ListingName"), group.find("Address")
    if name is not None:
        echo.append(element("ListingName", *_copies(name, _NAME)))
    echo.extend(_copies(group, ("ListAddress",)))
    if address is not None:
        echo.append(_address(address))
    return echo


def _address(address: Element) -> Element:
    """Repeat an address with its country, which nobody has to send."""
    echo = element("Address", *_copies(address, _ADDRESS), element("Country", text="United States"))
    kind = text_of(address, "AddressType")
    if kind is not None:
        echo.append(element("AddressType", text=_SPELLING.get(kind, kind)))
    return echo


def _copies(parent: Element, names: Iterable[str]) -> list[Element]:
    """Repeat the elements that are there; an empty one stays empty."""
    return [element(name, text=text) for name in names if (text := text_of(parent, name)) is not None]
