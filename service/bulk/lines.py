"""The lines of a body that comes in parts, cut anywhere. One that is far too long is not kept."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: bytes of one line: a row of 5,000 numbers has half as many
LONGEST: Final = 200_000
TOO_LONG: Final = f"This row is longer than {LONGEST:,} bytes: is it a row of its own, and are its quotes closed?"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line feed, counted from 1; `text` is None for one that is too long."""

    number: int
    text: bytes | None

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing."""
        return self.text is not None and not self.text.strip()


class Lines:
    """Cuts parts into lines; a byte order mark before the first one is taken off."""

    def __init__(self) -> None:
        self._number = 0
        self._held: list[bytes] = []
        self._length = 0

    def feed(self, part: bytes) -> Iterator[Line]:
        """Yield the lines that the part completes."""
        *complete, rest = part.split(b"\n")
        for piece in complete:
            self._hold(piece)
            yield self._cut()
        self._hold(rest)

    def end(self) -> Iterator[Line]:
        """Yield the last line, where no line feed stands behind it."""
        if self._length:
            yield self._cut()

    def _hold(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length <= LONGEST:
            self._held.append(piece)
        else:
            self._held.clear()

    def _cut(self) -> Line:
        self._number += 1
        text = b"".join(self._held) if self._length <= LONGEST else None
        self._held, self._length = [], 0
        if self._number == 1 and text is not None:
            text = text.removeprefix(codecs.BOM_UTF8)
        return Line(self._number, text)
