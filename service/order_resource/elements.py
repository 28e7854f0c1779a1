"""A table of fields and their elements, used both ways: to write a part of a request, and to read it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from service import xml
from service.carrier_words import canonical, ten_digits
from service.xml import Element

#: field -> element, in the order in which they are written
Table: TypeAlias = Mapping[str, str]


def leaves(part: Any, table: Table) -> Iterator[Element]:
    """Write the fields of a part of a request; what is left out is not written."""
    for field, tag in table.items():
        value = getattr(part, field)
        if value is not None:
            yield xml.element(tag, value)


def fields(element: Element | None, table: Table) -> dict[str, Any]:
    """Read the fields back; an empty element is one that is left out."""
    found = ((field, xml.text(element, tag)) for field, tag in table.items())
    return {field: value for field, value in found if value is not None}


def options(
    element: Element | None, tags: Iterable[str], spelled: Callable[[str], str] = canonical
) -> Iterator[tuple[str, str]]:
    """Yield elements with their values; as they are compared by default, two spellings of a value are equal."""
    for tag in tags:
        value = xml.text(element, tag)
        if value:
            yield tag, spelled(value)


def numbers(group: Iterable[str]) -> Element:
    """Write a group's telephone numbers."""
    return xml.element("TelephoneNumbers", *(xml.element("TelephoneNumber", each) for each in group))


def numbers_of(group: Element) -> list[str]:
    """Read a group's telephone numbers, as ten digits."""
    told = (each.text for each in xml.children(xml.child(group, "TelephoneNumbers"), "TelephoneNumber"))
    return [ten_digits(each.strip()) for each in told if each and each.strip()]
