"""The rules of a DldaOrder (error codes 16100 to 16114 of Bandwidth's catalogue, required fields of its guide)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.at_once import Wording
from service.local.sandbox.resources.envelope import check_root, check_unique, groups_of, numbers_of
from service.local.sandbox.resources.states import USPS_STATES
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from service.local.sandbox.options import Options

#: A number that cannot be listed, whoever asks.
TOLL_FREE = Wording(16100, "The DL/DA API does not support adding toll free numbers.")
#: A number in another open order, with that order's id.
BUSY = Wording(16103, "DL/DA information cannot be changed because the number is already being processed by order '{}'")
#: What is no telephone number; of dldas it fails alone (400 sample of the OpenAPI).
NO_NUMBER = Wording(5070, "Telephone number is invalid.")

_FLAGS = {"true", "false"}
_SUBSCRIBER_TYPES = {"RESIDENTIAL", "BUSINESS"}
#: Older requests say AccountType, with another word for RESIDENTIAL.
_ACCOUNT_TYPES = {"RESIDENCE", *_SUBSCRIBER_TYPES}


def check_dlda(root: Element, options: Options) -> None:
    """Refuse an order that breaks a rule, in the order of its parts."""
    check_root(root, "DldaOrder")
    if text_of(root, "DeleteDldaTnGroups") not in {None, *_FLAGS}:
        raise RefusedError(16112, "The value for DeleteDldaTnGroups is invalid. Acceptable values are true or false")
    groups = groups_of(root, "DldaTnGroup")
    _check_no_group_is_empty(groups)
    check_unique(groups, options.max_numbers)
    if not removes_listings(root):
        for group in groups:
            _check_listing(group)
            _check_address(group)


def removes_listings(root: Element) -> bool:
    """Whether an order takes listings away; its groups then need nothing but their numbers."""
    return text_of(root, "DeleteDldaTnGroups") == "true"


def account_type(group: Element) -> str | None:
    """Return RESIDENCE or BUSINESS, as answers call a group's SubscriberType; None if it has no right one."""
    subscriber_type = text_of(group, "SubscriberType")
    if subscriber_type in _SUBSCRIBER_TYPES:
        return "RESIDENCE" if subscriber_type == "RESIDENTIAL" else subscriber_type
    older = text_of(group, "AccountType")
    if subscriber_type or older not in _ACCOUNT_TYPES:
        return None
    return "BUSINESS" if older == "BUSINESS" else "RESIDENCE"


def _check_no_group_is_empty(groups: list[Element]) -> None:
    """Refuse a group without a number among others; where all are, 16104 says so."""
    filled = [bool(numbers_of(group)) for group in groups]
    if any(filled) and not all(filled):
        raise RefusedError(5073, "Telephone number is required.")


def _check_listing(group: Element) -> None:
    subscriber = account_type(group)
    if subscriber is None:
        raise RefusedError(16109, "SubscriberType is required. Valid values are: BUSINESS, RESIDENTIAL")
    if text_of(group, "ListingType") not in {"LISTED", "NON_LISTED", "NON_PUBLISHED"}:
        raise RefusedError(16110, "ListingType is required. Valid values are: LISTED, NON_LISTED, NON_PUBLISHED")
    _require(group, "ListingName/LastName")
    if subscriber == "RESIDENCE":
        _require(group, "ListingName/FirstName")
    _require(group, "ListAddress")
    is_listed = text_of(group, "ListAddress")
    if is_listed not in _FLAGS:
        raise RefusedError(1008, f"'{is_listed}' is not a valid value")


def _check_address(group: Element) -> None:
    """Require City, StateCode and Zip always (guide), house number and street of an address that is listed."""
    if text_of(group, "ListAddress") == "true":
        _require(group, "Address/HouseNumber")
        _require(group, "Address/StreetName")
    _require(group, "Address/City")
    _require(group, "Address/StateCode")
    if text_of(group, "Address/StateCode") not in USPS_STATES:
        raise RefusedError(16114, "StateCode is invalid")
    _require(group, "Address/Zip")


def _require(group: Element, path: str) -> None:
    if not text_of(group, path):
        raise RefusedError(1003, f"{path.rsplit('/', 1)[-1]} is required")
