"""Names and addresses in Bandwidth's own documents, masked for a client that may not see them.

Every text is masked by itself, so that a client finds the elements it knows; one that sends a mask back says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from service import xml

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.xml import Element


def mask(root: Element, names: Collection[str]) -> None:
    """Mask all texts and attributes in the elements of these names."""
    wanted = {each.lower() for each in names}
    for each in root.iter(etree.Element):
        if xml.name(each) in wanted:
            mask_all(each)


def mask_all(element: Element) -> None:
    """Mask all texts and attributes in an element."""
    for each in element.iter(etree.Element):
        if (each.text or "").strip():
            each.text = xml.MASK
        each.attrib.clear()
