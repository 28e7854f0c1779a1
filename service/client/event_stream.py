"""A stream of events over any number of connections: where it stands, and how long it waits for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from service.client.attempts import Patience, is_passing, retry_after
from service.client.errors import TrackerError, UnexpectedAnswer
from service.client.exchange import Request, Response
from service.client.models.event import Event
from service.client.problems import error_of
from service.client.reading import read
from service.client.server_events import Parser, ServerEvent

#: seconds without a byte after which a connection is given up: the tracker sends something every 15
_SILENCE: Final = 45.0
_GOOD: Final = 200


@dataclass(slots=True)
class EventStream:
    """What is known of a stream.

    `patience`: seconds without the tracker after which it is given up, None: never. One that has not begun is given up
    as any other call.
    """

    path: str
    filters: tuple[tuple[str, str], ...]
    #: the last event, or the last place without one, that was told
    place: str | None
    pace: Patience
    patience: float | None
    _has_begun: bool = False
    #: since the last byte; `_asked`: seconds that the tracker asked for
    _failures: int = 0
    _asked: float = 0.0
    _failure: TrackerError | None = None
    _parser: Parser = field(default_factory=Parser)
    _heard_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._heard_at = self.pace.clock()

    @property
    def is_open(self) -> bool:
        """Tell whether the tracker streams."""
        return self._failure is None

    def request(self) -> Request:
        """Return the request that goes on after all that was heard."""
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": self.place} if self.place else {})}
        return Request("GET", self.path, self.filters, headers, silence=_SILENCE)

    def begin(self, response: Response) -> None:
        """Take the head of an answer; raises the error of one that will stay as it is."""
        self._parser, self._failure, self._asked = Parser(id=self.place), None, 0.0
        if response.status != _GOOD:
            self.failed(error_of(response))
            if not is_passing(response):
                raise error_of(response)
            self._asked = retry_after(response) or 0.0

    def heard(self, piece: bytes) -> Iterator[Event]:
        """Yield the events of a piece."""
        self._has_begun, self._failures, self._heard_at = True, 0, self.pace.clock()
        for each in self._parser.feed(piece):
            yield _event(each)
        self.place, self._asked = self._parser.id, self._parser.retry or 0.0

    def failed(self, failure: TrackerError) -> None:
        """Remember why there is no stream."""
        self._failure = failure

    def pause(self) -> float:
        """Return the seconds before the next connection; raises what went wrong when patience is at its end."""
        away = self.pace.clock() - self._heard_at
        if self._failure is not None and self.patience is not None:
            limit = self.patience if self._has_begun else min(self.patience, self.pace.seconds)
            if away > limit:
                raise self._failure
        self._failures += 1
        return max(self.pace.pause(self._failures), self.pace.pause(self._failures, self._asked))


def _event(sent: ServerEvent) -> Event:
    try:
        told = json.loads(sent.data)
    except ValueError:
        raise UnexpectedAnswer(f"An event of the stream is not JSON: {sent.data[:200]!r}.") from None
    whole = told if isinstance(told, Mapping) else {}
    return replace(read(Event, {"type": sent.type, **whole}), place=sent.id)
