"""Server-sent events, as the HTML standard has them: bytes in, events out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from service.client.errors import UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: bytes of one event; the tracker's are thin
_LONGEST: Final = 1_000_000
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event of a stream."""

    type: str
    data: str
    #: the last id that the stream has told, in this event or before it
    id: str | None


@dataclass(slots=True)
class Parser:
    """Reads a stream piece by piece; pieces may break anywhere."""

    #: seconds that the stream asks for before a reconnection
    retry: float | None = None
    #: the last id that it has told; it may tell one without an event, to say where it begins
    id: str | None = None
    _buffer: bytes = b""
    _fields: dict[str, list[str]] = field(default_factory=dict)

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """Yield the events that are whole by now; raises UnexpectedAnswer for one without an end."""
        self._buffer += piece
        while (end := _LINE_END.search(self._buffer)) and not self._may_go_on(end):
            line, self._buffer = self._buffer[: end.start()], self._buffer[end.end() :]
            if line:
                self._take(line.decode("utf-8", "replace"))
            elif (event := self._whole()) is not None:
                yield event
        held = len(self._buffer) + sum(len(each) for values in self._fields.values() for each in values)
        if held > _LONGEST:
            raise UnexpectedAnswer("The stream sends an event without an end. Is this the tracker?")

    def _may_go_on(self, end: re.Match[bytes]) -> bool:
        """Tell whether a carriage return at the very end may be the first half of a line's end."""
        return end.group() == b"\r" and end.end() == len(self._buffer)

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id" and "\0" not in value:
            self.id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self.retry = int(value[:9]) / 1000
        elif name in ("data", "event"):
            self._fields.setdefault(name, []).append(value)

    def _whole(self) -> ServerEvent | None:
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        return ServerEvent(fields.get("event", ["message"])[-1], "\n".join(fields["data"]), self.id)
