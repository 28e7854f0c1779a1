"""Bandwidth's XML dialect: read it without trusting it, write it in a given order, mask what is secret.

Element names are matched without regard to case or namespace: Bandwidth's own samples write `orderId` and
`OrderId`, `Sms` and `SMS` for the same thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

Element = etree._Element  # noqa: SLF001  (lxml names its element class so)

#: what stands in place of a secret
MASK: Final = "********"
#: tags in one document: an order of 5,000 numbers with an option group and an error for each has a tenth
_MOST_TAGS: Final = 1_000_000
#: what XML 1.0 cannot carry, however it is escaped (section 2.2, Char)
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnreadableXml(ValueError):
    """The bytes are not a document that we take."""


def _parser() -> etree.XMLParser:
    # never pass collect_ids=False: on lxml 6.1 it switches external DTD loading on
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse(body: bytes) -> Element:
    """Read a document and return its root; raise UnreadableXml for anything else, a DOCTYPE included."""
    if body.count(b"<") > _MOST_TAGS:
        # a node takes thirty times the room of its tag
        raise UnreadableXml(f"more than {_MOST_TAGS} tags")
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableXml(f"not well-formed XML: {str(error)[:200]}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableXml("a document with a DOCTYPE is not taken")
    return root


def name(element: Element) -> str:
    """Return an element's name in lower case, without its namespace."""
    # a QName object for each element costs more than the rest of reading it
    return str(element.tag).rpartition("}")[2].lower()


def children(parent: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children with one of these names."""
    wanted = {each.lower() for each in names}
    if parent is not None:
        yield from (each for each in parent if name(each) in wanted)


def child(parent: Element | None, *path: str) -> Element | None:
    """Follow a path of names, taking the first child of each; None when a step is missing."""
    for step in path:
        parent = next(children(parent, step), None)
    return parent


def text(parent: Element | None, *path: str) -> str | None:
    """Return the text at a path, stripped; None when it is missing or empty."""
    found = child(parent, *path)
    return ((found.text or "").strip() or None) if found is not None else None


def descend(root: Element, wanted: str) -> Element | None:
    """Return the root itself, or the first element below it, that has this name: wrapped and bare are alike."""
    lowered = wanted.lower()
    return next((each for each in root.iter(etree.Element) if name(each) == lowered), None)


def element(tag: str, *content: Element | str | None) -> Element:
    """Build an element from text or children; what is None is left out."""
    made = etree.Element(tag)
    for part in content:
        if isinstance(part, str):
            made.text = part
        elif part is not None:
            made.append(part)
    return made


def plain(text: str) -> str:
    """Return a text without what XML 1.0 cannot carry."""
    return _NOT_XML.sub("?", text)


def write(root: Element) -> bytes:
    """Serialize a document with the declaration that Bandwidth's own samples carry."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def masked(body: bytes, secret: Iterable[str]) -> str:
    """Return a document as text to keep: secret elements masked; unreadable bytes are cut after 1,000 characters."""
    wanted = {each.lower() for each in secret}
    try:
        root = parse(body)
    except UnreadableXml:
        return _masked_text(body[:1000].decode("utf-8", "replace").replace("\x00", ""), wanted)
    mask(root, wanted)
    # a page that repeats our request shows it escaped
    return _masked_text(etree.tostring(root, encoding="unicode"), wanted, "&lt;", "&gt;")


def masked_again(kept: str, secret: Iterable[str], text: Callable[[str], str]) -> str:
    """Return a document that is kept with more elements masked, and all its texts as `text` shows them."""
    wanted = {each.lower() for each in secret}
    try:
        root = parse(kept.encode("utf-8", "replace"))
    except UnreadableXml:
        return text(_masked_text(kept, wanted))
    mask(root, wanted)
    for each in root.iter(etree.Element):
        each.text, each.tail = each.text and text(each.text), each.tail and text(each.tail)
        for attribute, value in each.attrib.items():
            each.set(attribute, text(str(value)))
    return _masked_text(etree.tostring(root, encoding="unicode"), wanted, "&lt;", "&gt;")


def mask(root: Element, wanted: AbstractSet[str]) -> None:
    """Mask the elements of these names (in lower case) in a document, the root among them."""
    for each in list(root.iter(etree.Element)) if wanted else ():
        if name(each) in wanted and (len(each) or (each.text or "").strip()):
            del each[:]
            each.attrib.clear()
            each.text = MASK


def _masked_text(raw: str, wanted: Iterable[str], opening: str = "(?:<|&lt;)", closing: str = "(?:>|&gt;)") -> str:
    # a document cut off in the middle is unreadable and may hold a secret all the same; whatever is in it goes
    for each in sorted(wanted):
        tag = rf"(?:[\w.-]+:)?{re.escape(each)}\b"
        start = rf"{opening}{tag}(?:(?!{closing}).){{0,200}}(?<!/){closing}"
        raw = re.sub(rf"({start}).*?(?={opening}/{tag}|\Z)", rf"\g<1>{MASK}", raw, flags=re.IGNORECASE | re.DOTALL)
    return raw
