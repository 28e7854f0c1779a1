"""What of Bandwidth's details of a number is told, element by element: what is not named here stays here.

The port-out passcode and whose address E911 has are never told. Names and addresses are masked for those who may not
see them.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from service import xml
from service.bandwidth import number_fields
from service.bandwidth.number_document import NumberDetails
from service.bandwidth.number_features import E911
from service.bandwidth.number_settings import TnOptions
from service.front.veiling import mask_all

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

    from service.xml import Element


def _tags(kind: type[DataclassInstance]) -> frozenset[str]:
    return frozenset(number_fields.tag(each.name) for each in fields(kind))


_ROOT: Final = "TelephoneNumberResponse"
#: what JSON tells too, by the names of its fields
_WHOLE: Final = _tags(NumberDetails) - {"features", "tnoptions", "hosted"}
_OPTIONS: Final = _tags(TnOptions)
_E911: Final = _tags(E911)
#: of a name or a listing, what is of nobody
_IMPERSONAL: Final = frozenset(
    {"status", "usetype", "visibility", "subscribertype", "accounttype", "listingtype", "listaddress"}
)


def told(details: Element, *, personal: bool) -> Element:
    """Return `TelephoneNumberDetails` as a client may see it."""
    found = xml.element("TelephoneNumberDetails")
    for each in details:
        match xml.name(each):
            case "features":
                found.append(_features(each, personal=personal))
            case "tnoptions":
                options = _only(each, _OPTIONS)
                # one that had the passcode alone would tell that there is one
                found.extend([options] if len(options) else [])
            case name if name in _WHOLE:
                found.append(deepcopy(each))
    return found


def summary(details: Element) -> Element:
    """Write the answer of /tns/{tn}."""
    texts = {
        "TelephoneNumber": xml.text(details, "FullNumber"),
        "Status": xml.text(details, "Status"),
        "LastModifiedDate": xml.text(details, "LastModified"),
        "InServiceDate": xml.text(details, "InServiceDate"),
        "SiteId": xml.text(details, "Site", "Id"),
        "AccountId": xml.text(details, "AccountId"),
    }
    return xml.element(_ROOT, *(xml.element(tag, text) for tag, text in texts.items() if text is not None))


def short(details: Element, tag: str, identifier: str, name: str) -> Element:
    """Write the answer of /tns/{tn}/sites or /sippeers: `Id` and `Name`."""
    texts = {"Id": xml.text(details, tag, identifier), "Name": xml.text(details, tag, name)}
    return xml.element(tag, *(xml.element(each, text) for each, text in texts.items() if text is not None))


def _features(features: Element, *, personal: bool) -> Element:
    found = xml.element("Features")
    for each in features:
        match xml.name(each):
            case "e911":
                found.append(_only(each, _E911))
            case "lidb" | "dlda":
                found.append(_veiled(each, personal=personal))
    return found


def _only(element: Element, names: Collection[str]) -> Element:
    kept = (deepcopy(each) for each in element if xml.name(each) in names)
    return xml.element(str(element.tag), *kept)


def _veiled(feature: Element, *, personal: bool) -> Element:
    shown = deepcopy(feature)
    for each in shown:
        if not personal and xml.name(each) not in _IMPERSONAL:
            mask_all(each)
    return shown
