"""The same orders as a client of Bandwidth's writes them: XML, posted to the front under Bandwidth's own paths.

What such a client has instead of an Idempotency-Key is its CustomerOrderId: it repeats the same order with it, until it
is answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

#: names whose capitals do not follow from the words
_SPELLED: Final = {"final_destination_uri": "FinalDestinationURI", "rpid_format": "RPIDFormat"}


@dataclass(frozen=True)
class Resource:
    """Where orders of a kind are posted, and what they are called there."""

    path: str
    order: str
    group: str


RESOURCES: Final = {
    "tn-options": Resource("tnoptions", "TnOptionOrder", "TnOptionGroup"),
    "lidb": Resource("lidbs", "LidbOrder", "LidbTnGroup"),
    "dlda": Resource("dldas", "DldaOrder", "DldaTnGroup"),
}


def written(kind: str, body: dict[str, Any], reference: str) -> bytes:
    """Write the body of an order as Bandwidth's SDKs do: elements named after the fields, in their sequence."""
    resource = RESOURCES[kind]
    root = ET.Element(resource.order)
    ET.SubElement(root, "CustomerOrderId").text = reference
    groups = ET.SubElement(root, f"{resource.group}s")
    for each in body["groups"]:
        _write(ET.SubElement(groups, resource.group), each)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def order_id(body: bytes) -> str | None:
    """Return the order's id as an answer tells it."""
    found = re.search(rb"<(?:OrderId|orderId)>([^<]+)<", body)
    return found[1].decode() if found else None


def _write(parent: ET.Element, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        made = ET.SubElement(parent, _SPELLED.get(name) or "".join(word.title() for word in name.split("_")))
        if isinstance(value, dict):
            _write(made, value)
        elif isinstance(value, list):
            for each in value:
                ET.SubElement(made, made.tag.removesuffix("s")).text = each
        else:
            made.text = str(value).lower() if isinstance(value, bool) else str(value)
