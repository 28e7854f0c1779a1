"""Reading elements of a number's details into values whose fields are named after them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from service import xml
from service.carrier_words import plain

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    _Value = TypeVar("_Value", bound=DataclassInstance)


def texts(kind: type[_Value], element: xml.Element | None) -> _Value | None:
    """Read an element whose children are texts, a field each: `rpid_format` is RPIDFormat; None without the element."""
    if element is None:
        return None
    return kind(**{each.name: text(element, each.name) for each in fields(kind)})


def text(parent: xml.Element | None, field: str) -> str | None:
    """Return the text of a field's element on one line; None when it is missing or empty."""
    return plain(xml.text(parent, tag(field)) or "") or None


def tag(field: str) -> str:
    """Return a field's element, whose case does not count: samples write both AssignedNNRoute and AssignedNnRoute."""
    return field.replace("_", "")
