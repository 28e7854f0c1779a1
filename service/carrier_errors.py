"""Errors and warnings in Bandwidth's own words, in every shape its guides, OpenAPI documents and SDKs show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from service import xml
from service.carrier_words import plain, ten_digits
from service.xml import Element


@dataclass(frozen=True, slots=True)
class CarrierError:
    """An error or a warning in Bandwidth's words, and the numbers it names; no code where Bandwidth gives none."""

    code: str | None
    description: str
    telephone_numbers: tuple[str, ...] = ()


def carrier_errors(root: Element | None) -> tuple[CarrierError, ...]:
    """Read every documented shape of an error, wherever it stands; a `Status` counts only when nothing else does."""
    if root is None:
        return ()
    found = dict.fromkeys(_listed(root, "error", "errors", "responsestatus"))
    return tuple(found or dict.fromkeys(_listed(root, "status")))


def carrier_warnings(root: Element | None) -> tuple[CarrierError, ...]:
    """Read `Warnings>Warning{Code?,Description,TelephoneNumber?}`."""
    return () if root is None else tuple(dict.fromkeys(_listed(root, "warning")))


def _listed(root: Element, *names: str) -> Iterator[CarrierError]:
    for each in root.iter(etree.Element):
        if xml.name(each) in names:
            error = _error(each)
            # other services' errors have codes too, but no Description, and no number for a code
            if error.description or error.telephone_numbers or (error.code and error.code.isdecimal()):
                yield error


def _error(element: Element) -> CarrierError:
    said: dict[str, str] = {}
    numbers: list[Element] = []
    for each in element:
        match xml.name(each):
            case "telephonenumber":
                numbers.append(each)
            case "telephonenumbers":
                numbers.extend(each)
            case name:
                said.setdefault(name, plain(each.text or ""))
    named = (plain(each.text or "") for each in numbers)
    return CarrierError(
        said.get("errorcode") or said.get("code") or None,
        said.get("description", ""),
        tuple(ten_digits(each) for each in named if each),
    )
