"""XML as people read it: indented, a line for each element, its parts told apart for colouring; and bounded."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from service import xml

if TYPE_CHECKING:
    from collections.abc import Iterator

#: lines that a page shows of a document, and characters of a line
MOST_LINES: Final = 200
_LONGEST: Final = 1_000
#: characters of a document that is read at once; a longer one is read in a thread, while others are answered
_SHORT: Final = 50_000
#: a tag, or what stands between tags
_PART: Final = re.compile(r"</?[\w:.-]+[^<>]*>|[^<]+|<", re.DOTALL)
#: of a tag: its beginning and name; an attribute and its value; its end; anything else
_TOKEN: Final = re.compile(r"(</?[\w:.-]+)|([\w:.-]+=)(\"[^\"]*\"|'[^']*')|(/?>)|(.)", re.DOTALL)


class Token(NamedTuple):
    """A part of a line: how it is coloured (`tag`, `name`, `value`, or not at all), and its text."""

    look: str
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of a document, and how many it has in all."""

    lines: tuple[tuple[Token, ...], ...]
    total: int

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return self.total - len(self.lines)


async def lines(document: str, most: int = MOST_LINES) -> Lines:
    """Return the first lines of a document; what is no XML, such as a proxy's page, is shown as it is."""
    if len(document) <= _SHORT:
        return _lines(document, most)
    return await asyncio.to_thread(_lines, document, most)


def indented(document: str) -> str:
    """Return a document with a line for each element; what is no XML as it is."""
    try:
        root = xml.parse(document.encode("utf-8", "replace"))
    except xml.UnreadableXml:
        return document
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="unicode")


def _lines(document: str, most: int) -> Lines:
    text = indented(document)
    found = text.splitlines()
    coloured = _tokens if text.lstrip().startswith("<") else _plain
    return Lines(tuple(coloured(_cut(line)) for line in found[:most]), len(found))


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} … ({len(line)} characters)"


def _plain(line: str) -> tuple[Token, ...]:
    return (Token("", line),)


def _tokens(line: str) -> tuple[Token, ...]:
    found = (token for part in _PART.findall(line) for token in _of_part(part))
    return tuple(Token(look, "".join(each.text for each in some)) for look, some in groupby(found, attrgetter("look")))


def _of_part(part: str) -> Iterator[Token]:
    if not (part.startswith("<") and part.endswith(">")):
        yield Token("", part)
        return
    for beginning, name, value, end, rest in _TOKEN.findall(part):
        if name:
            yield Token("name", name)
            yield Token("value", value)
        else:
            yield Token("" if rest else "tag", beginning or end or rest)
